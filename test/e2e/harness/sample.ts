import type { SourceInput } from '@perennial/runtime'
import { sampleRecords } from '../../../services/cli/src/sample/sample.ts'

export type SliceOptions = Readonly<{ members: number; days: number; seed?: number; end?: number }>

/**
 * A slice of the sample association's time, in order, without the outcomes it makes up: in these tests outcomes are
 * the pipeline's own. Shorter than the 180 days an alias's past counts, so that what comes of it does not depend on
 * which of two topics is read first.
 */
export function sampleSlice({ members, days, seed = 7, end = startOfToday() }: SliceOptions): SourceInput[] {
  return [...sampleRecords({ seed, end, members, days })].filter(({ stream }) => stream !== 'outreach-outcome')
}

export function startOfToday(): number {
  return Math.floor(Date.now() / 86_400_000) * 86_400_000
}

/** A small generator of numbers from 0 to 1, the same for the same seed: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
