import {
  BlockWriter,
  decodeRow,
  type Fact,
  newRows,
  partitionFor,
  type Rows,
  type SubjectKey,
  vocabularyOf,
} from '@perennial/member'
import { createScorer, readScore, type Score, starterModel } from '@perennial/risk'
import { applyBlock, collectKeys } from './apply.ts'
import { barErased } from './erase.ts'
import { changedRows, type Chunk, clearChunk, type Counts, goneRows, loadRows, newChunk } from './chunk.ts'
import { type Engine, newPartitionState, type PartitionState } from './engine.ts'
import { type ModelInUse, modelInUse } from './model-in-use.ts'
import type { Outcome } from './prediction.ts'
import { rescoreChunk, sweepChunk } from './sweep.ts'
import { placeFor } from './chunk.ts'
import { CHANGE, CHANGE_SLOTS } from './risk-changes.ts'

const DAY_MS = 86_400_000
/** The deployment has signals of its own, numbers 16 and 17. */
const OPEN = vocabularyOf([
  { stream: 'forum', action: 'posted' },
  { stream: 'shift', action: 'missed', family: 'friction' },
])
export const scorer = createScorer(starterModel())

/** A change of risk as tests look at it. */
export type RiskChange = Readonly<{
  key: string
  version: number
  cause: 'fact' | 'silence' | 'model'
  band: number
  score: Score
}>

function riskChangeAt({ keys, risks }: Chunk, n: number): RiskChange {
  const start = risks.start(n)
  const number = (slot: number) => risks.numbers[start + slot] ?? NaN
  return {
    key: keys[number(CHANGE.place)] ?? '',
    version: number(CHANGE.version),
    cause: number(CHANGE.byModel) === 1 ? 'model' : number(CHANGE.bySilence) === 1 ? 'silence' : 'fact',
    band: number(CHANGE.band),
    score: readScore(scorer.model.id, scorer.contributionNames, risks.numbers, start + CHANGE_SLOTS),
  }
}

type Partition = { log: Uint8Array[]; at: number; engine: Engine; state: PartitionState; rows: Map<string, Uint8Array> }

/** The scoring partitions in memory: logs of blocks, rows, and what partitions send each other. */
export type World = {
  partitions: Partition[]
  risks: RiskChange[]
  outcomes: (Outcome & { key: string })[]
  counts: Counts[]
}

export function newWorld(size: number, aliasMs = 180 * DAY_MS): World {
  const partitions = Array.from({ length: size }, (_, partition): Partition => {
    const engine: Engine = { partition, model: modelInUse(scorer), aliasMs, pseudonym: (key) => `hash of ${key}` }
    return { log: [], at: 0, engine, state: newPartitionState(), rows: new Map() }
  })
  return { partitions, risks: [], outcomes: [], counts: [] }
}

/** Appends facts to the logs of their partitions, `perBlock` a block. */
export function append(world: World, facts: readonly Fact[], perBlock = 7): void {
  const writers = world.partitions.map(() => new BlockWriter())
  for (const fact of facts) {
    const to = partitionFor(fact.subject, writers.length)
    const writer = writers[to]
    if (writer === undefined) throw new Error('no such partition')
    writer.add(fact)
    if (writer.count >= perBlock) world.partitions[to]?.log.push(writer.finish())
  }
  for (const [to, writer] of writers.entries()) if (writer.count > 0) world.partitions[to]?.log.push(writer.finish())
}

/** Folds everything, what partitions send each other included, `blocks` blocks a commit. */
export function run(world: World, blocks = 3): void {
  for (let busy = true; busy;) {
    busy = false
    for (const partition of world.partitions) {
      if (partition.at >= partition.log.length) continue
      busy = true
      // Taken before: what the commit sends may land behind, in the same log.
      const blocksNow = partition.log.slice(partition.at, partition.at + blocks)
      partition.at += blocksNow.length
      commit(world, partition, blocksNow)
    }
  }
}

function commit(world: World, partition: Partition, blocks: readonly Uint8Array[]): void {
  const chunk = newChunk(4_000, OPEN)
  const placed = blocks.map((block, offset) => ({
    block,
    offset,
    places: collectKeys(chunk, block) ?? new Int32Array(),
  }))
  load(partition, chunk)
  barErased({ ...partition, chunk }, (place) => partition.rows.has(chunk.keys[place] ?? ''))
  for (const block of placed) applyBlock({ ...partition, chunk }, block)
  store(world, partition, chunk)
}

function load(partition: Partition, chunk: Chunk): void {
  loadRows(
    chunk,
    chunk.keys.map((key) => partition.rows.get(key) ?? null),
  )
}

function store(world: World, partition: Partition, chunk: Chunk): void {
  for (const key of goneRows(chunk).rows) partition.rows.delete(key)
  for (const [key, row] of changedRows(chunk)) partition.rows.set(key, row)
  for (let n = 0; n < chunk.risks.length; n++) world.risks.push(riskChangeAt(chunk, n))
  world.outcomes.push(...chunk.outcomes.map((outcome) => ({ ...outcome, key: chunk.keys[outcome.place] ?? '' })))
  world.counts.push(structuredClone(chunk.counts))
  append(world, [...chunk.forwards])
  clearChunk(chunk)
}

/** Lets time pass for everybody, as sweeps do. Answers the aliases that were freed. */
export function sweepAll(world: World, clock: number): string[] {
  return world.partitions.flatMap((partition) => {
    const chunk = newChunk(Math.max(1, partition.rows.size), OPEN)
    for (const key of partition.rows.keys()) placeFor(chunk, key)
    load(partition, chunk)
    const { freed } = sweepChunk({ ...partition, chunk }, clock, () => true)
    store(world, partition, chunk)
    for (const key of freed) partition.rows.delete(key)
    return freed
  })
}

/** Another model scores from here on. */
export function promote(world: World, model: ModelInUse): void {
  for (const partition of world.partitions) partition.engine = { ...partition.engine, model }
}

/** Takes everybody over from the model before, as the pass in the background does. */
export function rescoreAll(world: World, clock: number): void {
  for (const partition of world.partitions) {
    const chunk = newChunk(Math.max(1, partition.rows.size))
    for (const key of partition.rows.keys()) placeFor(chunk, key)
    load(partition, chunk)
    rescoreChunk({ ...partition, chunk, clock }, clock)
    store(world, partition, chunk)
  }
}

export function rowOf(world: World, key: SubjectKey): Rows | undefined {
  const stored = world.partitions[partitionFor(key, world.partitions.length)]?.rows.get(key)
  if (stored === undefined) return undefined
  const rows = newRows(1, OPEN)
  decodeRow(stored, rows, 0)
  return rows
}

export function total(world: World, pick: (counts: Counts) => number): number {
  return world.counts.reduce((sum, counts) => sum + pick(counts), 0)
}
