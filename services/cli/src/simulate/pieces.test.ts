import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readHistory } from '@perennial/history'
import { anonymousKey, BUILT_IN, type Fact, memberKey, type SubjectKey } from '@perennial/member'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { historyRecords } from '../learning/history-records.ts'
import { changesBetween } from './compare.ts'
import { contactLines } from './contacts-csv.ts'
import { FactTable } from './fact-table.ts'
import { historyFacts } from './history-facts.ts'
import type { Note } from './notebook.ts'
import { factsOf, recordReader } from './record-facts.ts'
import { reportOf } from './report.ts'
import { TimeHeap } from './time-heap.ts'
import { inOrder, type TimedFacts } from './timed-facts.ts'

const NOON = Date.UTC(2026, 10, 23, 12)
const HOUR = 3_600_000

describe('what is due', () => {
  test('comes out in the order of time, and at one instant in the order it went in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 0, max: 9 }), (times, until) => {
        const heap = new TimeHeap<number>()
        for (const [n, at] of times.entries()) heap.add(at, n)
        const taken: number[] = []
        for (let due = heap.take(until); due !== undefined; due = heap.take(until)) taken.push(due.item)
        const expected = times.map((at, n) => ({ at, n })).filter(({ at }) => at <= until)
        expect(taken).toEqual(expected.toSorted((a, b) => a.at - b.at || a.n - b.n).map(({ n }) => n))
        expect(heap.size).toBe(times.length - taken.length)
      }),
    )
  })
})

test('facts are put in the order of time, those of one instant as they stood', () => {
  const times = fc.array(fc.integer({ min: NOON, max: NOON + 5 * 24 * HOUR }).map((at) => Math.floor(at / HOUR) * HOUR))
  fc.assert(
    fc.property(times, (list) => {
      const expected = list.map((_, n) => n).toSorted((a, b) => (list[a] ?? 0) - (list[b] ?? 0) || a - b)
      expect([...inOrder(Float64Array.from(list))]).toEqual(expected)
    }),
  )
})

