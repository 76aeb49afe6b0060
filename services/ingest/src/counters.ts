import { BUCKETS, counter, histogram, type Registry } from '@perennial/runtime'

/** What is counted. For each stream: records = applied + deduplicated + dropped + dead. */
export function createCounters(registry: Registry) {
  const count = <L extends string>(name: string, help: string, ...labels: readonly L[]) =>
    counter(registry, { name: `perennial_ingest_${name}_total`, help, labels })
  return {
    records: count('records', 'Records taken in: applied + deduplicated + dropped + dead.', 'stream'),
    applied: count('applied', 'Records that made facts.', 'stream'),
    facts: count('facts', 'Facts appended to member-activity.', 'stream'),
    deduplicated: count('deduplicated', 'Records whose event id was there before.', 'stream', 'reason'),
    dropped: count('dropped', 'Records in order that make no fact, by reason.', 'stream', 'reason'),
    dead: count('dead', 'Records set aside in the dead letters, by violation.', 'stream', 'violation'),
    lowTrust: count('low_trust', 'Records that a machine may have made, by the rule that says so.', 'stream', 'rule'),
    releases: count(
      'releases',
      'Times a stopped partition went on, good records having come behind the bad ones.',
      'stream',
    ),
    sendSeconds: histogram(registry, {
      name: 'perennial_ingest_send_duration_seconds',
      help: 'Time until the log has acknowledged one send.',
      buckets: BUCKETS.work,
    }),
    blockFacts: histogram(registry, {
      name: 'perennial_ingest_block_facts',
      help: 'Facts per block, as a mean over one send.',
      buckets: BUCKETS.count,
    }),
  }
}
