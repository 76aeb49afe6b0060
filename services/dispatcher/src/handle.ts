import {
  type Batch,
  type Consumption,
  deadLetter,
  type Decode,
  type Dropped,
  type LogRecord,
  type Outgoing,
  type TopicPartition,
} from '@perennial/runtime'
import manifest from '../package.json' with { type: 'json' }
import { type DispatchDeps, dispatch } from './dispatch.ts'
import type { Telemetry } from './telemetry.ts'
import { withdraw, type WithdrawDeps } from './withdraw.ts'

/** Records worked through between two heartbeats: their decisions are read and written together. */
const CHUNK = 1_000

export type HandleDeps = DispatchDeps &
  WithdrawDeps &
  Readonly<{
    decode: Decode<'member-risk'>
    /** Appends to the dead letters of `member-risk`. */
    putAside(letters: readonly Outgoing[]): Promise<void>
    telemetry: Telemetry
  }>

/** Works through a batch and moves the position behind what is done. */
export async function handleBatch(
  deps: HandleDeps,
  batch: Batch,
  consumption: Pick<Consumption, 'commit'>,
): Promise<void> {
  const { tp, records } = batch
  for (let at = 0; at < records.length && !batch.stopping();) {
    const chunk = records.slice(at, endOfChunk(records, at))
    at += chunk.length
    const started = performance.now()
    const { records: risks, dropped } = await deps.decode(chunk)
    // Before the position moves on, so that none is lost; a crash in between sets it aside twice.
    await deps.putAside(deadLetters(tp, chunk, dropped))
    const dispatched = await dispatch(deps, tp.partition, risks)
    const withdrawn = chunk.flatMap(({ key, value }) => (value === null && key !== null ? [String(key)] : []))
    if (withdrawn.length > 0) await withdraw(deps, tp.partition, withdrawn)
    const newestAt = risks.length === 0 ? undefined : Math.max(...risks.map(({ asOf }) => asOf))
    deps.telemetry.chunk({ ...dispatched, dropped, tp, newestAt }, performance.now() - started)
    await consumption.commit(tp, (chunk.at(-1)?.offset ?? 0) + 1)
    await batch.heartbeat()
  }
}

function deadLetters(tp: TopicPartition, records: readonly LogRecord[], dropped: readonly Dropped[]): Outgoing[] {
  const reasons = new Map(dropped.map(({ offset, dead }) => [offset, dead]))
  return records.flatMap((record) => {
    const dead = reasons.get(record.offset)
    return dead === undefined ? [] : [deadLetter(tp, record, dead, manifest.version)]
  })
}

/** A chunk holds risks, or withdrawals, but never a risk behind a withdrawal: of one member they must stay in order. */
function endOfChunk(records: readonly LogRecord[], from: number): number {
  const most = Math.min(records.length, from + CHUNK)
  for (let at = from + 1; at < most; at++) if (records[at - 1]?.value === null && records[at]?.value !== null) return at
  return most
}
