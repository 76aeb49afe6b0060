import { Fault, headerText, type Log, type LogRecord } from '@perennial/runtime'
import { ACTIVITY_DEAD_TOPIC, deadTopicOf, RISK_DEAD_TOPIC, SOURCE_NAMES } from '@perennial/streams'

/** Letters read at a time. */
const PAGE = 500

export const DEAD_TOPICS: readonly string[] = [
  ...SOURCE_NAMES.map((name) => deadTopicOf(name)),
  ACTIVITY_DEAD_TOPIC,
  RISK_DEAD_TOPIC,
]

/** One record that could not be used, and why. */
export type DeadLetter = Readonly<{
  topic: string
  partition: number
  offset: number
  /** When it was set aside, ISO 8601. */
  at: string
  violation: string
  field: string
  reason: string
  /** Where it stood. */
  from: string
}>

/** The dead-letter topic a person means: by its name, its topic's, or its stream's. */
export function deadTopicNamed(name: string): string {
  const stem = name.replace(/\.dead$/, '').replace(/\.v1$/, '')
  const known = DEAD_TOPICS.find((topic) => topic === `${stem}.v1.dead`)
  if (known !== undefined) return known
  const streams = [...SOURCE_NAMES, 'member-activity', 'member-risk'].join(', ')
  throw new Fault('usage', `There are no dead letters of '${name}'. Streams: ${streams}.`)
}

/** How many dead letters a topic holds. */
export async function countDead(log: Log, topic: string): Promise<number> {
  const [ends, starts] = await Promise.all([log.endOffsets(topic), log.startOffsets(topic)])
  return ends.reduce((sum, end, partition) => sum + end - (starts[partition] ?? 0), 0)
}

/** The latest dead letters of a topic, newest first. */
export async function latestDead(log: Log, topic: string, limit: number): Promise<readonly DeadLetter[]> {
  const [ends, starts] = await Promise.all([log.endOffsets(topic), log.startOffsets(topic)])
  const parts = await Promise.all(
    ends.map(async (end, partition) => {
      const from = Math.max(starts[partition] ?? 0, end - limit)
      const records = from < end ? await log.read({ topic, partition }, from, limit) : []
      return records.map((record) => letterOf(topic, partition, record))
    }),
  )
  return parts
    .flat()
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, limit)
}

/** `cause`: the violation and, where there is one, the field, as `--cause` takes them. */
export type Cause = Readonly<{ cause: string; count: number; example: DeadLetter }>

/** All dead letters of a topic by cause, most first. */
export async function causesOf(log: Log, topic: string): Promise<Cause[]> {
  const [ends, starts] = await Promise.all([log.endOffsets(topic), log.startOffsets(topic)])
  const causes = new Map<string, { count: number; example: DeadLetter }>()
  for (const [partition, end] of ends.entries())
    for (let at = starts[partition] ?? 0; at < end;) {
      const records = await log.read({ topic, partition }, at, PAGE)
      const last = records.at(-1)
      if (last === undefined) break
      for (const record of records) {
        const example = letterOf(topic, partition, record)
        const cause = example.field === '' ? example.violation : `${example.violation}:${example.field}`
        causes.set(cause, { count: (causes.get(cause)?.count ?? 0) + 1, example })
      }
      at = last.offset + 1
    }
  return Array.from(causes, ([cause, found]) => ({ cause, ...found })).toSorted((a, b) => b.count - a.count)
}

export function letterOf(topic: string, partition: number, { offset, timestamp, headers }: LogRecord): DeadLetter {
  const said = (name: string) => headerText(headers, `perennial.errors.${name}`) ?? ''
  return {
    topic,
    partition,
    offset,
    at: new Date(timestamp).toISOString(),
    violation: said('violation.type') || said('exception.class.name'),
    field: said('violation.field'),
    reason: said('exception.message'),
    from: `${said('topic')}/${said('partition')}/${said('offset')}`,
  }
}
