import type { ABOUT, Chunk, Outcome } from '@perennial/engine'
import { DAY_MS, type EpochMs, memberIdOf, refuses } from '@perennial/member'
import { bandName } from '@perennial/risk'
import type { OutcomeRecord } from '@perennial/runtime'
import { PROFILING } from './hearing.ts'

const ABOUTS = ['term', 'leaving', 'silence'] as const satisfies readonly (keyof typeof ABOUT)[]

/** What came out this long ago was not folded as it happened: the association's history, or a backlog of days. */
const LIVE_WITHIN_MS = DAY_MS

/** The outcomes of a chunk as they are recorded. `idOf`: of models by their numbers. */
export function outcomeRecords(chunk: Chunk, idOf: (model: number) => string, now: EpochMs): OutcomeRecord[] {
  // Nothing is learned from who objects to being profiled.
  const used = chunk.outcomes.filter(({ place }) => !refuses(chunk.rows, place, PROFILING))
  return used.map((outcome) => recordOf(chunk, outcome, idOf, now))
}

function recordOf(
  { keys }: Chunk,
  { place, about, saidAt, outcome, at, model, band, risk, shadow }: Outcome,
  idOf: (model: number) => string,
  now: EpochMs,
): OutcomeRecord {
  return {
    memberId: memberIdOf(keys[place] ?? ''),
    about: ABOUTS[about],
    saidAt,
    outcome,
    at,
    modelId: idOf(model),
    band: bandName(band) ?? 'low',
    risk,
    ...(shadow === undefined ? {} : { shadow: { modelId: idOf(shadow.model), risk: shadow.risk } }),
    live: at > now - LIVE_WITHIN_MS,
  }
}
