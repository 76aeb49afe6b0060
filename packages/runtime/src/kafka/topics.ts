import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs'
import { messageOf } from '../fault.ts'
import { backOffMs, pause } from '../log/wait.ts'
import type { TopicReport, TopicSpec } from '../ports.ts'
import { errorTypes, hasErrorType } from './errors.ts'

type Options = Readonly<{ create: boolean; brokers: number }>

/** Three copies survive the loss of any one broker while another is being restarted. */
const COPIES = 3
/** About ten seconds. */
const KNOWN_TRIES = 14

/** Creates the topics that are missing, where that is wanted and allowed, and compares the others with their specs. */
export async function ensureTopics(
  admin: Admin,
  specs: readonly TopicSpec[],
  options: Options,
): Promise<readonly TopicReport[]> {
  const known = new Set(await admin.listTopics())
  const present = specs.filter(({ name }) => known.has(name))
  const missing = specs.filter(({ name }) => !known.has(name))
  const problems = await compare(admin, present, options)
  const refusals = await create(admin, missing, options)
  return specs.map(({ name }) => ({
    topic: name,
    created: !known.has(name) && !refusals.has(name),
    problems: problems.get(name) ?? (refusals.has(name) ? [refusals.get(name) ?? ''] : []),
  }))
}

/** Answers why a topic could not be created, by name. */
async function create(admin: Admin, specs: readonly TopicSpec[], options: Options): Promise<Map<string, string>> {
  const refusals = new Map<string, string>()
  for (const spec of specs) {
    const refusal = await createOne(admin, spec, options)
    if (refusal !== undefined) refusals.set(spec.name, refusal)
  }
  const made = specs.map(({ name }) => name).filter((name) => !refusals.has(name))
  if (made.length > 0) await untilKnown(admin, made)
  return refusals
}

/** Answers why it could not be created. */
async function createOne(admin: Admin, spec: TopicSpec, options: Options): Promise<string | undefined> {
  const how = byHand(spec, options)
  if (!options.create) return `${spec.name} is missing (KAFKA_CREATE_TOPICS is off). Create it: ${how}`
  try {
    await admin.createTopics({ topics: [topicConfig(spec, options)], waitForLeaders: false })
    return undefined
  } catch (error) {
    // Somebody else, starting at the same time, was faster.
    if (hasErrorType(error, 'TOPIC_ALREADY_EXISTS')) return undefined
    if (!hasErrorType(error, 'TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED', 'POLICY_VIOLATION'))
      throw error
    const reason = errorTypes(error)[0] ?? messageOf(error)
    return `${spec.name} is missing, and the broker does not let us create it (${reason}). Create it: ${how}`
  }
}

/** The controller answers before it has told the brokers, and kafkajs takes their not knowing a topic for final. */
async function untilKnown(admin: Admin, topics: string[]): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await admin.fetchTopicMetadata({ topics })
      return
    } catch (error) {
      const soon = hasErrorType(error, 'UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE')
      if (!soon || attempt === KNOWN_TRIES) throw error
      await pause(backOffMs(attempt, 50, 1_000))
    }
  }
}

async function compare(admin: Admin, specs: readonly TopicSpec[], options: Options): Promise<Map<string, string[]>> {
  if (specs.length === 0) return new Map()
  const { topics } = await admin.fetchTopicMetadata({ topics: specs.map(({ name }) => name) })
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: specs.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  })
  const found = new Map<string, string[]>()
  for (const spec of specs) {
    const partitions = topics.find(({ name }) => name === spec.name)?.partitions ?? []
    const entries = resources.find(({ resourceName }) => resourceName === spec.name)?.configEntries ?? []
    const settings = new Map(entries.map(({ configName, configValue }) => [configName, configValue]))
    found.set(spec.name, [...wrongLayout(spec, partitions, options), ...wrongSettings(spec, settings)])
  }
  return found
}

type Partitions = readonly Readonly<{ replicas: readonly number[] }>[]

function wrongLayout(spec: TopicSpec, partitions: Partitions, options: Options): string[] {
  const problems: string[] = []
  if (partitions.length !== spec.partitions) {
    problems.push(
      `${spec.name} has ${partitions.length} partitions, ${spec.partitions} are configured. Keys would move between partitions, ` +
        'so set SOURCE_PARTITIONS or ACTIVITY_PARTITIONS to what is there, or make a new topic.',
    )
  }
  const copies = Math.min(...partitions.map(({ replicas }) => replicas.length))
  const wanted = Math.min(COPIES, options.brokers)
  if (copies < wanted)
    problems.push(`${spec.name} is kept in ${copies} copies, ${wanted} are possible: one lost disk loses facts.`)
  return problems
}

function wrongSettings(spec: TopicSpec, settings: ReadonlyMap<string, string>): string[] {
  const problems: string[] = []
  for (const [name, wanted] of Object.entries(settingsOf(spec))) {
    const actual = settings.get(name)
    if (actual === undefined || actual === wanted) continue
    // Longer than asked for is the operator's choice, and safe.
    if (name === 'min.compaction.lag.ms' && Number(actual) > Number(wanted)) continue
    if (name === 'retention.ms' && (actual === '-1' || (wanted !== '-1' && Number(actual) > Number(wanted)))) continue
    problems.push(
      `${spec.name}: ${name} is ${actual}, should be ${wanted}. ` +
        `kafka-configs --alter --entity-type topics --entity-name ${spec.name} --add-config ${name}=${wanted}`,
    )
  }
  return problems
}

function settingsOf(spec: TopicSpec): Record<string, string> {
  return {
    'cleanup.policy': spec.cleanup,
    'retention.ms': String(spec.retentionMs),
    ...(spec.compactionLagMs !== undefined && { 'min.compaction.lag.ms': String(spec.compactionLagMs) }),
    ...(spec.timestamps === 'append' && { 'message.timestamp.type': 'LogAppendTime' }),
  }
}

function topicConfig(spec: TopicSpec, options: Options): ITopicConfig {
  return {
    topic: spec.name,
    numPartitions: spec.partitions,
    replicationFactor: Math.min(COPIES, options.brokers),
    configEntries: Object.entries(settingsOf(spec)).map(([name, value]) => ({ name, value })),
  }
}

function byHand(spec: TopicSpec, options: Options): string {
  const settings = Object.entries(settingsOf(spec)).map(([name, value]) => `--config ${name}=${value}`)
  const copies = Math.min(COPIES, options.brokers)
  return `kafka-topics --create --topic ${spec.name} --partitions ${spec.partitions} --replication-factor ${copies} ${settings.join(' ')}`
}
