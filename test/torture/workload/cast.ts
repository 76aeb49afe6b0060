import { foldFact, memberKey, newRows, signalId } from '@perennial/member'
import { createScorer, starterModel } from '@perennial/risk'
import type { SourceInput } from '@perennial/runtime'
import { DAY_MS, post, slipping, whereItIs } from '../../e2e/harness/people.ts'

/** People of whom it is known beforehand what must be decided about them. */
export type Part =
  /** At high risk from the first moment, awake, and has agreed to be written to: must be written to. */
  | 'clear'
  /** The same, in the middle of the night. */
  | 'asleep'
  /** The same, and has not agreed to marketing. */
  | 'no consent'
  /** Comes into the medium band when made known, and into the high one by silence alone, at a known instant. */
  | 'ripening'
  /** The same, but that something from just before that instant is heard of just after it: nobody knows which comes first. */
  | 'wavering'

export type Person = Readonly<{ memberId: string; part: Part; timeZone: string; consent: boolean }>

/** Term left of somebody who ripens. */
const DAYS_LEFT = 60
const HIGH_ENTER = 0.45

/** The day begins at 8 and ends at 20: nobody's hour is near an edge. */
export function personOf(memberId: string, part: Part, at: number): Person {
  return { memberId, part, consent: part !== 'no consent', timeZone: whereItIs(part === 'asleep' ? 2 : 13, at) }
}

/** The records that make somebody known. `at`: now, or when somebody who ripens comes into the high band. */
export function introduced({ memberId, part, consent, timeZone }: Person, at: number): SourceInput[] {
  const ripens = part === 'ripening' || part === 'wavering'
  const known = slipping(memberId, at, ripens ? DAYS_LEFT : 25)
  if (known.stream !== 'membership') throw new Error('Who is slipping is told by the member database.')
  const record = { ...known.record, emails: [`${memberId}@mail.example`], consent: { marketing: consent }, timeZone }
  const now = Date.now()
  const membership: SourceInput = { stream: 'membership', record: { ...record, occurredAt: now, sentAt: now } }
  return ripens ? [post(`posted-${memberId}`, at - ripeAfterMs(), memberId), membership] : [membership]
}

let ripeAfter: number | undefined

/** How long after a first and only post somebody with this term left comes into the high band, by the starter model. */
function ripeAfterMs(): number {
  if (ripeAfter !== undefined) return ripeAfter
  const scorer = createScorer(starterModel())
  let [early, late] = [0, 60 * DAY_MS]
  while (late - early > 1) {
    const middle = (early + late) / 2
    if (scorer.lapseRisk(rowsOf(middle), 0, NOW) < HIGH_ENTER) early = middle
    else late = middle
  }
  return (ripeAfter = Math.round(late))
}

const NOW = Date.UTC(2026, 0, 1)

function rowsOf(sincePostMs: number) {
  const rows = newRows(1)
  const common = { subject: memberKey('M'), idHi: 1, source: { stream: 6, partition: 0, offset: 0, index: 0 } }
  const signal = signalId('posted')
  foldFact(rows, 0, { ...common, kind: 'activity', idLo: 1, at: NOW - sincePostMs, signal, amount: 1, trust: 1 })
  const term = { start: NOW - (365 - DAYS_LEFT) * DAY_MS, end: NOW + DAYS_LEFT * DAY_MS }
  const change = { status: 'active', joinedAt: NOW - 340 * DAY_MS, term, dues: 140, autoRenew: false } as const
  foldFact(rows, 0, { ...common, kind: 'membership', idLo: 2, at: NOW - 1_000, change })
  return rows
}
