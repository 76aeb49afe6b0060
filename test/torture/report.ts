import type { Outcome, Struck } from './campaign.ts'

type KindFigures = Readonly<{
  kind: string
  strikes: number
  /** Of rounds in which it struck alone, in ms; undefined where there were none. */
  recoveryMs?: Readonly<{ median: number; max: number }>
}>

/** By kind, those that struck most first. */
function byKind(struck: readonly Struck[]): KindFigures[] {
  return [...Map.groupBy(struck, ({ kind }) => kind)]
    .map(([kind, strikes]) => {
      const times = strikes
        .filter(({ alone, recoveryMs }) => alone && Number.isFinite(recoveryMs))
        .map(({ recoveryMs }) => recoveryMs)
        .sort((a, b) => a - b)
      const [median, max] = [times[Math.floor((times.length - 1) / 2)], times.at(-1)]
      return {
        kind,
        strikes: strikes.length,
        ...(median !== undefined && max !== undefined && { recoveryMs: { median, max } }),
      }
    })
    .sort((a, b) => b.strikes - a.strikes || a.kind.localeCompare(b.kind))
}

/** At most so many lines of one kind of what is broken are printed. */
const SHOWN = 10

export function outcomeText({ seed, ms, rounds, struck, endedByThemselves, verdict, broken }: Outcome): string {
  const seconds = (value: number | undefined) => (value === undefined ? '–' : (value / 1_000).toFixed(1)).padStart(8)
  const { balance, rows, risks, decisions, accepted } = verdict
  return [
    `${struck.length} faults in ${rounds} rounds over ${(ms / 60_000).toFixed(1)} minutes, seed ${seed}`,
    '',
    `${'kind'.padEnd(26)} strikes   recovery in s, alone: median     max`,
    ...byKind(struck).map(
      ({ kind, strikes, recoveryMs }) =>
        `${kind.padEnd(26)} ${String(strikes).padStart(7)} ${seconds(recoveryMs?.median).padStart(30)}${seconds(recoveryMs?.max)}`,
    ),
    '',
    `produced ${balance.produced} = applied ${balance.used} + deduplicated ${balance.repeated} + dropped ${balance.dropped} + dead ${balance.dead}`,
    `${rows} rows, ${risks} risks; accepted by the receivers: ${accepted.webhook} webhooks, ${accepted.email} emails`,
    `decisions: ${Object.entries(decisions)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
    ...(endedByThemselves.length > 0
      ? ['', 'processes that gave up and were started again:', ...endedByThemselves.map((line) => `  ${line}`)]
      : []),
    '',
    ...(broken.length === 0
      ? ['Every promise was kept.']
      : [`BROKEN, ${broken.length} times; --seed ${seed}:`, ...firstOfEach(broken).map((line) => `  ${line}`)]),
    '',
  ].join('\n')
}

function firstOfEach(broken: readonly string[]): string[] {
  return [...Map.groupBy(broken, (line) => line.slice(0, line.indexOf(':')))].flatMap(([, lines]) => [
    ...lines.slice(0, SHOWN),
    ...(lines.length > SHOWN ? [`… and ${lines.length - SHOWN} more like these`] : []),
  ])
}
