import type { Chunk, Swept } from '@perennial/engine'
import type { EpochMs } from '@perennial/member'
import {
  BUCKETS,
  type Clock,
  type CommitAnswer,
  counter,
  gauge,
  histogram,
  type Logger,
  type Registry,
} from '@perennial/runtime'

/** What scoring says of itself: counted per commit, never per fact. */
export type Telemetry = Readonly<{
  folded(chunk: Chunk, ms: number): void
  /** `lateMs`: how long the most overdue subject had been due. */
  swept(chunk: Chunk, swept: Swept, evicted: number, lateMs: number): void
  committed(answer: CommitAnswer, ms: number): void
  /** Members taken over from another model in the background. */
  rescored(chunk: Chunk): void
  notCompared(error: unknown): void
  /** Rows written to a snapshot. */
  snapshotted(rows: number): void
  gap(partition: number, expected: number, found: number): void
  lost(): void
  owned(partitions: number): void
}>

/** `facts` is estimated from the size of the latest blocks. */
export type PartitionLag = Readonly<{ partition: number; blocks: number; facts: number; newestAt: EpochMs }>

type DueCounts = () => Promise<{ members: number; aliases: number }>

export function createTelemetry(registry: Registry, logger: Logger, dueCounts: DueCounts): Telemetry {
  const facts = createFactCounters(registry)
  const work = createWorkMeters(registry)
  watchDueIndex(registry, dueCounts)

  function count(chunk: Chunk): void {
    countFacts(facts, chunk)
    warn(logger, chunk)
  }

  return {
    folded(chunk, ms) {
      count(chunk)
      work.chunkSeconds.observe(ms / 1000)
    },
    swept(chunk, swept, evicted, lateMs) {
      count(chunk)
      if (Number.isFinite(lateMs)) work.lateness.observe(lateMs / 1000)
      facts.aliases.inc({ event: 'expired' }, swept.freed.length)
      facts.aliases.inc({ event: 'evicted' }, evicted)
    },
    committed(answer, ms) {
      work.commits.inc({ answer })
      work.commitSeconds.observe(ms / 1000)
    },
    rescored: count,
    snapshotted(rows) {
      work.snapshots.inc()
      work.snapshotRows.inc(rows)
    },
    notCompared: (error) => logger.warn({ err: error }, 'What the shadow model says was not noted.'),
    gap(partition, expected, found) {
      work.gaps.inc(found - expected)
      logger.error(
        { partition, expected, found },
        'Facts are missing from the log: retention is too short, or records were deleted.',
      )
    },
    lost: () => work.lost.inc(),
    owned: (partitions) => work.partitions.set(partitions),
  }
}

function createFactCounters(registry: Registry) {
  return {
    facts: counter(registry, {
      name: 'perennial_scoring_facts_total',
      help: 'Facts read from member-activity, by what became of them; the outcomes add up to what was read.',
      labels: ['outcome'],
    }),
    risks: counter(registry, {
      name: 'perennial_scoring_risks_total',
      help: 'member-risk records, by cause.',
      labels: ['cause'],
    }),
    aliases: counter(registry, {
      name: 'perennial_scoring_aliases_total',
      help: 'What happened to aliases: linked, conflict, unlinked, past_dropped, forwarded, expired, evicted.',
      labels: ['event'],
    }),
    checks: counter(registry, {
      name: 'perennial_scoring_checks_total',
      help: 'Members looked at because time had passed.',
    }),
    rescored: counter(registry, {
      name: 'perennial_scoring_rescored_total',
      help: 'Members scored by a model for the first time after another one.',
    }),
    outcomes: counter(registry, {
      name: 'perennial_scoring_outcomes_total',
      help: 'Predictions that came true or did not: lapsed, expired, silent; renewed, stayed, active.',
      labels: ['outcome'],
    }),
  }
}

function createSnapshotMeters(registry: Registry) {
  return {
    snapshots: counter(registry, {
      name: 'perennial_scoring_snapshots_total',
      help: 'Snapshots of a partition written to the log.',
    }),
    snapshotRows: counter(registry, {
      name: 'perennial_scoring_snapshot_rows_total',
      help: 'Rows written to snapshots.',
    }),
  }
}

