import {
  countOf,
  DECAY_RATES,
  HALF_LIVES_DAYS,
  LANDMARK_MS,
  type Rows,
  SIGNAL_COUNT,
  signalId,
  signalSlot,
  SLOT,
  slot,
} from '@perennial/member'
import type { SourceInput } from '@perennial/runtime'
import { type Meaning, VOCABULARY } from '@perennial/streams'
import type { Loaded } from './facts.ts'

const HALVES = HALF_LIVES_DAYS.length
/** Additions in another order round differently, by far less than this. */
const TOLERANCE = 1e-9

/**
 * What every member's row must hold in the end: facts, counts by signal and decayed sums, each fact counted once.
 * Worked out from the records alone, in one pass, by other code than that which is measured.
 */
export class Expected {
  readonly members: number
  readonly #facts: Uint32Array
  readonly #counts: Uint32Array
  readonly #sums: Float64Array

  constructor(members: number) {
    this.members = members
    this.#facts = new Uint32Array(members)
    this.#counts = new Uint32Array(members * SIGNAL_COUNT)
    this.#sums = new Float64Array(members * SIGNAL_COUNT * HALVES)
  }

  add({ member, input, repeated }: Loaded): void {
    if (repeated) return
    this.#facts[member]! += 1
    const meaning = meaningOf(input)
    if (meaning?.signal === undefined) return
    const place = member * SIGNAL_COUNT + signalId(meaning.signal)
    this.#counts[place]! += 1
    const age = input.record.occurredAt - LANDMARK_MS
    for (let h = 0; h < HALVES; h++)
      this.#sums[place * HALVES + h]! += (meaning.amount ?? 0) * Math.exp((DECAY_RATES[h] ?? 0) * age)
  }

  /** What is wrong with a member's row, undefined when it is right. */
  problem(member: number, rows: Rows, i: number): string | undefined {
    const facts = slot(rows, i, SLOT.facts)
    if (facts !== this.#facts[member]) return `${facts} facts instead of ${this.#facts[member]}`
    for (let signal = 0; signal < SIGNAL_COUNT; signal++) {
      const place = member * SIGNAL_COUNT + signal
      const count = countOf(rows, i, signal)
      if (count !== this.#counts[place]) return `signal ${signal}: ${count} instead of ${this.#counts[place]}`
      for (let h = 0; h < HALVES; h++) {
        const sum = rows.f64[i * rows.slots + signalSlot(signal) + h] ?? 0
        const right = this.#sums[place * HALVES + h] ?? 0
        if (Math.abs(sum - right) > TOLERANCE * right) return `signal ${signal}, sum ${h}: ${sum} instead of ${right}`
      }
    }
    return undefined
  }
}

function meaningOf({ stream, record }: SourceInput): Meaning | undefined {
  if (!('type' in record) || stream === 'custom-activity') return undefined
  const meanings: Readonly<Record<string, Meaning>> = VOCABULARY[stream]
  return meanings[record.type]
}
