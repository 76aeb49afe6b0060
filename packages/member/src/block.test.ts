import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BlockWriter, factsInBlock, readBlock } from './block.ts'
import { MAX_BLOCK_BYTES, MAX_BLOCK_FACTS } from './block-layout.ts'
import { FactCursor } from './cursor.ts'
import { encodeRow } from './encode.ts'
import { activity, anyFacts, OPEN } from './facts.fixture.ts'
import { foldFact } from './fold.ts'
import { newRows } from './rows.ts'
import { SIGNAL_COUNT } from './signals.ts'
import { memberKey, type SubjectKey } from './subject.ts'
import { BUILT_IN } from './vocabulary.ts'

/** Of the first fact of a block. */
const KIND_AT = 4 + 2
const DETAIL_AT = 4 + 13

function blockOf(facts: readonly Parameters<BlockWriter['add']>[0][]): Uint8Array {
  const writer = new BlockWriter()
  for (const fact of facts) expect(writer.add(fact)).toBe(true)
  return writer.finish()
}

describe('a block', () => {
  test('gives back the facts that went in', () => {
    fc.assert(
      fc.property(
        anyFacts(60, OPEN),
        fc.nat(2 ** 44),
        fc.string({ minLength: 1, maxLength: 40 }),
        (facts, offset, id) => {
          const placed = facts.map((fact, index) => ({
            ...fact,
            subject: memberKey(id),
            source: { stream: 3, partition: 65_535, offset, index },
          }))
          expect(readBlock(blockOf(placed))).toEqual(placed)
        },
      ),
    )
  })

  test('gives back links, transfers and outcomes', () => {
    const { kind: _, signal: __, amount: ___, trust: ____, ...common } = activity('x', 1)
    const facts = [
      { ...common, kind: 'link', member: memberKey('ünïcode') },
      { ...common, kind: 'unlink', member: memberKey('7') },
      { ...common, kind: 'transfer', sign: -1, row: Uint8Array.of(1, 2, 3) },
      { ...common, kind: 'outcome', outcome: 'bounced' },
    ] as const
    expect(readBlock(blockOf(facts))).toEqual(facts)
  })

  test('is full at its limits, and the writer starts anew after it', () => {
    const writer = new BlockWriter()
    let added = 0
    while (writer.add(activity(`f${added}`, 1))) added++
    expect(added).toBe(MAX_BLOCK_FACTS)
    expect(factsInBlock(writer.finish())).toBe(MAX_BLOCK_FACTS)
    expect(writer.add(activity('next', 1))).toBe(true)
    expect(writer.count).toBe(1)
  })

  test('keeps to its size in bytes', () => {
    const writer = new BlockWriter()
    const fact = { ...activity('x', 1), subject: memberKey('i'.repeat(200)) }
    while (writer.add(fact));
    expect(writer.bytes).toBeLessThanOrEqual(MAX_BLOCK_BYTES)
    expect(writer.count).toBeGreaterThan(400)
  })

  test('refuses a subject that fits no block', () => {
    expect(() => new BlockWriter().add({ ...activity('x', 1), subject: memberKey('i'.repeat(300)) })).toThrow(
      RangeError,
    )
  })

  test('a damaged one is noticed, not misread', () => {
    const block = blockOf([activity('a', 1), activity('b', 2)])
    expect(() => readBlock(block.subarray(0, block.length - 1))).toThrow('longer than its')
    expect(() => readBlock(Uint8Array.of(...block, 0))).toThrow('after its last')
    expect(() => readBlock(Uint8Array.of(9, ...block.subarray(1)))).toThrow('version 9')
    expect(() => readBlock(new Uint8Array())).toThrow('0 bytes')
  })

  const problemOf = (block: Uint8Array, vocabulary = BUILT_IN) => {
    const cursor = new FactCursor(block)
    cursor.next()
    return cursor.problem(vocabulary)
  }

  test('says which facts cannot be folded', () => {
    const block = blockOf([activity('a', 1)])
    expect(problemOf(block)).toBeUndefined()
    expect(problemOf(block.with(DETAIL_AT, SIGNAL_COUNT))).toBe(
      `signal ${SIGNAL_COUNT} is unknown: run the newer release`,
    )
    expect(problemOf(block.with(KIND_AT, 99))).toBe('kind 99 is unknown')
  })

  test.each([
    ['{"tier":', 'the membership change is no JSON'],
    ['null', 'the membership change is no object'],
    ['{"term":null}', 'the membership change has no usable term'],
    ['{"status":"constructor"}', 'the membership change has no usable status'],
    ['{"consent":{"marketing":1}}', 'the membership change has no usable consent'],
    ['{"tier":7}', 'the membership change has no usable tier'],
    ['{"tier":"gold","dues":12,"of a newer release":{}}', undefined],
  ])('says whether a membership of %s can be folded', (text, problem) => {
    const { kind: _, signal: __, amount: ___, trust: ____, ...common } = activity('x', 1)
    // A link carries its member as it is: its text becomes that of the change.
    const block = blockOf([{ ...common, kind: 'link', member: text as SubjectKey }])
    expect(problemOf(block.with(KIND_AT, 1))).toBe(problem)
  })

  test('an open signal can be folded where the deployment names it', () => {
    const block = blockOf([activity('a', 1, { signal: SIGNAL_COUNT + 1 })])
    expect(problemOf(block, OPEN)).toBeUndefined()
    expect(problemOf(block)).toBe('open signal 2 is unknown: the signals file (PERENNIAL_SIGNALS) names 0')
  })

  test('the sums of an alias can be folded where their signals are named', () => {
    const { kind: _, signal: __, amount: ___, trust: ____, ...common } = activity('x', 1)
    const rows = newRows(1, OPEN)
    foldFact(rows, 0, activity('a', 1, { signal: SIGNAL_COUNT + 1 }))
    const block = blockOf([{ ...common, kind: 'transfer', sign: 1, row: encodeRow(rows, 0) }])
    expect(problemOf(block, OPEN)).toBeUndefined()
    expect(problemOf(block)).toContain('the signals file (PERENNIAL_SIGNALS) names 0')
    expect(problemOf(blockOf([{ ...common, kind: 'transfer', sign: 1, row: Uint8Array.of(1, 2) }]))).toBeDefined()
  })
})
