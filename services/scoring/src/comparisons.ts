import { type Chunk, loadRow, type ModelInUse, placeFor } from '@perennial/engine'
import { isMemberKey, memberIdOf, type Rows, SLOT, slot, STATUS, storedModel } from '@perennial/member'
import { bandNumber } from '@perennial/risk'
import type { Comparison, RowPage } from '@perennial/runtime'
import type { WorkerDeps } from './worker-deps.ts'

/** The members of the chunk as the current model and its shadow see them, as of their latest evaluation. Empty where there is no shadow. */
function comparisonsOf(
  { keys, rows }: Chunk,
  { scorer, shadow }: ModelInUse,
  wants: (memberId: string) => boolean,
): Comparison[] {
  if (shadow === undefined) return []
  return [...keys.entries()].flatMap(([i, key]) => {
    if (!isMemberKey(key) || !isCompared(rows, i) || !wants(memberIdOf(key))) return []
    const at = slot(rows, i, SLOT.evaluatedAt)
    const currentBand = bandNumber(slot(rows, i, SLOT.band))
    const risk = shadow.scorer.lapseRisk(rows, i, at)
    const shadowBand = shadow.scorer.nextBand(currentBand, -Infinity, risk, at)
    const memberId = memberIdOf(key)
    return [{ memberId, current: scorer.lapseRisk(rows, i, at), shadow: risk, currentBand, shadowBand }]
  })
}

function isCompared(rows: Rows, i: number): boolean {
  return slot(rows, i, SLOT.evaluatedAt) !== 0 && slot(rows, i, SLOT.status) !== STATUS.lapsed
}

/** Loads of a page of rows those that another model scored last, and those to be compared with a shadow. */
export function placeRows(
  chunk: Chunk,
  { rows }: RowPage,
  { number, shadow }: ModelInUse,
  wants: (memberId: string) => boolean,
): void {
  for (const [key, row] of rows) {
    if (!isMemberKey(key)) continue
    const compared = shadow !== undefined && wants(memberIdOf(key))
    if (compared || storedModel(row) !== number) loadRow(chunk, placeFor(chunk, key), row)
  }
}

/** Notes what the shadow says of the members of the chunk. It is for statistics alone: nothing waits for it. */
export function noteComparisons(
  { shadows, telemetry }: Pick<WorkerDeps, 'shadows' | 'telemetry'>,
  partition: number,
  chunk: Chunk,
  inUse: ModelInUse,
): void {
  if (inUse.shadow === undefined) return
  const found = comparisonsOf(chunk, inUse, (memberId) => shadows.wants(partition, memberId))
  shadows.note(partition, inUse.shadow.scorer.model.id, found).catch((error: unknown) => telemetry.notCompared(error))
}
