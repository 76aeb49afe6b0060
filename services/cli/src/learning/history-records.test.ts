import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type History, openSignalsOf, readHistory, visitRows } from '@perennial/history'
import { featuresFor } from '@perennial/features'
import { DAY_MS, foldFact, idHash, newRows, type Rows, STREAM_CODES, vocabularyOf } from '@perennial/member'
import type { SourceInput } from '@perennial/runtime'
import { createCodec, encodeRecord, SCHEMAS, type SourceName, STREAMS, violationsOf } from '@perennial/streams'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { historyRecords } from './history-records.ts'

const NOW = Date.UTC(2025, 0, 1)
const FILES = {
  'activity.csv': `member_id,at,stream,action,value,id
A,2024-03-01T10:00:00Z,website-activity,page_viewed,,
A,2024-03-01T10:00:00Z,website-activity,page_viewed,,
A,2024-05-01,email-activity,opened,,
A,2024-05-02,email-activity,unsubscribed,,
A,2024-06-01,purchase,order_refunded,-12.5,o-1
B,2024-02-01,choir,sang,2,
B,2024-02-01,event-attendance,attended,,
B,2023-02-01,community-activity,mentoring,,
`,
  'members.csv': `member_id,joined_at,left_at,term_start,term_end,dues
A,2022-01-10,,2022-01-10,2023-01-10,100
A,2022-01-10,,2023-01-10,2024-01-10,110
A,2022-01-10,,2024-01-10,2025-01-10,120
B,1975-01-01,2024-09-01,2024-01-01,2024-12-31,90
C,2024-04-01,2026-01-01,,,50
`,
}

let history: History
let records: SourceInput[]
beforeAll(async () => {
  history = await historyIn(FILES)
  records = [...historyRecords(history, NOW)]
})

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

async function historyIn(files: Readonly<Record<string, string>>): Promise<History> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-import-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return readHistory(folder)
}

test('are in order, in the streams that have a type for them, by the order of time', () => {
  for (const { stream, record } of records) expect(violationsOf(stream, record)).toEqual([])
  const times = records.map(({ record }) => record.occurredAt)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  const streams = Object.entries(Object.groupBy(records, ({ stream }) => stream)).map(([name, list]) => [
    name,
    list?.length,
  ])
  expect(Object.fromEntries(streams)).toEqual({
    'website-activity': 2,
    'email-activity': 1,
    'custom-activity': 2,
    purchase: 1,
    'event-attendance': 1,
    'community-activity': 1,
    // C has not left yet, and its term has no end.
    membership: 4 + 3 + 2,
  })
})

test('have event ids of their own that are the same in every import, and name nobody', async () => {
  const ids = records.map(({ record }) => record.eventId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(/^history-[0-9a-f]{16}$/)
  const more = await historyIn({ ...FILES, 'activity.csv': `${FILES['activity.csv']}Z,2021-01-01,choir,sang,,\n` })
  const again = [...historyRecords(more, NOW)].map(({ record }) => record.eventId)
  expect(again.filter((id) => !ids.includes(id))).toHaveLength(1)
})

test('make the rows that a model is trained on', () => {
  const signals = openSignalsOf(history, { before: NOW, ignored: [] }).open
  const vocabulary = vocabularyOf(signals)
  const live = new Map(history.members.map((id) => [id, newRows(1, vocabulary)]))
  for (const [offset, input] of records.entries()) fold(live, input, offset)
  const { list } = featuresFor(vocabulary)
  const valuesOf = (rows: Rows) => list.map((feature) => feature.value(rows, 0, NOW))
  const cut = { cutoff: NOW, members: Uint32Array.of(0, 1, 2) }
  let seen = 0
  visitRows(history, { vocabulary, ignored: [], terms: true }, [cut], (rows, _, place) => {
    const [expected, found] = [valuesOf(rows), valuesOf(live.get(history.members[place] ?? '') ?? rows)]
    for (const [k, value] of expected.entries())
      expect([list[k]?.name, found[k] ?? 'unknown']).toEqual([list[k]?.name, value ?? 'unknown'])
    seen++
  })
  expect(seen).toBe(3)
})

const names = Object.keys(SCHEMAS) as SourceName[]
const codec = createCodec((id) => SCHEMAS[names[id] ?? 'purchase'])

/** As ingest and scoring do it. */
function fold(live: ReadonlyMap<string, Rows>, { stream, record }: SourceInput, offset: number): void {
  const decoded = codec.decode(stream, encodeRecord(stream, record, names.indexOf(stream)))
  if (decoded.kind !== 'ok') throw new Error(JSON.stringify(decoded))
  const rows = live.get(record.member.memberId ?? '')
  if (rows === undefined) throw new Error('whose is it?')
  const verdict = STREAMS[stream].toFacts(decoded.record as never, {
    receivedAt: NOW + DAY_MS,
    source: { stream: STREAM_CODES[stream], partition: 0, offset },
    hashEmail: (address) => address,
    hashId: idHash,
    maxFutureMs: 300_000,
    vocabulary: rows.vocabulary,
  })
  if (verdict.kind === 'dead') throw new Error(JSON.stringify(verdict))
  for (const fact of verdict.kind === 'ok' ? verdict.facts : []) foldFact(rows, 0, fact)
}
