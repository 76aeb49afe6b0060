import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, type OutputRecord, type OutputWriter } from '@perennial/runtime'
import type { SendResult } from '../channel.ts'

type Writer = OutputWriter<'outreach-request'>

/** One attempt. A record that is stored after the time-out is there twice, under one id. */
export async function send(
  writer: Writer,
  output: OutputRecord<'outreach-request'>,
  timeoutMs: number,
): Promise<SendResult> {
  const timer = new AbortController()
  const late = sleep(timeoutMs, 'late' as const, { signal: timer.signal })
  // Broken off below, which is how it usually ends.
  late.catch(() => undefined)
  try {
    if ((await Promise.race([writer.write(output), late])) !== 'late') return { kind: 'delivered' }
    return { kind: 'retry', reason: `the log did not answer within ${timeoutMs / 1_000} s` }
  } catch (error) {
    // Outages and missing topics pass, or are put right. Anything else is a mistake of ours.
    if (error instanceof Fault) return { kind: 'retry', reason: `the log could not be reached: ${error.code}` }
    throw error
  } finally {
    timer.abort()
  }
}
