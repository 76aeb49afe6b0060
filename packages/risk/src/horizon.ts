import { DAY_MS, type EpochMs, type Rows, SLOT, slot } from '@perennial/member'
import type { Model } from './model.ts'

/** Which horizon a model's risk of a row has, in numbers: the hot path allocates nothing. */
export type Horizons = Readonly<{
  isForRenewal(rows: Rows, i: number, at: EpochMs): boolean
  end(rows: Rows, i: number, at: EpochMs): EpochMs
}>

/**
 * Of the starter the renewal date while the term runs, else the end of its activity horizon; of a trained model what
 * it learned to foretell, for everybody: the length of a term does not change the days that its labels were told by.
 */
export function horizonsOf(model: Model): Horizons {
  if (model.kind === 'trained') {
    const { kind, days } = model.lapse
    return { isForRenewal: () => kind === 'left', end: (_, __, at) => at + days * DAY_MS }
  }
  const activityMs = model.horizon.activityDays * DAY_MS
  const isForRenewal = (rows: Rows, i: number, at: EpochMs) => slot(rows, i, SLOT.termEnd) > at
  const end = (rows: Rows, i: number, at: EpochMs) =>
    isForRenewal(rows, i, at) ? slot(rows, i, SLOT.termEnd) : at + activityMs
  return { isForRenewal, end }
}
