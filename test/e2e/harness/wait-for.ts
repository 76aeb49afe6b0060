import { pause } from '@perennial/runtime'

type Waiting = Readonly<{
  /** Default 30 s: machines that run tests are slow at times. */
  deadlineMs?: number
  everyMs?: number
  /** What to add to the message when time is up. */
  explain?: () => string | Promise<string>
}>

/** Asks until the answer is neither undefined nor false, and hands it on. A throw of `ask` ends the waiting. */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  { deadlineMs = 30_000, everyMs = 50, explain }: Waiting = {},
): Promise<T> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) {
      const more = explain === undefined ? '' : `\n${await explain()}`
      throw new Error(`Waited ${deadlineMs / 1_000} s in vain for ${what}.${more}`)
    }
    await pause(everyMs)
  }
}
