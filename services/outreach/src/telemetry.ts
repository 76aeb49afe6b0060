import {
  BUCKETS,
  type Clock,
  counter,
  createBrakeAlarm,
  gauge,
  histogram,
  type JobQueue,
  type Logger,
  type Registry,
} from '@perennial/runtime'

export type Telemetry = ReturnType<typeof createTelemetry>

type TelemetryParts = Readonly<{
  registry: Registry
  logger: Logger
  clock: Clock
  queue: Pick<JobQueue, 'counts'>
}>

/** What the outreach service says of itself. */
export function createTelemetry({ registry, logger, clock, queue }: TelemetryParts) {
  const braked = createBrakeAlarm({ registry, logger, service: 'outreach', now: () => clock.now() })
  const sends = counter(registry, {
    name: 'perennial_outreach_sends_total',
    help: 'Ends of outreach jobs by channel: delivered, failed, superseded; and attempts that will be repeated (retry).',
    labels: ['channel', 'outcome'],
  })
  const holds = counter(registry, {
    name: 'perennial_outreach_holds_total',
    help: 'Jobs that came to nothing at the moment of sending, by the first gate that said no.',
    labels: ['reason'],
  })
  const age = histogram(registry, {
    name: 'perennial_outreach_delivery_age_seconds',
    help: 'From the decision to contact to the delivery.',
    buckets: BUCKETS.age,
  })
  gauge(registry, {
    name: 'perennial_outreach_jobs',
    help: 'Outreach jobs by state.',
    labels: ['state'],
    async collect(metric) {
      for (const [state, count] of Object.entries(await queue.counts())) metric.set({ state }, count)
    },
  })

  return {
    told: noticeCounter(registry),
    /** `afterMs`: since the decision; left out for an attempt that will be repeated. */
    sent: (channel: string, outcome: 'delivered' | 'failed' | 'superseded' | 'retry', afterMs?: number): void => {
      sends.inc({ channel, outcome })
      if (outcome === 'delivered' && afterMs !== undefined) age.observe(Math.max(0, afterMs) / 1_000)
    },
    held: (reason: string, playbook: string): void => {
      holds.inc({ reason })
      if (reason === 'play-limit') braked(playbook)
    },
  }
}

type NoticeOutcome = 'delivered' | 'failed' | 'superseded' | 'nothing' | 'retry'

function noticeCounter(registry: Registry) {
  const notices = counter(registry, {
    name: 'perennial_outreach_notices_total',
    help: 'Messages to colleagues by kind and channel: delivered, failed, superseded, nothing to tell; and attempts that will be repeated (retry).',
    labels: ['kind', 'channel', 'outcome'],
  })
  return (kind: string, channel: string, outcome: NoticeOutcome): void => notices.inc({ kind, channel, outcome })
}
