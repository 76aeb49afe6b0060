import { stringify } from 'yaml'
import {
  ACTIVITY_DEAD_TOPIC,
  deadTopicOf,
  ERASURE_TOPIC,
  OUTPUT_NAMES,
  type OutputName,
  registrySubject,
  RISK_DEAD_TOPIC,
  SOURCE_NAMES,
  STATE_TOPIC,
  type StreamName,
  topicOf,
} from '../src/names.ts'
import { type Topic, TOPICS } from '../src/topics.ts'
import { latestSchemas, schemaFiles } from './schema-files.ts'

const AVRO = 'application/vnd.apache.avro;version=1.11.1'

/** The AsyncAPI 3 document of every topic: what Perennial receives and what it sends. */
export function asyncApi(): string {
  const document = {
    asyncapi: '3.1.0',
    info: {
      title: 'Perennial',
      version: '0.1.0',
      description:
        'Engagement streams in, lapse risk and interventions out. Values are Avro in the wire format of the ' +
        'schema registry: a zero byte, the schema id as four bytes, the body. Written by `npm run gen`.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/avro',
    channels: Object.fromEntries(TOPICS.map((topic) => [topic.name, channel(topic)])),
    operations: Object.fromEntries(TOPICS.map((topic) => [operationId(topic), operation(topic)])),
    components: { messages: messages(), schemas: { cloudEventHeaders, deadLetterHeaders } },
  }
  return `# Written by packages/streams/scripts/generate.ts: do not edit.\n${stringify(document, { lineWidth: 0 })}`
}

const TITLES = {
  source: 'Facts from producers.',
  dead: 'Records that could not be used, untouched, with the cause in their headers.',
  internal: 'Between the services, for nobody else: its format may change with any release.',
  output: 'What Perennial tells others: one keyed record a fact.',
} as const satisfies Record<Topic['role'], string>

function channel(topic: Topic) {
  return {
    address: topic.name,
    description: TITLES[topic.role],
    messages: { record: { $ref: `#/components/messages/${stemOf(topic)}${topic.role === 'dead' ? '.dead' : ''}` } },
    bindings: {
      kafka: {
        topic: topic.name,
        partitions: topic.partitions === 'source' ? 4 : 8,
        topicConfiguration: {
          'cleanup.policy': [topic.cleanup],
          'retention.ms': topic.retentionMs,
          ...(topic.compactionLagMs !== undefined && { 'min.compaction.lag.ms': topic.compactionLagMs }),
        },
      },
    },
  }
}

function operation(topic: Topic) {
  const action = topic.role === 'source' ? 'receive' : 'send'
  return { action, channel: { $ref: `#/channels/${topic.name}` }, summary: TITLES[topic.role] }
}

function operationId(topic: Topic): string {
  return `${topic.role === 'source' ? 'receive' : 'send'}-${topic.name}`
}

function stemOf(topic: Topic): string {
  return topic.name.split('.')[0] ?? topic.name
}

function messages() {
  return {
    ...Object.fromEntries(SOURCE_NAMES.map((name) => [name, avroMessage(name)])),
    ...Object.fromEntries(SOURCE_NAMES.map((name) => [`${name}.dead`, deadLetter(name, deadTopicOf(name))])),
    'member-activity': block('member-activity', 'A block of facts: see schemas/member-activity/v1.md.'),
    'member-activity.dead': {
      ...block(ACTIVITY_DEAD_TOPIC, 'A block of facts, of which one could not be folded.'),
      headers: { $ref: '#/components/schemas/deadLetterHeaders' },
    },
    erasures: {
      name: ERASURE_TOPIC,
      contentType: 'application/json',
      description: 'That facts about a subject are refused, or welcome again. Key: keyed hash of the subject.',
      payload: { type: 'object' },
    },
    'member-state': block(
      STATE_TOPIC,
      'The row of a subject, or the end of a snapshot: see schemas/member-state/v1.md.',
    ),
    ...Object.fromEntries(OUTPUT_NAMES.map((name) => [name, keyedEvent(name)])),
    'member-risk.dead': deadLetter('member-risk', RISK_DEAD_TOPIC),
  }
}

function avroMessage(name: StreamName) {
  return {
    name: topicOf(name),
    contentType: 'application/avro',
    payload: { schemaFormat: AVRO, schema: { $ref: `../schemas/${name}/v${newest(name)}.avsc` } },
    bindings: { kafka: wireFormat(name) },
  }
}

function newest(name: StreamName): number {
  return latestSchemas(schemaFiles()).find(({ stream }) => stream === name)?.version ?? 1
}

function wireFormat(name: StreamName) {
  const subject = registrySubject(topicOf(name))
  return { schemaIdLocation: 'payload', schemaIdPayloadEncoding: 'confluent', schemaLookupStrategy: subject }
}

function deadLetter(name: StreamName, topic: string) {
  return { ...avroMessage(name), name: topic, headers: { $ref: '#/components/schemas/deadLetterHeaders' } }
}

function block(name: string, description: string) {
  return { name, contentType: 'application/octet-stream', description, payload: { type: 'string', format: 'binary' } }
}

function keyedEvent(name: OutputName) {
  return {
    ...avroMessage(name),
    headers: { $ref: '#/components/schemas/cloudEventHeaders' },
    bindings: { kafka: { ...wireFormat(name), key: { type: 'string', description: 'Member number.' } } },
  }
}

const text = (description: string) => ({ type: 'string', description })

const cloudEventHeaders = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_time', 'ce_subject', 'content-type'],
  properties: {
    ce_specversion: { type: 'string', const: '1.0' },
    ce_id: text('Unique per event, the same in every repeat.'),
    ce_source: text('The service that made it: /perennial/scoring or /perennial/dispatcher.'),
    ce_type: text('For example org.perennial.member-risk.v1.'),
    ce_time: text('RFC 3339, in event time.'),
    ce_subject: text('The member number.'),
    ce_causationid: text('The ce_id of the record it follows from, where it follows from one.'),
    ce_expirytime: text('RFC 3339: void after this instant. Of outreach-request alone.'),
    'content-type': { type: 'string', const: 'application/avro' },
  },
}

const deadLetterHeaders = {
  type: 'object',
  properties: {
    'perennial.errors.topic': text('Topic the record was read from.'),
    'perennial.errors.partition': text('Its partition.'),
    'perennial.errors.offset': text('Its offset.'),
    'perennial.errors.timestamp': text('When it arrived there, epoch milliseconds.'),
    'perennial.errors.stage': text('What could not be done: decode, or map.'),
    'perennial.errors.exception.class.name': text('Kind of the failure.'),
    'perennial.errors.exception.message': text('One sentence that says what is wrong, without personal data.'),
    'perennial.errors.violation.type': text('Required-Missing, Datatype-Mismatch, Unplanned-Event, …'),
    'perennial.errors.violation.field': text('Path of the field, empty where it is the whole record.'),
    'perennial.errors.app.version': text('Version of Perennial that set it aside.'),
  },
}
