import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TiedChild } from '@perennial/runtime'

export type Server = Readonly<{
  address: string
  pid: number
  stop(): Promise<void>
}>

const PATIENCE_MS = 90_000

/** Waits until the server answers. Throws, with the end of its log, when it has ended or does not answer in time. */
export async function untilReady(
  name: string,
  child: TiedChild,
  log: string,
  isReady: () => Promise<boolean>,
): Promise<void> {
  let ended = false
  void child.ended.then(() => (ended = true))
  const deadline = Date.now() + PATIENCE_MS
  while (!(await isReady())) {
    if (!ended && Date.now() < deadline) {
      await sleep(100)
      continue
    }
    await child.stop()
    const problem = ended ? 'ended at once' : `was not ready after ${PATIENCE_MS / 1000} s`
    throw new Error(`${name} ${problem}. The end of ${log}:\n${tail(log)}`)
  }
}

const tail = (file: string): string => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n')
