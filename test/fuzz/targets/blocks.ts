import {
  applyBlock,
  changedRows,
  clearChunk,
  collectKeys,
  type Engine,
  modelInUse,
  newChunk,
  newPartitionState,
} from '../../../packages/engine/src/index.ts'
import { barErased } from '../../../packages/engine/src/erase.ts'
import { BlockWriter, type Fact, memberKey } from '@perennial/member'
import { createScorer, starterModel } from '@perennial/risk'
import { activity, membership, OPEN } from '../../../packages/member/src/facts.fixture.ts'
import type { Target } from '../target.ts'

/** The facts of a block are at most this many; fewer make it quick. */
const CAPACITY = 2_000
const DAY_MS = 86_400_000

/** The values of member-activity, folded as scoring does it. */
export function createTarget(): Target {
  const engine: Engine = {
    partition: 0,
    model: modelInUse(createScorer(starterModel())),
    aliasMs: 180 * DAY_MS,
    pseudonym: (key) => `hash of ${key}`,
  }
  const chunk = newChunk(CAPACITY, OPEN)
  const writer = new BlockWriter()
  const take = (block: Buffer) => {
    const places = placesOf(block)
    if (places === undefined) return
    const work = { engine, state: newPartitionState(), chunk }
    barErased(work, () => false)
    applyBlock(work, { block, places, offset: 0 })
    changedRows(chunk)
    for (const fact of chunk.forwards) writer.add(fact)
    writer.finish()
  }
  /** Undefined where the block as such is broken: then it goes to the dead letters. */
  const placesOf = (block: Buffer) => {
    try {
      return collectKeys(chunk, block)
    } catch (error) {
      if (error instanceof Error && error.constructor === Error) return undefined
      throw error
    }
  }
  return {
    shape: 'bytes',
    samples: samples(),
    take(block) {
      try {
        take(block)
      } finally {
        clearChunk(chunk)
      }
    },
  }
}

function samples(): Buffer[] {
  const { kind: _, signal: __, amount: ___, trust: ____, ...common } = activity('x', 3)
  const alias = { ...common, subject: 'e:#someone' as Fact['subject'] }
  const change = { tier: 'gold', consent: { marketing: true }, term: { start: 1, end: 2 * DAY_MS }, dues: 12 }
  const facts: Fact[] = [
    activity('a', 1),
    activity('b', 2, { signal: 4, amount: 2.5, trust: 0.3 }),
    membership('c', 3, { status: 'active', joinedAt: DAY_MS, ...change }),
    { ...common, kind: 'outcome', outcome: 'delivered' },
    { ...alias, kind: 'link', member: memberKey('M1') },
    { ...activity('d', 4), subject: alias.subject },
    { ...alias, kind: 'unlink', member: memberKey('M1') },
    { ...common, kind: 'erasure', readmits: false },
  ]
  const placed = facts.map((fact, index) => ({ ...fact, source: { ...fact.source, offset: index + 1 } }))
  return [placed, ...placed.map((fact) => [fact]), placed.toReversed()].map((some) => {
    const writer = new BlockWriter()
    for (const fact of some) writer.add(fact)
    return Buffer.from(writer.finish())
  })
}
