/** `share`: of members, 0..1, the same target all the time. `sum`: grows from 0, on a straight line, until the day. */
export type MetricKind = 'share' | 'sum'

export type Metric = Readonly<{
  kind: MetricKind
  /** What a person reads. */
  words: string
  /** Streams it rests on, whatever the KPI map says. */
  streams: readonly string[]
}>

/** What a goal can be about: each is computed in one place, from rows and decisions. */
export const METRICS = {
  'renewal-rate': { kind: 'share', words: 'terms that were renewed', streams: ['membership'] },
  'first-year-retention': {
    kind: 'share',
    words: 'members who stayed after their first year',
    streams: ['membership'],
  },
  'active-share': { kind: 'share', words: 'members who did something with us within 90 days', streams: ['membership'] },
  'saved-members': { kind: 'sum', words: 'members whom plays saved', streams: ['membership', 'outreach-outcome'] },
  'saved-dues': { kind: 'sum', words: 'dues that plays saved', streams: ['membership', 'outreach-outcome'] },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof METRICS
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[]
