import { type Batch, type Consumption, headerText, type LogRecord } from '@perennial/runtime'
import { type MemberRiskV1, REPLAY_BY_MODEL, REPLAY_CAUSE_HEADER } from '@perennial/streams'
import type { Decode } from './decode.ts'
import { type DispatchDeps, dispatch } from './dispatch.ts'
import type { Recall } from './recall.ts'
import type { Telemetry } from './telemetry.ts'

/** Records worked through between two heartbeats: their decisions are read and written together. */
const CHUNK = 1_000

export type HandleDeps = DispatchDeps &
  Readonly<{ decode: Decode<'member-risk'>; recall: Recall; telemetry: Telemetry }>

/** Works through a batch and moves the position behind what is done. */
export async function handleBatch(
  deps: HandleDeps,
  batch: Batch,
  consumption: Pick<Consumption, 'commit'>,
): Promise<void> {
  const { tp, records } = batch
  for (let at = 0; at < records.length && !batch.stopping(); at += CHUNK) {
    const chunk = records.slice(at, at + CHUNK)
    const started = performance.now()
    const { records: risks, dropped } = await deps.decode(chunk)
    await deps.recall(tp.partition, ofHistory(chunk, risks))
    const dispatched = await dispatch(deps, tp.partition, risks)
    deps.telemetry.chunk({ ...dispatched, dropped, tp }, performance.now() - started)
    await consumption.commit(tp, (chunk.at(-1)?.offset ?? 0) + 1)
    await batch.heartbeat()
  }
}

/** Without those that only another model brought about: they are not to be acted on, but nothing was lost. */
function ofHistory(records: readonly LogRecord[], risks: readonly MemberRiskV1[]): readonly MemberRiskV1[] {
  const byModel = new Set(
    records
      .filter(({ headers }) => headerText(headers, REPLAY_CAUSE_HEADER) === REPLAY_BY_MODEL)
      .map(({ headers }) => headerText(headers, 'ce_id')),
  )
  return byModel.size === 0 ? risks : risks.filter(({ memberId, version }) => !byModel.has(`${memberId}.${version}`))
}
