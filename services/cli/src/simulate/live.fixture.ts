import { CHANNELS } from '@perennial/channels'
import { dispatch, type DispatchDeps, lookAtDue, type LookDeps } from '@perennial/dispatcher'
import {
  applyBlock,
  changedRows,
  type Chunk,
  clearChunk,
  collectKeys,
  type Engine,
  loadRows,
  modelInUse,
  movedDues,
  newChunk,
  newPartitionState,
  type PartitionState,
  placeFor,
  sweepChunk,
} from '@perennial/engine'
import {
  BlockWriter,
  DAY_MS,
  decodeRow,
  type EpochMs,
  type Fact,
  isMemberKey,
  memberIdOf,
  memberKey,
  newRows,
  partitionFor,
  type Rows,
  slot,
  SLOT,
} from '@perennial/member'
import { type OutreachDeps, runJob } from '@perennial/outreach'
import type { Plays } from '@perennial/playbooks'
import type { Scorer } from '@perennial/risk'
import { killSwitchState, nobodyErased } from '@perennial/runtime'
import { riskRecordOf } from '@perennial/scoring'
import type { MemberRiskV1 } from '@perennial/streams'
import {
  memoryAgenda,
  memoryContacts,
  memoryHeldAlerts,
  memoryJobQueue,
  memoryLedger,
  memoryQuotas,
  memoryRiskProjection,
  scriptedRecall,
  settableClock,
} from '@perennial/testkit'

const PARTITIONS = 3
/** How often somebody looks whether anything is due. */
export const POLL_MS = 10 * 60_000

type Partition = {
  engine: Engine
  state: PartitionState
  chunk: Chunk
  rows: Map<string, Uint8Array>
  dues: Map<string, EpochMs>
  waiting: Fact[]
}

/** A contact as its receiver saw it. */
export type Received = Readonly<{ memberId: string; termId: string; playbook: string; step: string; at: EpochMs }>

export type Replayed = Readonly<{
  /** In the order of time. */
  facts: readonly Fact[]
  plays: Plays
  scorer: Scorer
  from: EpochMs
  to: EpochMs
}>

/**
 * The deployment as it runs: partitions with stored rows and a due-index, a sweep, the dispatcher, its agenda, the queue
 * and outreach, which look every ten minutes what is due. Facts come in when they happen; plays are switched on at `from`.
 */
