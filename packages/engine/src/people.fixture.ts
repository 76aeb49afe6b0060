import {
  anonymousKey,
  DAY_MS,
  type Fact,
  FOLD_SLOTS,
  idHash,
  memberKey,
  type Rows,
  signalSlot,
  STREAM_CODES,
  type SubjectKey,
} from '@perennial/member'
import { expect } from 'vitest'
import { type RiskChange, rowOf, scorer, type World } from './partitions.fixture.ts'

export const T0 = Date.UTC(2025, 0, 1)
export const VISITOR = anonymousKey('browser-1')
export const ANNA = memberKey('anna')
export const BEN = memberKey('ben')

let offset = 0
export function common(id: string, day: number) {
  const { hi, lo } = idHash(id)
  const source = { stream: STREAM_CODES['website-activity'], partition: 0, offset: offset++, index: 0 }
  return { source, idHi: hi, idLo: lo, at: T0 + day * DAY_MS }
}
/** One source partition: its records in this order. */
export function inOrder(facts: readonly Fact[]): Fact[] {
  return facts.map((fact) => ({ ...fact, source: { ...fact.source, offset: offset++ } }))
}
export function visit(subject: SubjectKey, id: string, day: number, signal = 0): Fact {
  return { kind: 'activity', subject, signal, amount: 1, trust: 1, ...common(id, day) }
}
export function link(alias: SubjectKey, member: SubjectKey, day: number): Fact {
  return { kind: 'link', subject: alias, member, ...common(`link-${day}`, day) }
}
export function unlink(alias: SubjectKey, member: SubjectKey, day: number): Fact {
  return { kind: 'unlink', subject: alias, member, ...common(`unlink-${day}`, day) }
}
export function joined(subject: SubjectKey, day: number): Fact {
  const term = { start: T0 + day * DAY_MS, end: T0 + (day + 365) * DAY_MS }
  return {
    kind: 'membership',
    subject,
    change: { status: 'active', joinedAt: term.start, term, dues: 100, autoRenew: false },
    ...common(`join-${day}`, day),
  }
}

function foldedPart(rows: Rows | undefined): number[] {
  if (rows === undefined) return []
  return [...rows.f64.subarray(0, FOLD_SLOTS), ...rows.f64.subarray(signalSlot(0))]
}

export function expectSameFold(a: Rows | undefined, b: Rows | undefined): void {
  const right = foldedPart(b)
  for (const [n, value] of foldedPart(a).entries())
    expect(Math.abs(value - (right[n] ?? NaN)) / Math.max(1, Math.abs(value))).toBeLessThan(1e-9)
}

export function scoreOf(world: World, key: SubjectKey, day: number): number {
  const rows = rowOf(world, key)
  if (rows === undefined) throw new Error(`no row of ${key}`)
  return scorer.lapseRisk(rows, 0, T0 + day * DAY_MS)
}

export const said = ({ key, version, cause, score, band }: RiskChange) => ({
  key,
  version,
  cause,
  at: score.at,
  risk: score.lapseRisk,
  band,
})

/** A busy year of one member, in order. */
export function year(subject: SubjectKey): Fact[] {
  const days = Array.from({ length: 40 }, (_, n) => visit(subject, `${subject}-v${n}`, n * 2.5, n % 15))
  return inOrder([joined(subject, 0), ...days])
}
