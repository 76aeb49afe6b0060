import { type Fact, factsInBlock, readBlock, type Vocabulary } from '@perennial/member'
import { Fault, isSealedBlock, type LogRecord, messageOf } from '@perennial/runtime'
import { topicOf } from '@perennial/streams'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { renderTable } from '../terminal/table.ts'
import { count, number } from '../terminal/words.ts'
import { vocabularyOf } from '../views.ts'

const TOPIC = topicOf('member-activity')

export type BlocksOptions = Readonly<{
  partition: number
  /** Undefined: the latest. */
  from: number | undefined
  limit: number
  /** Facts shown per block. */
  facts: number
}>

/** Prints blocks of member-activity, which to other tools are only bytes. */
export async function blocks(
  context: Context,
  life: Life,
  { partition, from, limit, facts }: BlocksOptions,
): Promise<void> {
  const { log } = await connect(context, life, { log: true })
  const [ends, starts] = await Promise.all([log.endOffsets(TOPIC), log.startOffsets(TOPIC)])
  const end = ends[partition]
  if (end === undefined) throw new Fault('usage', `${TOPIC} has the partitions 0 to ${ends.length - 1}.`)
  const start = Math.max(starts[partition] ?? 0, from ?? end - limit)
  const records = start < end ? await log.read({ topic: TOPIC, partition }, start, limit) : []
  if (records.length === 0)
    context.note(`No block in partition ${partition} from ${start} on; the next will be ${end}.`)
  const vocabulary = vocabularyOf(context.env)
  for (const record of records) print(context, vocabulary, record, facts)
}

function print(context: Context, vocabulary: Vocabulary, { offset, timestamp, value }: LogRecord, most: number): void {
  const block = value ?? Buffer.alloc(0)
  if (isSealedBlock(block))
    return context.out(
      context.json ? JSON.stringify({ offset, sealed: true }) : `Block ${offset} is sealed: an erasure.`,
    )
  let facts: readonly Fact[]
  try {
    facts = readBlock(block)
  } catch (error) {
    return context.out(
      context.json
        ? JSON.stringify({ offset, broken: messageOf(error) })
        : `Block ${offset} is broken: ${messageOf(error)}`,
    )
  }
  const head = { offset, at: new Date(timestamp).toISOString(), bytes: block.length, facts: factsInBlock(block) }
  if (context.json) return context.out(JSON.stringify({ ...head, shown: facts.slice(0, most).map(plain) }))
  context.out(
    context.style.bold(`Block ${offset}: ${count(head.facts, 'fact')}, ${number(head.bytes)} bytes, ${head.at}`),
  )
  const columns = ['when', 'subject', 'what', 'from'].map((title) => ({ title }))
  const rows = facts
    .slice(0, most)
    .map((fact) => [new Date(fact.at).toISOString().slice(0, 19), fact.subject, what(vocabulary, fact), origin(fact)])
  if (rows.length > 0) context.out(renderTable(columns, rows, context.width))
  if (facts.length > most) context.out(`… and ${number(facts.length - most)} more`)
  context.out('')
}

function what({ signals }: Vocabulary, fact: Fact): string {
  switch (fact.kind) {
    case 'activity': {
      const trust = fact.trust === 1 ? '' : `, trust ${fact.trust}`
      return `${signals[fact.signal]?.name ?? 'a signal not known here'} ${fact.amount}${trust}`
    }
    case 'membership':
      return `membership ${JSON.stringify(fact.change)}`
    case 'link':
    case 'unlink':
      return `${fact.kind} ${fact.member}`
    case 'transfer':
      return `${fact.sign > 0 ? 'add' : 'take away'} sums of an alias, ${fact.row.length} bytes`
    case 'outcome':
      return `outreach ${fact.outcome}`
    case 'erasure':
      return fact.readmits ? 'readmitted' : 'erased'
  }
}

function origin({ source: { stream, partition, offset, index } }: Fact): string {
  return `${stream}/${partition}/${offset}.${index}`
}

function plain(fact: Fact): Readonly<Record<string, unknown>> {
  return fact.kind === 'transfer' ? { ...fact, row: Buffer.from(fact.row).toString('base64') } : fact
}
