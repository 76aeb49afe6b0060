import { setTimeout as sleep } from 'node:timers/promises'
import { createSourceWriter, type Platform, type SourceInput } from '@perennial/runtime'

export type Offer = Readonly<{
  /** Records a second. */
  rate: number
  seconds: number
  /** The n-th record; called when it is about to be appended. */
  record(n: number): SourceInput
}>

/** Between two writes, in ms: so many producers would write at different moments. */
const TICK_MS = 5

/**
 * Appends records at a steady rate, whether or not the earlier ones have been stored: what is too slow is not spared.
 * Answers how many records a second it really was.
 */
export async function offer(platform: Platform, { rate, seconds, record }: Offer): Promise<number> {
  const writer = await createSourceWriter(platform)
  const writes: Promise<void>[] = []
  const total = rate * seconds
  const started = performance.now()
  for (let n = 0; n < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1_000) * rate))
    const inputs: SourceInput[] = []
    while (n < due) inputs.push(record(n++))
    if (inputs.length > 0) writes.push(writer.write(inputs))
    await sleep(TICK_MS)
  }
  const offered = total / ((performance.now() - started) / 1_000)
  await Promise.all(writes)
  return offered
}
