import { type Clock, gauge, type Logger, type Registry, type TopicPartition } from '@perennial/runtime'
import type { SourceName } from '@perennial/streams'
import { GOOD_AGAIN } from './breaker.ts'
import { createCounters } from './counters.ts'
import { REACH } from './look-ahead.ts'
import { PartitionStates } from './partition-states.ts'
import type { Tally } from './tally.ts'

/** A source partition, with the name that labels it. */
export type Place = Readonly<{ stream: SourceName; tp: TopicPartition }>

/** Where a partition of this process stands when somebody asks. */
export type Lag = Readonly<{ place: Place; records: number | undefined }>

export type TelemetryDeps = Readonly<{
  registry: Registry
  logger: Logger
  clock: Clock
  schemaPatienceMs: number
  lag(): readonly Lag[]
}>

/** What ingest says of itself: counted per batch, never per record. */
export class Telemetry {
  readonly #deps: TelemetryDeps
  readonly #counters: ReturnType<typeof createCounters>
  readonly #states = new PartitionStates()

  constructor(deps: TelemetryDeps) {
    this.#deps = deps
    this.#counters = createCounters(deps.registry)
    createGauges(deps, this.#states)
  }

  /** What a batch came to; called once the log has all of it. */
  taken(place: Place, tally: Tally): void {
    const { stream } = place
    const counters = this.#counters
    counters.records.inc({ stream }, tally.records)
    counters.applied.inc({ stream }, tally.used)
    counters.facts.inc({ stream }, tally.facts)
    if (tally.repeated > 0) counters.deduplicated.inc({ stream, reason: 'repeated' }, tally.repeated)
    for (const [reason, n] of tally.dropped) counters.dropped.inc({ stream, reason }, n)
    for (const [violation, n] of tally.dead) counters.dead.inc({ stream, violation }, n)
    for (const [rule, n] of tally.lowTrust) counters.lowTrust.inc({ stream, rule }, n)
    if (tally.records > 0) this.#states.took(keyOf(place), tally.newestAt)
  }

  sent(facts: number, blocks: number, ms: number): void {
    this.#counters.sendSeconds.observe(ms / 1000)
    if (blocks > 0) this.#counters.blockFacts.observe(facts / blocks)
  }

  /** The partition waits for a schema that nobody knows; an error once it has waited too long. */
  waiting(place: Place, schemaId: number): void {
    const { clock, logger, schemaPatienceMs } = this.#deps
    const now = clock.now()
    const waitedMs = now - this.#states.waitingSince(keyOf(place), now)
    if (waitedMs < schemaPatienceMs) return
    logger.error(
      { ...place.tp, schemaId, waitedSeconds: Math.round(waitedMs / 1000) },
      `The registry still does not know schema ${schemaId}: the partition stands still, and nothing is skipped. ` +
        'Register the schema, or point its producer at the right registry. If it will never be there, name it in ' +
        'DEAD_SCHEMA_IDS: its records are set aside then.',
    )
  }

  /** The partition was stopped before the record at `offset`, because of the share of bad ones before it. */
  stopped(place: Place, offset: number, share: number): void {
    this.#states.stop(keyOf(place))
    this.#deps.logger.error(
      { ...place.tp, offset, share: Number(share.toFixed(3)) },
      'Too many records cannot be used: the partition is stopped, and no more of it is set aside. ' +
        'See why with `perennial dead-letters`, then mend the producer, or upgrade and restart ingest. ' +
        `It goes on by itself once ${GOOD_AGAIN} good records in a row stand behind the bad ones, which are set aside ` +
        'then. To set them aside at once, raise BAD_RECORD_SHARE (1 never stops).',
    )
  }

  /** The stopped partition goes on at `offset`: of the records from there, `bad` are set aside before good ones come. */
  letGo(place: Place, offset: number, bad: number): void {
    this.#states.letGo(keyOf(place))
    this.#counters.releases.inc({ stream: place.stream })
    this.#deps.logger.warn(
      { ...place.tp, offset, bad },
      `Good records come again behind ${bad} bad ones: the partition goes on, and the bad ones are set aside. ` +
        'See them with `perennial dead-letters`; repaired, they can be sent again.',
    )
  }

  /** Nobody looks for good records behind `offset` any more. */
  leftStopped(place: Place, offset: number): void {
    this.#deps.logger.error(
      { ...place.tp, offset },
      `No ${GOOD_AGAIN} good records in a row stand in the ${REACH} offsets behind the one that was too many: the ` +
        'partition stays stopped until a person decides. Restart ingest to look again after an upgrade, or with a ' +
        'raised BAD_RECORD_SHARE to set the bad ones aside (1 never stops).',
    )
  }

  /** Looking for good records behind the bad ones failed, and is tried again. */
  lookFailed(place: Place, error: unknown): void {
    this.#deps.logger.warn({ ...place.tp, err: error }, 'Could not read on behind a stopped partition; trying again.')
  }

  commitFailed(error: unknown): void {
    this.#deps.logger.warn({ err: error }, 'A position was not committed; the next commit makes up for it.')
  }

  /** The partition begins anew, or has gone. */
  reset(place: Place): void {
    this.#states.reset(keyOf(place))
  }

  /** Partitions that do not move, and why. */
  held() {
    return this.#states.held()
  }
}

function createGauges({ registry, clock, lag }: TelemetryDeps, states: PartitionStates): void {
  const labels = ['stream', 'partition'] as const
  gauge(registry, {
    name: 'perennial_ingest_lag_records',
    help: 'Records between the position and the end of a source partition.',
    labels,
    collect(metric) {
      metric.reset()
      for (const { place, records } of lag()) metric.set(labelsOf(place), records ?? 0)
    },
  })
  gauge(registry, {
    name: 'perennial_ingest_lag_seconds',
    help: 'Age of the latest fact taken in, by event time; 0 where nothing waits.',
    labels,
    collect(metric) {
      metric.reset()
      for (const { place, records } of lag()) {
        const at = states.newestAt(keyOf(place))
        const seconds = records === 0 || at === undefined ? 0 : Math.max(0, (clock.now() - at) / 1000)
        metric.set(labelsOf(place), seconds)
      }
    },
  })
  gauge(registry, {
    name: 'perennial_ingest_held_up_partitions',
    help: 'Source partitions that do not move: stopped for too many bad records until good ones come, or waiting for a schema.',
    labels: ['reason'],
    collect(metric) {
      const { stopped, waiting } = states.held()
      metric.set({ reason: 'stopped' }, stopped.length)
      metric.set({ reason: 'waiting' }, waiting.length)
    },
  })
}

function labelsOf({ stream, tp }: Place) {
  return { stream, partition: tp.partition }
}

function keyOf({ stream, tp }: Place): string {
  return `${stream}/${tp.partition}`
}
