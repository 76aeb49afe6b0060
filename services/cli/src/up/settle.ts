import { setTimeout as sleep } from 'node:timers/promises'
import type { EpochMs } from '@perennial/member'
import type { Ticker } from '../terminal/progress.ts'
import { number } from '../terminal/words.ts'
import { type Backlog, isSettled } from './backlog.ts'

const EVERY_MS = 200
/** Committed positions are written now and then: one empty look may lie between two steps of the same fact. */
const QUIET_LOOKS = 3
/** Nothing has moved for so long: somebody has to look, and whoever waits should know. */
const STUCK_MS = 30_000

export type Settling = Readonly<{
  look: () => Promise<Backlog>
  ticker: Ticker
  signal: AbortSignal
  now: () => EpochMs
  everyMs?: number
}>

/** Waits until everything that came in has been scored, decided on and sent. Answers what is left when it is stuck. */
export async function settle({
  look,
  ticker,
  signal,
  now,
  everyMs = EVERY_MS,
}: Settling): Promise<Backlog | undefined> {
  let before = ''
  let movedAt = now()
  let stuck: Backlog | undefined
  for (let quiet = 0; quiet < QUIET_LOOKS && !signal.aborted && stuck === undefined;) {
    const backlog = await look()
    const text = backlogWords(backlog)
    quiet = isSettled(backlog) ? quiet + 1 : 0
    ticker.show(`Scoring  ${text}`)
    if (text !== before) movedAt = now()
    else if (quiet === 0 && now() - movedAt > STUCK_MS) stuck = backlog
    before = text
    await sleep(everyMs, undefined, { signal }).catch(() => undefined)
  }
  ticker.finish()
  return stuck
}

/** What is left to do, step by step. */
export function backlogWords({ unread, unscored, overdue, undecided, unsent }: Backlog): string {
  const parts = [
    unread > 0 && `${number(unread)} records to read`,
    unscored > 0 && `${number(unscored)} blocks to score`,
    overdue > 0 && `${number(overdue)} members to look at`,
    undecided > 0 && `${number(undecided)} assessments to decide on`,
    unsent > 0 && `${number(unsent)} contacts to make`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? 'all done' : parts.join(', ')
}
