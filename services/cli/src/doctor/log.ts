import { isFault, type Log, type PlatformConfig, type SchemaStore, topicSpecs } from '@perennial/runtime'
import { OUTPUT_NAMES, registrySubject, SCHEMAS, SOURCE_NAMES, TOPICS, topicOf } from '@perennial/streams'
import { countDead, DEAD_TOPICS } from '../dead/letters.ts'
import { count, number } from '../terminal/words.ts'
import { behind } from '../up/backlog.ts'
import { type Check, fail, failed, ok, warn } from './check.ts'
import { checkSnapshots } from './snapshots.ts'

const ACTIVITY_TOPIC = topicOf('member-activity')
const FACTS_REMEDY =
  'A rebuild needs five of the longest half-lives of facts, or snapshots that are younger than what is kept: SNAPSHOT_MINUTES.'

/**
 * Every topic, against what it was declared to be. Missing ones are no fault where a start would create them. `snapshotMs`: how often
 * snapshots are taken, 0 = never: where there are, facts need be kept only for as long as those are old.
 */
export async function checkTopics(
  log: Log,
  { partitions, kafka }: PlatformConfig,
  snapshotMs: number,
): Promise<readonly Check[]> {
  const missing = await missingTopics(log)
  if (missing.length > 0 && kafka?.cluster.createTopics === true) {
    const detail = `${count(missing.length, 'topic is', 'topics are')} not there yet`
    return [warn('Topics', detail, 'A start creates them, where the broker allows it: perennial up')]
  }
  const when = { everyMs: snapshotMs, now: Date.now() }
  const snapshots = kafka === undefined ? undefined : await checkSnapshots(log, partitions.activity, when)
  const specs = topicSpecs(TOPICS, partitions).map((spec) =>
    // What is missing is to be made as declared.
    spec.name === ACTIVITY_TOPIC && missing.length === 0
      ? { ...spec, retentionMs: snapshots?.neededMs ?? spec.retentionMs }
      : spec,
  )
  const reports = await log.ensureTopics(specs)
  const wrong = reports.flatMap(({ topic, problems }) => problems.map((problem) => ({ topic, problem })))
  const others = snapshots === undefined ? [] : [snapshots.check]
  if (wrong.length === 0)
    return [ok('Topics', `${reports.length} are there, with the settings they should have`), ...others]
  return [
    ...wrong.map(({ topic, problem }) =>
      fail('Topics', problem, topic === ACTIVITY_TOPIC ? FACTS_REMEDY : 'The sentence says how; nothing was changed.'),
    ),
    ...others,
  ]
}

/** The declared topics that the log does not have. */
async function missingTopics(log: Log): Promise<readonly string[]> {
  const found = await Promise.all(
    TOPICS.map(({ name }) =>
      log.partitions(name).then(
        () => undefined,
        (error: unknown) => {
          if (isFault(error, 'log/no-topic')) return name
          throw error
        },
      ),
    ),
  )
  return found.filter((name) => name !== undefined)
}

/** Every schema of this build: registered, or free to be, under the rule that old data stays readable. */
export async function checkSchemas(schemas: SchemaStore): Promise<readonly Check[]> {
  const names = [...SOURCE_NAMES, ...OUTPUT_NAMES]
  const checks: Check[] = []
  for (const name of names) {
    try {
      await schemas.register(registrySubject(topicOf(name)), SCHEMAS[name])
    } catch (error) {
      checks.push(failed('Schemas', error, 'See the log of the schema registry.'))
    }
  }
  return checks.length === 0
    ? [ok('Schemas', `${names.length} are registered, and compatible with those before`)]
    : checks
}

/** Whether anything waits that nobody works on, and whether something was set aside. */
export async function checkFlow(log: Log, namespace: string): Promise<readonly Check[]> {
  if ((await missingTopics(log)).length > 0) return []
  const [unread, unscored, undecided] = await Promise.all([
    Promise.all(SOURCE_NAMES.map((name) => behind(log, `${namespace}-ingest`, topicOf(name)))),
    behind(log, `${namespace}-scoring`, topicOf('member-activity')),
    behind(log, `${namespace}-dispatcher`, topicOf('member-risk')),
  ])
  const records = unread.reduce((sum, each) => sum + each, 0)
  const parts = [
    `${count(records, 'record')} to read`,
    `${count(unscored, 'block')} to score`,
    `${count(undecided, 'assessment')} to decide on`,
  ]
  const idle = records + unscored + undecided === 0
  const dead = await Promise.all(DEAD_TOPICS.map((topic) => countDead(log, topic)))
  const aside = dead.reduce((sum, each) => sum + each, 0)
  return [
    idle
      ? ok('Backlog', 'none')
      : warn(
          'Backlog',
          parts.join(', '),
          'It shrinks while the services run: perennial up. Run this again to see whether it does.',
        ),
    aside === 0
      ? ok('Dead letters', 'none')
      : warn(
          'Dead letters',
          `${number(aside)} records could not be used`,
          'perennial dead-letters says which, and why.',
        ),
  ]
}
