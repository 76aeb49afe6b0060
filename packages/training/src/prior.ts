import type { History } from '@perennial/history'
import { YEAR_MS, type EpochMs } from '@perennial/member'
import {
  fitShiftedBetaGeometric,
  type RenewalTable,
  type ShiftedBetaGeometric,
  type Spells,
  tableOfSpells,
} from '@perennial/priors'

/** Retention by year of membership, fitted to the association's own members. */
export type FittedPrior = Readonly<{ model: ShiftedBetaGeometric; table: RenewalTable; knownAt: EpochMs }>

/** What came of it: a prior, or why there is none. */
export type PriorFit = Readonly<{ kind: 'fitted'; prior: FittedPrior }> | Readonly<{ kind: 'none'; reason: string }>

/**
 * Fits the shifted-beta-geometric to the memberships as they were known at an instant. Years of membership are counted
 * as the row of a member counts them (`membershipYear`), by terms: without terms everybody is in year 1, and a
 * prior says nothing.
 */
export function fitPrior(history: History, instant: EpochMs): PriorFit {
  if (history.spells === undefined) return { kind: 'none', reason: 'there are no memberships' }
  const table = tableOfSpells(renewalsOf(history.spells, instant))
  if (table.renewed.length === 0) return { kind: 'none', reason: 'no terms of membership are known' }
  const fit = fitShiftedBetaGeometric(table)
  if (fit.kind === 'refused') return { kind: 'none', reason: fit.message }
  return { kind: 'fitted', prior: { model: fit.model, table, knownAt: instant } }
}

function renewalsOf(spells: NonNullable<History['spells']>, instant: EpochMs): Spells[] {
  const all: Spells[] = []
  for (let s = 0; s < spells.count; s++) {
    const joinedAt = spells.joinedAt[s] ?? Number.NaN
    const begins = spells.terms
      .slice(spells.termStarts[s], spells.termStarts[s + 1])
      .flatMap(({ start }) => (start < instant ? [start] : []))
    const [first] = begins
    const last = begins.at(-1)
    if (first === undefined || last === undefined) continue
    const knownFrom = wholeYears(joinedAt, first)
    const renewals = Math.max(knownFrom + begins.length - 1, wholeYears(joinedAt, last))
    all.push({ renewals, knownFrom, lapsed: (spells.leftAt[s] ?? Number.POSITIVE_INFINITY) < instant })
  }
  return all
}

/** A term that starts some days before the anniversary is still the next year, as in `membershipYear`. */
function wholeYears(joinedAt: EpochMs, start: EpochMs): number {
  return Math.max(0, Math.floor((start - joinedAt) / YEAR_MS + 0.05))
}