test('a history folder gives the facts that its import gives, in the same order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-simulate-'))
  try {
    await writeFile(
      join(folder, 'activity.csv'),
      [
        'member_id,at,stream,action,value',
        'M1,2025-03-01T10:00:00Z,website-activity,page_viewed,',
        'M1,2025-03-01T10:00:00Z,purchase,order_completed,24',
        'M2,2025-03-02T10:00:00Z,email-activity,unsubscribed,',
        'M2,2025-01-01T00:00:00Z,community-activity,post,',
        'M2,2025-04-02T10:00:00Z,podcast,played,',
        'M3,2025-04-02T10:00:00Z,email-activity,opened,',
      ].join('\n'),
    )
    await writeFile(
      join(folder, 'members.csv'),
      'member_id,joined_at,left_at,term_start,term_end,dues\nM1,2024-01-01,,2024-01-01,2025-01-01,80\nM1,2024-01-01,,2025-01-01,2026-01-01,80\nM2,2025-01-01,2025-06-01,,,\n',
    )
    const history = await readHistory(folder)
    const read = () => recordReader(BUILT_IN, (address) => address)
    const table = new FactTable()
    const reader = read()
    for (const record of historyRecords(history, NOON)) {
      table.addAll(factsOf(reader(record)))
    }
    const [fast, whole] = [historyFacts(history, read, NOON), table.done()]
    expect(inTime(fast)).toEqual(inTime(whole))
    expect(inTime(fast).map(({ kind }) => kind)).toContain('membership')
    expect(inTime(fast).length).toBeGreaterThan(9)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('who was erased is in no simulation, though the log may still hold facts about them', () => {
  const [anna, ben, browser] = [memberKey('anna'), memberKey('ben'), anonymousKey('b1')]
  const common = { source: { stream: 1, partition: 0, offset: 0, index: 0 }, idHi: 0, idLo: 0 }
  const visit = (subject: SubjectKey, at: number): Fact => ({
    kind: 'activity',
    ...common,
    subject,
    at,
    signal: 0,
    amount: 1,
    trust: 1,
  })
  const table = new FactTable()
  table.addAll([
    visit(anna, 1),
    visit(ben, 2),
    { kind: 'link', ...common, subject: browser, at: 3, member: anna },
    { kind: 'erasure', ...common, subject: anna, at: 4, readmits: false },
    visit(ben, 5),
    { kind: 'erasure', ...common, subject: ben, at: 4, readmits: true },
  ])
  const facts = table.done()
  expect(
    [...facts.at].map((at, n) => `${facts.factAt(n).subject} ${at} ${facts.subjects[facts.subjectAt(n)]}`),
  ).toEqual(['m:ben 5 m:ben'])
})

/** Where a fact stood, and the hash of an id that an import makes anew, are left out. */
function inTime(facts: TimedFacts): Readonly<{ kind: string }>[] {
  return [...inOrder(facts.at)].map((n) => {
    const { idHi: _, idLo: __, source, ...fact } = facts.factAt(n)
    expect(facts.subjects[facts.subjectAt(n)]).toBe(fact.subject)
    return { ...fact, stream: source.stream }
  })
}

function noteOf(changes: Partial<Note> = {}): Note {
  return {
    memberId: 'M1',
    playbook: 'win-back',
    step: 'mail',
    termId: 't-2026-12-31',
    channel: 'webhook',
    owner: undefined,
    purpose: 'service',
    since: NOON,
    result: 'sent',
    at: NOON,
    band: 'high',
    lapseRisk: 0.8,
    gate: undefined,
    reason: undefined,
    cappedBy: undefined,
    ...changes,
  }
}

const notes = (...list: Note[]) => new Map(list.map((note) => [`${note.memberId} ${note.playbook} ${note.step}`, note]))
const held = (gate: string, changes: Partial<Note> = {}) => noteOf({ result: 'held', gate, reason: gate, ...changes })

test('two sets are compared contact by contact', () => {
  const before = notes(
    noteOf(),
    noteOf({ memberId: 'M2' }),
    noteOf({ memberId: 'M3' }),
    noteOf({ memberId: 'M4' }),
    held('consent', { memberId: 'M5' }),
    held('consent', { memberId: 'M6' }),
  )
  const after = notes(
    noteOf(),
    noteOf({ memberId: 'M2', at: NOON + HOUR }),
    held('cap', { memberId: 'M3' }),
    held('no-reply', { memberId: 'M4' }),
    noteOf({ memberId: 'M5', result: 'waiting' }),
    held('consent', { memberId: 'M6' }),
  )
  expect(changesBetween(before, after).map(({ kind, note }) => `${kind} ${note.memberId}`)).toEqual([
    'moved M2',
    'added M5',
    'displaced M3',
    'gone M4',
  ])
  expect(changesBetween(after, after)).toEqual([])
})

test('a report counts contacts, load by owner and day, what is held back by which gate, and what caps displace', () => {
  const tried = notes(
    noteOf({ owner: 'ops' }),
    noteOf({ memberId: 'M2', owner: 'ops', at: NOON + HOUR }),
    noteOf({ memberId: 'M2', step: 'call', owner: 'ops', at: NOON + 48 * HOUR }),
    held('cap', { memberId: 'M3', cappedBy: ['other', 'win-back'] }),
    noteOf({ memberId: 'M4', result: 'waiting', cappedBy: ['other'] }),
    held('consent', { memberId: 'M5', reason: 'no-consent' }),
    held('cap', { memberId: 'M6', playbook: 'other' }),
    noteOf({ memberId: 'M7', playbook: 'other', at: NOON + HOUR }),
  )
  const without = notes(
    noteOf({ memberId: 'M6', playbook: 'other' }),
    noteOf({ memberId: 'M7', playbook: 'other', at: NOON }),
  )
  const base = { from: NOON - HOUR, to: NOON + 99 * HOUR, members: 9, facts: 99, subjects: ['win-back'] }
  const report = reportOf({ ...base, tried, without, current: undefined })
  expect(report).toMatchObject({
    contacts: 3,
    contactedMembers: 2,
    perDay: [
      { key: '2026-11-23', contacts: 2 },
      { key: '2026-11-25', contacts: 1 },
    ],
    perWeek: [{ key: '2026-11-23', contacts: 3 }],
    perMonth: [{ key: '2026-11', contacts: 3 }],
    load: [{ owner: 'ops', contacts: 3, days: 2, max: 2, maxDay: '2026-11-23', median: 1 }],
    displaces: [{ playbook: 'other', added: 0, moved: 1, displaced: 1, gone: 0 }],
  })
  expect(report).not.toHaveProperty('diff')
  expect(report.playbooks).toMatchObject([
    {
      playbook: 'win-back',
      contacts: 3,
      waiting: 1,
      held: [
        { gate: 'cap', contacts: 1 },
        { gate: 'consent', reason: 'no-consent', contacts: 1, members: 1 },
      ],
      capped: {
        later: 1,
        never: 1,
        by: [
          { key: 'other', contacts: 2 },
          { key: 'win-back', contacts: 1 },
        ],
      },
    },
  ])
})

test('contacts become lines of CSV in the order of time, with what is gone', () => {
  const gone = noteOf({ memberId: 'a "quoted", one', at: NOON - HOUR })
  const lines = [...contactLines([noteOf(), held('cap', { at: NOON + HOUR })], [{ kind: 'gone', note: gone }])]
  expect(lines).toEqual([
    'member_id,playbook,step,term,result,at,first_decided_at,channel,owner,purpose,band,lapse_risk,gate,reason,change',
    '"a ""quoted"", one",win-back,mail,t-2026-12-31,sent,2026-11-23T11:00:00.000Z,2026-11-23T12:00:00.000Z,webhook,,service,high,0.800,,,gone',
    'M1,win-back,mail,t-2026-12-31,sent,2026-11-23T12:00:00.000Z,2026-11-23T12:00:00.000Z,webhook,,service,high,0.800,,,',
    'M1,win-back,mail,t-2026-12-31,held,2026-11-23T13:00:00.000Z,2026-11-23T12:00:00.000Z,webhook,,service,high,0.800,cap,cap,',
  ])
})
