import { Fault, type LogRecord, type Platform } from '@perennial/runtime'
import { createCodec, schemaIdOf, SOURCE_NAMES, deadTopicOf } from '@perennial/streams'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { causesOf, countDead, DEAD_TOPICS, deadTopicNamed, latestDead, letterOf } from '../dead/letters.ts'
import type { Life } from '../lifecycle.ts'
import { renderTable } from '../terminal/table.ts'
import { count, number } from '../terminal/words.ts'

/** Without a topic: how many there are. With one: the latest, newest first. */
export async function deadLetters(
  context: Context,
  life: Life,
  { topic, limit }: Readonly<{ topic: string | undefined; limit: number }>,
): Promise<void> {
  const named = topic === undefined ? undefined : deadTopicNamed(topic)
  const { log } = await connect(context, life, { log: true })
  if (named === undefined) return overview(context, log)
  const letters = await latestDead(log, named, limit)
  if (context.json) return context.out(JSON.stringify({ topic: named, letters }))
  if (letters.length === 0) return context.out(`${named} is empty.`)
  const columns = ['where', 'when', 'violation', 'field', 'why'].map((title) => ({ title }))
  const rows = letters.map(({ partition, offset, at, violation, field, reason }) => [
    `${partition} ${offset}`,
    at.slice(0, 19).replace('T', ' '),
    violation,
    field,
    reason,
  ])
  context.out(renderTable(columns, rows, context.width))
  const [first] = letters
  context.out(`\nOne of them whole: perennial dead-letters show ${topic} ${first?.partition} ${first?.offset}`)
}

/** The letters of a topic by what was wrong, most first, with the latest of each. */
export async function deadLetterCauses(context: Context, life: Life, name: string): Promise<void> {
  const topic = deadTopicNamed(name)
  const { log } = await connect(context, life, { log: true })
  const causes = await causesOf(log, topic)
  if (context.json) return context.out(JSON.stringify({ topic, causes }))
  if (causes.length === 0) return context.out(`${topic} is empty.`)
  const columns = [
    { title: 'records', align: 'right' as const },
    { title: 'cause' },
    { title: 'why' },
    { title: 'the latest' },
  ]
  const rows = causes.map(({ cause, count: records, example }) => [
    number(records),
    cause,
    example.reason,
    `${example.partition} ${example.offset}`,
  ])
  context.out(renderTable(columns, rows, context.width))
}

async function overview(context: Context, log: Platform['log']): Promise<void> {
  const topics = await Promise.all(DEAD_TOPICS.map(async (topic) => ({ topic, count: await countDead(log, topic) })))
  const some = topics.filter((each) => each.count > 0)
  const total = some.reduce((sum, each) => sum + each.count, 0)
  if (context.json) return context.out(JSON.stringify({ total, topics }))
  if (total === 0) return context.out('There are no dead letters.')
  const columns = [{ title: 'topic' }, { title: 'records', align: 'right' as const }, { title: 'the latest' }]
  const rows = await Promise.all(
    some.map(async ({ topic, count: records }) => {
      const [latest] = await latestDead(log, topic, 1)
      return [
        topic,
        number(records),
        latest === undefined ? '' : `${latest.violation} ${latest.field}: ${latest.reason}`,
      ]
    }),
  )
  context.out(renderTable(columns, rows, context.width))
  context.out(`\n${count(total, 'record')}. The latest of a topic: perennial dead-letters ${some[0]?.topic}`)
}

type Place = Readonly<{ topic: string; partition: number; offset: number }>

/** Prints one dead letter whole: why it is there, and the record, as far as it can be read. */
export async function showDeadLetter(context: Context, life: Life, place: Place): Promise<void> {
  const topic = deadTopicNamed(place.topic)
  const platform = await connect(context, life, { log: true })
  const [record] = await readOne(platform, { ...place, topic })
  if (record === undefined) {
    throw new Fault('found', `There is no record ${place.offset} in partition ${place.partition} of ${topic}.`)
  }
  const letter = letterOf(topic, place.partition, record)
  const shown = { ...letter, key: record.key?.toString() ?? null, ...(await contentOf(platform, topic, record)) }
  if (context.json) return context.out(JSON.stringify(shown))
  const lines = Object.entries(shown).map(
    ([name, value]) => `${name.padEnd(10)} ${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}`,
  )
  context.out(lines.join('\n'))
}

async function readOne({ log }: Platform, { topic, partition, offset }: Place): Promise<readonly LogRecord[]> {
  const partitions = await log.partitions(topic)
  if (partition >= partitions) throw new Fault('usage', `${topic} has the partitions 0 to ${partitions - 1}.`)
  const records = await log.read({ topic, partition }, offset, 1)
  return records.filter((record) => record.offset === offset)
}

/** The record as its schema reads it, or its bytes where that cannot be done. */
async function contentOf({ schemas }: Platform, topic: string, { value }: LogRecord) {
  if (value === null) return { record: null }
  const name = SOURCE_NAMES.find((each) => deadTopicOf(each) === topic)
  const id = schemaIdOf(value)
  const schema = id === undefined ? undefined : await schemas.schemaById(id).catch(() => undefined)
  const decoded = name === undefined || schema === undefined ? undefined : createCodec(() => schema).decode(name, value)
  return decoded?.kind === 'ok' ? { record: decoded.record } : { bytes: value.toString('base64') }
}
