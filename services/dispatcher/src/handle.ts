import type { Batch, Consumption, Decode } from '@perennial/runtime'
import { type DispatchDeps, dispatch } from './dispatch.ts'
import type { Telemetry } from './telemetry.ts'

/** Records worked through between two heartbeats: their decisions are read and written together. */
const CHUNK = 1_000

export type HandleDeps = DispatchDeps & Readonly<{ decode: Decode<'member-risk'>; telemetry: Telemetry }>

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
    const dispatched = await dispatch(deps, tp.partition, risks)
    const newestAt = risks.length === 0 ? undefined : Math.max(...risks.map(({ asOf }) => asOf))
    deps.telemetry.chunk({ ...dispatched, dropped, tp, newestAt }, performance.now() - started)
    await consumption.commit(tp, (chunk.at(-1)?.offset ?? 0) + 1)
    await batch.heartbeat()
  }
}