function createWorkMeters(registry: Registry) {
  return {
    ...createSnapshotMeters(registry),
    commits: counter(registry, {
      name: 'perennial_scoring_commits_total',
      help: 'Commits, by answer.',
      labels: ['answer'],
    }),
    lost: counter(registry, {
      name: 'perennial_scoring_lost_partitions_total',
      help: 'Partitions found to be owned by somebody else.',
    }),
    gaps: counter(registry, {
      name: 'perennial_scoring_gaps_total',
      help: 'Records gone from the log before they were folded.',
    }),
    partitions: gauge(registry, { name: 'perennial_scoring_partitions', help: 'Partitions owned by this process.' }),
    commitSeconds: histogram(registry, {
      name: 'perennial_scoring_commit_duration_seconds',
      help: 'Time of one fenced commit.',
      buckets: BUCKETS.work,
    }),
    chunkSeconds: histogram(registry, {
      name: 'perennial_scoring_chunk_duration_seconds',
      help: 'Time of one chunk: read, fold, score, commit.',
      buckets: BUCKETS.work,
    }),
    lateness: histogram(registry, {
      name: 'perennial_scoring_sweep_lateness_seconds',
      help: 'How long the most overdue subject of a sweep had been due, by the clock of its partition.',
      buckets: BUCKETS.age,
    }),
  }
}

/** What waits to be folded: in blocks as the broker counts, in facts, and in seconds of event time. */
export function watchLag(registry: Registry, clock: Clock, lag: () => readonly PartitionLag[]): void {
  const perPartition = (name: string, help: string, value: (of: PartitionLag) => number) =>
    gauge(registry, {
      name,
      help,
      labels: ['partition'],
      collect(metric) {
        metric.reset()
        for (const of of lag()) metric.set({ partition: of.partition }, value(of))
      },
    })
  perPartition('perennial_scoring_lag_records', 'Blocks of member-activity not yet folded.', ({ blocks }) => blocks)
  perPartition(
    'perennial_scoring_lag_facts',
    'Facts not yet folded, by the size of the latest blocks.',
    ({ facts }) => facts,
  )
  perPartition(
    'perennial_scoring_lag_seconds',
    'Age of the latest fact folded, by event time; 0 where nothing waits.',
    (of) => (of.blocks === 0 || of.newestAt === 0 ? 0 : Math.max(0, (clock.now() - of.newestAt) / 1000)),
  )
}

/** How far each owned partition has been scored by the model in use. */
export function watchRescoring(
  registry: Registry,
  rescored: () => readonly { partition: number; ratio: number }[],
): void {
  gauge(registry, {
    name: 'perennial_scoring_rescored_ratio',
    help: 'Share of the rows that the pass after a change of model has seen; 1 = done.',
    labels: ['partition'],
    collect(metric) {
      metric.reset()
      for (const { partition, ratio } of rescored()) metric.set({ partition }, ratio)
    },
  })
}

function watchDueIndex(registry: Registry, dueCounts: DueCounts): void {
  gauge(registry, {
    name: 'perennial_scoring_due_subjects',
    help: 'Size of the due-index of the owned partitions.',
    labels: ['kind'],
    async collect(metric) {
      const sizes = await dueCounts()
      metric.set({ kind: 'member' }, sizes.members)
      metric.set({ kind: 'alias' }, sizes.aliases)
    },
  })
}

function countFacts(meters: ReturnType<typeof createFactCounters>, { counts, risks, outcomes }: Chunk): void {
  meters.facts.inc({ outcome: 'applied' }, counts.applied)
  for (const [outcome, n] of Object.entries(counts.skipped)) if (n > 0) meters.facts.inc({ outcome }, n)
  meters.risks.inc({ cause: 'silence' }, risks.bySilence)
  meters.risks.inc({ cause: 'model' }, risks.byModel)
  meters.risks.inc({ cause: 'fact' }, risks.length - risks.bySilence - risks.byModel)
  meters.checks.inc(counts.checks)
  meters.rescored.inc(counts.rescored)
  for (const { outcome } of outcomes) meters.outcomes.inc({ outcome })
  const events = {
    linked: counts.links,
    conflict: counts.conflicts,
    unlinked: counts.unlinked,
    past_dropped: counts.pastDropped,
    forwarded: counts.forwarded,
  }
  for (const [event, n] of Object.entries(events)) if (n > 0) meters.aliases.inc({ event }, n)
}

function warn(logger: Logger, { counts, broken }: Chunk): void {
  if (counts.conflicts > 0)
    logger.warn(
      { conflicts: counts.conflicts },
      'Links were refused: the alias belongs to another member. Unlink it first if that is wrong.',
    )
  if (broken.length > 0)
    logger.error(
      { facts: broken.length, reason: broken[0]?.reason },
      'Facts that cannot be folded went to the dead letters.',
    )
}
