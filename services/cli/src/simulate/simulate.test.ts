import { playsFrom, playFiles } from '@perennial/deployment'
import { BUILT_IN, DAY_MS, type Fact } from '@perennial/member'
import type { Plays } from '@perennial/playbooks'
import { createScorer, starterModel } from '@perennial/risk'
import { readDispatcherConfig } from '@perennial/dispatcher'
import { expect, test } from 'vitest'
import { sampleRecords } from '../sample/sample.ts'
import { FactTable } from './fact-table.ts'
import { POLL_MS, type Received, replayLive } from './live.fixture.ts'
import { simulateInShares } from './in-shares.ts'
import { recordReader } from './record-facts.ts'
import { joined } from './results.ts'
import { type PlayTexts, playsOf } from './sets.ts'
import { simulate } from './simulate.ts'

const END = Date.UTC(2026, 10, 1)
const FROM = END - 300 * DAY_MS
const scorer = createScorer(starterModel())

const POLICY = {
  file: 'policy.yaml',
  text: `cap: { contacts: 2, within: 9d }
quietHours: { from: '20:00', to: '08:00' }
holidays: ['05-01', '2026-03-09']
holdout: { salt: guild, share: 0.1 }
timeZone: Europe/Berlin
`,
}

/** Every play that is shipped, switched on. */
function allTexts(): PlayTexts {
  const shipped = playFiles(readDispatcherConfig({}).playbooks).filter(({ file }) => !file.endsWith('policy.yaml'))
  const files = [...shipped, POLICY]
  return { files, on: playsFrom(files).playbooks.map(({ name }) => name) }
}

function allPlays(): Plays {
  return playsOf(allTexts(), BUILT_IN)
}

function sampleFacts(members: number): Fact[] {
  const read = recordReader(BUILT_IN, (address) => address)
  return [...sampleRecords({ seed: 3, members, days: 600, end: END })].flatMap((record) => {
    const taken = read(record)
    return taken.kind === 'ok' ? taken.facts : []
  })
}

test('law: a simulation makes the contacts that the deployment makes when the same facts come in as they happened', async () => {
  const facts = sampleFacts(40)
  const table = new FactTable()
  table.addAll(facts)
  const plays = allPlays()
  const settings = { plays, scorer, from: FROM, to: END }
  const live = await replayLive({ facts, ...settings })
  const { scenarios } = await simulate({ facts: table.done(), ...settings, plays: [plays], aliasMs: 180 * DAY_MS })
  const simulated = [...(scenarios[0]?.notebook.notes.values() ?? [])].filter(({ result }) => result === 'sent')

  expect(new Set(live.map(({ playbook }) => playbook)).size).toBeGreaterThan(10)
  expect(simulated.map(nameOf).toSorted()).toEqual(live.map(nameOf).toSorted())
  const times = new Map(simulated.map((note) => [nameOf(note), note.at]))
  // Live, what is due is found by the next look; a simulation goes to the instant itself.
  const late = live.map((contact) => contact.at - (times.get(nameOf(contact)) ?? 0))
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...late)).toBeLessThanOrEqual(POLL_MS)
}, 60_000)

test('in shares, each in a thread, members have the very contacts that they have in one piece', async () => {
  const table = new FactTable()
  table.addAll(sampleFacts(60))
  const facts = table.done()
  const texts = allTexts()
  const set = { texts, plays: playsOf(texts, BUILT_IN) }
  const without = { ...texts, on: texts.on.filter((name) => name !== 'renewal-series') }
  const sets = [set, { texts: without, plays: playsOf(without, BUILT_IN) }]
  const work = { facts, scorer, aliasMs: 180 * DAY_MS, from: FROM, to: END - 30 * DAY_MS }
  const folded: number[] = []
  const inShares = await simulateInShares({
    ...work,
    sets,
    shares: 2,
    signal: AbortSignal.timeout(50_000),
    onProgress: (done, total) => folded.push(done / total),
  })
  const whole = await simulate({ ...work, plays: sets.map(({ plays }) => plays) })
  const notes = whole.scenarios.map(({ notebook }) => notebook.notes)
  const onePiece = joined([{ ...whole, notes }], facts.subjects)

  expect(Math.min(...inShares.map(({ members }) => members))).toBeGreaterThan(20)
  expect(inShares).toHaveLength(2)
  expect(joined(inShares, facts.subjects)).toMatchObject({ members: onePiece.members, facts: onePiece.facts })
  for (const [n, contacts] of joined(inShares, facts.subjects).notes.entries())
    expect([...contacts]).toEqual([...(onePiece.notes[n] ?? [])])
  expect(onePiece.notes[0]?.size).toBeGreaterThan(100)
  expect(facts.ties.length).toBeGreaterThan(10)
  expect(folded.at(-1)).toBe(1)
}, 60_000)

function nameOf({ memberId, termId, playbook, step }: Omit<Received, 'at'>): string {
  return `${memberId} ${termId} ${playbook} ${step}`
}
