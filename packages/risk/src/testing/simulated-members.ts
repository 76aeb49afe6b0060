import { featuresFor } from '@perennial/features'
import {
  BUILT_IN,
  DAY_MS,
  type EpochMs,
  foldFact,
  type MembershipChange,
  memberKey,
  newRows,
  type Rows,
  signalId,
  type SignalName,
  YEAR_MS,
} from '@perennial/member'
import { compile } from '../compiled.ts'
import { engagementSum, engagementWeights } from '../engagement.ts'
import { evaluate } from '../evaluate.ts'
import type { Model } from '../model.ts'

/** When the simulated association is looked at: 2026-01-01. */
export const SIMULATED_NOW: EpochMs = Date.UTC(2026, 0, 1)

/**
 * Current members of an association made up to look plausible, not of a real
 * one: activity per member gamma distributed (most do little, some do a lot),
 * every seventh gone quiet at some time of the past year, terms ending at any
 * time of the coming one. `renewsInDays` sets the end of the term instead.
 */
export function simulatedMembers(count: number, seed: number, renewsInDays?: number): Rows {
  const rows = newRows(count)
  const random = randomFrom(seed)
  for (let i = 0; i < count; i++) simulateMember(rows, i, random, renewsInDays ?? 365 * random())
  return rows
}

/** What happens per year to the average member. */
const PER_YEAR: Readonly<Partial<Record<SignalName, number>>> = {
  web_visit: 20,
  email_opened: 18,
  email_clicked: 4,
  login: 6,
  content_used: 5,
  event_registered: 1.5,
  event_attended: 1.2,
  event_missed: 0.2,
  posted: 0.4,
  help_given: 0.3,
  help_received: 0.6,
  service: 0.2,
  purchase: 0.5,
  refund: 0.03,
  email_refused: 0.1,
}

const BELONGING = new Set<string>(['event_attended', 'posted', 'help_given', 'help_received', 'service'])

type Random = () => number

function simulateMember(rows: Rows, i: number, random: Random, renewsInDays: number): void {
  const years = Math.min(20, Math.floor(-Math.log(1 - random()) * 6))
  const termEnd = SIMULATED_NOW + renewsInDays * DAY_MS
  const termStart = termEnd - YEAR_MS
  const joinedAt = termStart - years * YEAR_MS
  const autoRenew = random() < 0.3
  let id = 0
  const source = { stream: 6, partition: 0, offset: 0, index: 0 }
  const common = (at: EpochMs) => ({ subject: memberKey(`${i}`), source, idHi: i, idLo: id++, at })
  const say = (at: EpochMs, change: MembershipChange) =>
    foldFact(rows, i, { kind: 'membership', change, ...common(at) })
  const term = { start: termStart, end: termEnd }
  say(joinedAt, { status: 'active', joinedAt })
  for (let year = 1; year <= years; year++) say(joinedAt + year * YEAR_MS, { renewed: true })
  say(termStart, { term, dues: 150, autoRenew })
  if (random() < 0.02) say(SIMULATED_NOW - 10 * DAY_MS * random(), { paymentFailed: true })

  const quietFrom = random() < 1 / 7 ? SIMULATED_NOW - YEAR_MS * random() : SIMULATED_NOW
  const begin = Math.max(joinedAt, SIMULATED_NOW - 2 * YEAR_MS)
  const appetite = gamma(0.8, random)
  const sociable = gamma(0.5, random)
  for (const [name, perYear] of Object.entries(PER_YEAR)) {
    const rate = (perYear / YEAR_MS) * (BELONGING.has(name) ? sociable : appetite)
    for (let at = begin; ;) {
      at -= Math.log(1 - random()) / rate
      if (!(at < quietFrom)) break
      const signal = signalId(name as SignalName)
      foldFact(rows, i, { kind: 'activity', signal, amount: 1, trust: 1, ...common(at) })
    }
  }
}

/** Gamma with mean 1: Marsaglia & Tsang 2000, with their power trick for shapes below 1. */
function gamma(shape: number, random: Random): number {
  const d = shape + 1 - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d * (1 - v + Math.log(v)))
      return (d * v * random() ** (1 / shape)) / shape
  }
}

/** mulberry32: small, seeded, good enough for made-up members. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The engagement sums of the members that the starter model's percentile table stands for. */
export function simulatedEngagement(model: Model): readonly number[] {
  const compiled = compile(model, featuresFor(BUILT_IN))
  const weights = engagementWeights(model)
  const rows = simulatedMembers(2_000, 1)
  return Array.from({ length: rows.capacity }, (_, i) => {
    evaluate(compiled, rows, i, SIMULATED_NOW)
    return engagementSum(compiled, weights)
  })
}
