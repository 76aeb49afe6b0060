import { FOLD_SLOTS, HEADER_SLOTS, type Rows, SLOT } from '@perennial/member'
import { UNHEARD } from './evaluate.ts'

/*
 * A rebuild replaces what the facts say of a member. What was made of it, and
 * made known, is not in the log: others have been told versions, bands and
 * risks by the state that serves, under models and at times of its own. So a
 * rebuilt row goes on from what was told, and where its facts differ it is
 * scored anew by the same way as after a change of model: told, and acted on by
 * nobody.
 */

/**
 * Row `i`, rebuilt, goes on from what was told by row `j`, which serves. `same`: the facts say the same of both. Then the
 * serving version goes on without a gap: what the replay has counted was told to nobody. Else the row that serves may be
 * wrong in that too, and the higher count is taken. So the version never falls, and nobody who drops what he has seen by
 * (member, version) is told other content under one.
 */
export function keepTold(rebuilt: Rows, i: number, serving: Rows, j: number, same: boolean): void {
  const to = rebuilt.f64.subarray(i * rebuilt.slots, (i + 1) * rebuilt.slots)
  const from = serving.f64.subarray(j * serving.slots, (j + 1) * serving.slots)
  const version = Math.max(to[SLOT.version] ?? 0, from[SLOT.version] ?? 0)
  const { dueAt, nextAt, evaluatedAt } = SLOT
  const own = { dueAt: to[dueAt] ?? 0, nextAt: to[nextAt] ?? 0, evaluatedAt: to[evaluatedAt] ?? 0 }
  for (let s = FOLD_SLOTS; s < HEADER_SLOTS; s++) to[s] = from[s] ?? 0
  if (same) return
  to[SLOT.version] = version
  to[SLOT.model] = 0
  to[dueAt] = own.dueAt
  to[nextAt] = own.nextAt
  to[evaluatedAt] = Math.max(own.evaluatedAt, to[evaluatedAt] ?? 0)
}

/**
 * What was told of row `i` stands, but whoever kept it may have lost it: it is told once more, under the next version, by
 * the way of a change of model. Until then the row says what it said.
 */
export function tellAnew({ f64, slots }: Rows, i: number): void {
  const base = i * slots
  if ((f64[base + SLOT.version] ?? 0) > 0) f64[base + SLOT.model] = UNHEARD
}

/** Row `i`, rebuilt, of a member that the serving state does not know: nothing is known to have been told. */
export function forgetTold({ f64, slots }: Rows, i: number): void {
  const base = i * slots
  f64[base + SLOT.band] = 0
  f64[base + SLOT.emittedRisk] = NaN
  f64[base + SLOT.model] = 0
}