export async function replayLive({ facts, plays, scorer, from, to }: Replayed): Promise<Received[]> {
  const clock = settableClock(from)
  const received: Received[] = []
  const partitions = Array.from({ length: PARTITIONS }, (_, partition): Partition => {
    const engine = { partition, model: modelInUse(scorer), aliasMs: 180 * DAY_MS, pseudonym: (key: string) => key }
    return { engine, state: newPartitionState(), chunk: newChunk(500), rows: new Map(), dues: new Map(), waiting: [] }
  })
  const names = { modelId: scorer.model.id, contributionNames: scorer.contributionNames }
  const rowOf = (id: string): Rows | undefined => {
    const key = memberKey(id)
    const stored = partitions[partitionFor(key, PARTITIONS)]?.rows.get(key)
    if (stored === undefined) return undefined
    const rows = newRows(1)
    decodeRow(stored, rows, 0)
    return rows
  }
  const queue = memoryJobQueue(clock, { keepMs: 300 * DAY_MS })
  const channel = (name: string) => ({
    name,
    send: async ({ memberId, termId, playbook, step }: Omit<Received, 'at'>) => {
      received.push({ memberId, termId, playbook, step, at: clock.now() })
      return { kind: 'delivered' } as const
    },
  })
  const shared = {
    plays,
    scorer,
    clock,
    ledger: memoryLedger(),
    contacts: memoryContacts(),
    quotas: memoryQuotas(),
    heldAlerts: memoryHeldAlerts(),
    alerts: { get: async () => undefined },
    kill: async () => killSwitchState([]),
    erased: nobodyErased,
    recall: scriptedRecall(),
  }
  const dispatcher: DispatchDeps & LookDeps = {
    ...shared,
    queue,
    risks: memoryRiskProjection(),
    agenda: memoryAgenda(),
    members: { readMany: async (ids) => ids.map(rowOf) },
    publish: async () => undefined,
    decided: () => undefined,
  }
  const outreach: OutreachDeps = {
    ...shared,
    playsOf: async () => plays,
    channels: new Map(CHANNELS.map(({ name }) => [name, channel(name)])),
    members: { read: async (id) => rowOf(id) },
    report: async () => undefined,
    telemetry: { sent: () => undefined, held: () => undefined },
  }
  await queue.work({ concurrency: 1, handle: (run) => runJob(outreach, run), abandoned: async () => undefined })

  /** Folds what waits everywhere, passes time, and answers what was made known, by partition. */
  function score(now: EpochMs): MemberRiskV1[][] {
    const risks = partitions.map((): MemberRiskV1[] => [])
    while (partitions.some(({ waiting }) => waiting.length > 0))
      for (const [n, partition] of partitions.entries())
        if (partition.waiting.length > 0) commit(partition, risks[n] ?? [], (work) => fold(work))
    for (const [n, partition] of partitions.entries()) {
      const due = [...partition.dues].filter(([, at]) => at <= now).map(([key]) => key)
      if (due.length > 0) commit(partition, risks[n] ?? [], (work) => sweep(work, due, now))
    }
    return risks
  }

  function commit(partition: Partition, risks: MemberRiskV1[], work: (partition: Partition) => void): void {
    const { chunk, rows, dues } = partition
    work(partition)
    for (const [key, row] of changedRows(chunk)) rows.set(key, row)
    for (const { key, place } of movedDues(chunk)) {
      const at = slot(chunk.rows, place, SLOT.dueAt)
      if (at === 0 || !isMemberKey(key)) dues.delete(key)
      else dues.set(key, at)
    }
    for (let n = 0; n < chunk.risks.length; n++) risks.push(riskRecordOf(chunk, n, names))
    const passedOn = [...chunk.forwards]
    clearChunk(chunk)
    for (const fact of passedOn) partitions[partitionFor(fact.subject, PARTITIONS)]?.waiting.push(fact)
  }

  async function act(risks: readonly MemberRiskV1[][]): Promise<void> {
    for (const [n, of] of risks.entries()) if (of.length > 0) await dispatch(dispatcher, n, of)
    for (let n = 0; n < PARTITIONS; n++) while ((await lookAtDue(dispatcher, n)) > 0);
    await queue.runDue()
  }

  let next = 0
  const takeUpTo = (until: EpochMs) => {
    for (let fact = facts[next]; fact !== undefined && fact.at <= until; fact = facts[++next])
      partitions[partitionFor(fact.subject, PARTITIONS)]?.waiting.push(fact)
  }
  // Not all at once: what an alias passes on would come to its member late, and be judged then.
  for (let at = facts[0]?.at ?? from; at < from; at = facts[next]?.at ?? from) {
    takeUpTo(at)
    score(at)
  }
  score(from)
  for (const [n, { rows }] of partitions.entries()) {
    const members = [...rows.keys()].filter(isMemberKey).map((key): string => memberIdOf(key))
    await dispatcher.agenda.notice(n, members, from)
  }
  for (let now = from; now < to; now = Math.min(now + POLL_MS - (now % POLL_MS), facts[next]?.at ?? Infinity)) {
    clock.set(now)
    takeUpTo(now)
    await act(score(now))
  }
  return received
}

function load({ chunk, rows }: Partition): void {
  loadRows(
    chunk,
    chunk.keys.map((key) => rows.get(key) ?? null),
  )
}

function fold(partition: Partition): void {
  const writer = new BlockWriter()
  let taken = 0
  while (taken < Math.min(400, partition.waiting.length) && writer.add(partition.waiting[taken]!)) taken++
  partition.waiting.splice(0, taken)
  const block = writer.finish()
  const places = collectKeys(partition.chunk, block)
  if (places === undefined) throw new Error('The chunk is too small for a block.')
  load(partition)
  applyBlock(partition, { block, places, offset: 0 })
}

function sweep(partition: Partition, due: readonly string[], now: EpochMs): void {
  for (const key of due) placeFor(partition.chunk, key)
  load(partition)
  sweepChunk(partition, now, () => true)
}
