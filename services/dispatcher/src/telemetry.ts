import type { EpochMs } from '@perennial/member'
import {
  type Agenda,
  BUCKETS,
  type Clock,
  counter,
  createBrakeAlarm,
  type Dropped,
  gauge,
  histogram,
  type LedgerEntry,
  type Logger,
  type Registry,
  type TopicPartition,
} from '@perennial/runtime'
import type { Dispatched } from './dispatch.ts'

export type Telemetry = ReturnType<typeof createTelemetry>

/** `newestAt`: the latest instant that a record of the chunk holds for; undefined where none says one. */
type Chunk = Dispatched & Readonly<{ dropped: readonly Dropped[]; tp: TopicPartition; newestAt: EpochMs | undefined }>

/** An owned partition, and how many of its records have not been read. */
export type PartitionLag = Readonly<{ partition: number; records: number }>

type Stores = Readonly<{ clock: Clock; agenda: Pick<Agenda, 'size'> }>

/** What the dispatcher says of itself. Records balance: in = applied + deduplicated + dropped. */
export function createTelemetry(registry: Registry, logger: Logger, { clock, agenda }: Stores) {
  const records = recordMetrics(registry)
  const looks = agendaMetrics(registry, agenda)
  const decided = decisionMetrics(registry)
  const braked = createBrakeAlarm({ registry, logger, service: 'dispatcher', now: () => clock.now() })
  const newest = new Map<number, EpochMs>()

  return {
    chunk: ({ applied, deduplicated, dropped, tp, newestAt }: Chunk, ms: number): void => {
      if (newestAt !== undefined) newest.set(tp.partition, newestAt)
      records.incoming.inc(applied + deduplicated + dropped.length)
      records.applied.inc(applied)
      records.deduplicated.inc(deduplicated)
      for (const { reason, offset, detail } of dropped) {
        records.dropped.inc({ reason })
        if (reason === 'undecodable')
          logger.error({ ...tp, offset, detail }, 'A member-risk record cannot be read; it is set aside.')
      }
      records.seconds.observe(ms / 1_000)
    },
    /** Members looked at because they were due. */
    looked: (members: number): void => looks.inc(members),
    decided: ({ playbook, decision, reason, sendAt, decidedAt }: LedgerEntry, asOf: number): void => {
      const later = sendAt !== undefined && sendAt > decidedAt
      decided.decisions.inc({ playbook, decision: later ? 'delay' : decision })
      if (reason !== undefined) decided.holds.inc({ reason })
      if (reason === 'play-limit') braked(playbook)
      if (decision === 'send') decided.age.observe(Math.max(0, clock.now() - asOf) / 1_000)
    },
    /** From now on tells what waits, in records and in seconds of event time. */
    watchLag: (lag: () => readonly PartitionLag[]): void =>
      lagMetrics(registry, lag, (partition) => {
        const at = newest.get(partition)
        return at === undefined ? 0 : Math.max(0, clock.now() - at) / 1_000
      }),
  }
}

function lagMetrics(
  registry: Registry,
  lag: () => readonly PartitionLag[],
  ageSeconds: (partition: number) => number,
): void {
  const perPartition = (name: string, help: string, value: (of: PartitionLag) => number) =>
    gauge(registry, {
      name: `perennial_dispatcher_lag_${name}`,
      help,
      labels: ['partition'],
      collect(metric) {
        metric.reset()
        for (const of of lag()) metric.set({ partition: of.partition }, value(of))
      },
    })
  perPartition('records', 'member-risk records not yet read.', ({ records }) => records)
  perPartition(
    'seconds',
    'Age of the latest member-risk record worked through, by the instant it holds for; 0 where nothing waits.',
    ({ partition, records }) => (records === 0 ? 0 : ageSeconds(partition)),
  )
}

function recordMetrics(registry: Registry) {
  const total = (name: string, help: string) => counter(registry, { name: `perennial_dispatcher_${name}_total`, help })
  return {
    incoming: total('in', 'member-risk records read.'),
    applied: total('applied', 'member-risk records worked through.'),
    deduplicated: total('deduplicated', 'member-risk records at or below the version on record.'),
    dropped: counter(registry, {
      name: 'perennial_dispatcher_dropped_total',
      help: 'member-risk records that say nothing that can be used.',
      labels: ['reason'],
    }),
    seconds: histogram(registry, {
      name: 'perennial_dispatcher_chunk_duration_seconds',
      help: 'Time of one chunk of records, decisions and jobs included.',
      buckets: BUCKETS.work,
    }),
  }
}

function agendaMetrics(registry: Registry, agenda: Pick<Agenda, 'size'>) {
  gauge(registry, {
    name: 'perennial_dispatcher_agenda_members',
    help: 'Members that plays will look at on a day to come, or as soon as nothing waits upstream.',
    async collect(metric) {
      metric.set(await agenda.size())
    },
  })
  return counter(registry, {
    name: 'perennial_dispatcher_looks_total',
    help: 'Looks at members who were due, for plays that wait for a date or for silence.',
  })
}

function decisionMetrics(registry: Registry) {
  return {
    decisions: counter(registry, {
      name: 'perennial_dispatcher_decisions_total',
      help: 'Decisions written to the ledger: send, delay or hold.',
      labels: ['playbook', 'decision'],
    }),
    holds: counter(registry, {
      name: 'perennial_dispatcher_holds_total',
      help: 'Contacts held back, by the first gate that said no.',
      labels: ['reason'],
    }),
    age: histogram(registry, {
      name: 'perennial_dispatcher_decision_age_seconds',
      help: 'From the instant a risk holds for to the decision to contact.',
      buckets: BUCKETS.age,
    }),
  }
}
