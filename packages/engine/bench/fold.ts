/*
 * What one fact costs the engine, by step, without Kafka and Redis:
 *   node packages/engine/bench/fold.ts [facts]
 * A million facts of 100,000 members (Zipf), two blocks a commit; the second round is the warm one.
 */
import { BlockWriter, type Fact, idHash, memberKey, STREAM_CODES } from '@perennial/member'
import { createScorer, starterModel } from '@perennial/risk'
import {
  applyBlock,
  changedRows,
  clearChunk,
  collectKeys,
  loadRows,
  modelInUse,
  newChunk,
  newPartitionState,
} from '../src/index.ts'

const FACTS = Number(process.argv[2] ?? 1_000_000)
const MEMBERS = 100_000
const STEPS = ['collect', 'load', 'apply', 'encode', 'store'] as const

let seed = 1
function random(): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
  return seed / 0x7fffffff
}

function fact(n: number): Fact {
  const member = Math.floor(Math.exp(random() * Math.log(MEMBERS)))
  const { hi, lo } = idHash(`event-${n}`)
  const source = { stream: STREAM_CODES['website-activity'], partition: 0, offset: n, index: 0 }
  const at = Date.UTC(2026, 7, 1) + n * 7_776
  return {
    kind: 'activity',
    subject: memberKey(`member-${member}`),
    source,
    idHi: hi,
    idLo: lo,
    at,
    signal: n % 6,
    amount: 1,
    trust: 1,
  }
}

function blocks(): Uint8Array[] {
  const writer = new BlockWriter()
  const full: Uint8Array[] = []
  for (let n = 0; n < FACTS; n++) {
    const next = fact(n)
    if (writer.add(next)) continue
    full.push(writer.finish())
    writer.add(next)
  }
  return [...full, writer.finish()]
}

/** CPU time, not time: others may be at work on the machine. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

function round(log: readonly Uint8Array[]): void {
  const engine = {
    partition: 0,
    model: modelInUse(createScorer(starterModel())),
    aliasMs: 0,
    pseudonym: (key: string) => key,
  }
  const state = newPartitionState()
  const chunk = newChunk(6_000)
  const stored = new Map<string, Uint8Array>()
  const spent = STEPS.map(() => 0)
  let at = cpuMs()
  const lap = (step: (typeof STEPS)[number]) => {
    const now = cpuMs()
    spent[STEPS.indexOf(step)] = (spent[STEPS.indexOf(step)] ?? 0) + now - at
    at = now
  }
  for (let b = 0; b < log.length; b += 2) {
    clearChunk(chunk)
    const placed = log
      .slice(b, b + 2)
      .map((block, n) => ({ block, offset: b + n, places: collectKeys(chunk, block) ?? new Int32Array() }))
    lap('collect')
    loadRows(
      chunk,
      chunk.keys.map((key) => stored.get(key) ?? null),
    )
    lap('load')
    for (const block of placed) applyBlock({ engine, state, chunk }, block)
    lap('apply')
    const rows = changedRows(chunk)
    lap('encode')
    for (const [key, row] of rows) stored.set(key, row)
    lap('store')
  }
  const total = spent.reduce((sum, ms) => sum + ms, 0)
  const parts = STEPS.map((step, n) => `${step} ${(((spent[n] ?? 0) * 1000) / FACTS).toFixed(3)}`).join('  ')
  process.stdout.write(`${Math.round(FACTS / total)} thousand facts/s of CPU   µs per fact: ${parts}\n`)
}

const log = blocks()
round(log)
round(log)
