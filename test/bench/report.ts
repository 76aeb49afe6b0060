import type { Decisions } from './figures/decisions.ts'
import type { Latency } from './figures/latency.ts'
import type { Quantiles } from './figures/quantiles.ts'
import type { Silent } from './figures/silent.ts'
import type { Simulation } from './figures/simulation.ts'
import type { Training } from './figures/training.ts'
import type { CommandFigures } from './rig/timed.ts'
import type { Throughput, WholePath } from './figures/throughput.ts'
import type { Cores } from './rig/cores.ts'

export type Report = Readonly<{
  machine: string
  facts: number
  members: number
  rounds: number
  hops?: Readonly<{ ingest: Throughput; scoring: Throughput }>
  path?: WholePath
  latency?: Latency
  decisions?: Decisions
  silence?: Silent
  training?: Training
  simulation?: Simulation
}>

type Row = readonly [what: string, figure: string, target: string]

/** The figures as Markdown: the table of docs/performance.md is this, pasted. */
export function reportText(report: Report): string {
  const { machine, facts, members, rounds, hops, path, latency, decisions, silence, training, simulation } = report
  const rows: Row[] = [
    ...(path === undefined ? [] : [rate('whole path', path.path, '≥ 250,000')]),
    ...(hops === undefined
      ? []
      : [rate('ingest hop', hops.ingest, '≥ 500,000'), rate('scoring hop', hops.scoring, '≥ 500,000')]),
    ...(path === undefined ? [] : [rate('rebuild', path.rebuild, '≥ 400,000')]),
    ...(latency === undefined
      ? []
      : [
          row('append → `member-risk`', quantiles(latency.toRisk), 'p50 ≤ 10 ms, p99 ≤ 40 ms'),
          row('append → outreach job', quantiles(latency.toJob), 'p99 ≤ 100 ms'),
          row('really offered', `${thousands(Math.round(latency.offeredPerSecond))} facts/s`, ''),
        ]),
    ...(path === undefined
      ? []
      : [
          row('Redis per member', `${path.redisBytesPerMember} bytes`, '≤ 800 bytes'),
          row('`member-risk` records', thousands(path.outputs), ''),
        ]),
    ...(silence === undefined
      ? []
      : [
          row('Redis per silent member', `${silence.redisBytesPerMember.toFixed(0)} bytes`, '≤ 800 bytes'),
          row(
            `scoring, ${thousands(silence.members)} silent members`,
            percent(silence.atRest['scoring']),
            '< 1 % of a core',
          ),
          row('due crossings', `${thousands(silence.crossingsPerSecond)} /s (${thousands(silence.crossings)})`, ''),
          row('looks at due members', `${thousands(silence.checksPerSecond)} /s`, ''),
        ]),
    ...(decisions === undefined ? [] : decisionRows(decisions)),
    ...(training === undefined ? [] : trainingRows(training)),
    ...(simulation === undefined ? [] : [simulationRow(simulation)]),
  ]
  const runs = {
    'whole path': path?.path,
    'ingest hop': hops?.ingest,
    'scoring hop': hops?.scoring,
    rebuild: path?.rebuild,
  }
  // Only what needs no servers was measured: that is one run.
  const onServers = [hops, path, latency, decisions, silence].some((of) => of !== undefined)
  const figures = table([['figure', 'measured', 'target'], ...rows])
  if (!onServers) return [machine, '', 'One run.', '', figures, ''].join('\n')
  const cores = { 'latency load': latency?.cores, 'decisions at 1,000/s': decisions?.cores, 'at rest': silence?.atRest }
  return [
    machine,
    '',
    `${thousands(facts)} facts, ${thousands(members)} members, median of ${rounds} after one warm-up.`,
    '',
    figures,
    '',
    'CPU seconds and peak resident memory by process:',
    '',
    table([
      ['run', 'process', 'CPU s', 'µs a fact', 'MB'],
      ...Object.entries(runs).flatMap(([run, of]) => usage(run, of)),
    ]),
    '',
    'Cores kept busy; `foreign` is by all other programs of the machine, and makes the figures worse than they are:',
    '',
    table([
      ['while', 'cores'],
      ...Object.entries(runs).flatMap(([run, of]) => (of ? [[run, `foreign ${of.foreignCores.toFixed(2)}`]] : [])),
      ...Object.entries(cores).flatMap(([name, of]) => (of ? [[name, coresText(of)]] : [])),
    ]),
    '',
  ].join('\n')
}

function decisionRows({ perCore, perSecond, decisions, offeredPerSecond, toJob }: Decisions): Row[] {
  return [
    row(
      'decisions, all gates on',
      `${thousands(perCore)} /s per core, ${thousands(perSecond)} /s (${thousands(decisions)})`,
      '≥ 1,000 /s per core',
    ),
    row(`risk record → job at ${thousands(Math.round(offeredPerSecond))} decisions/s`, quantiles(toJob), 'p99 ≤ 50 ms'),
  ]
}

function trainingRows({ members, rows, backtest, train, live }: Training): Row[] {
  const of = `${thousands(members)} members, ${thousands(rows)} activities`
  const figure = ({ seconds, peakRssMb }: CommandFigures) => `${seconds.toFixed(1)} s, ${peakRssMb.toFixed(0)} MB`
  return [
    row(`back-test, ${of}`, figure(backtest), 'with training ≤ 60 s, ≤ 1,500 MB'),
    row(`training, ${of}`, figure(train), ''),
    row(
      `a live score with contributions (${live.form}, ${live.features} features)`,
      `${live.microseconds.toFixed(1)} µs`,
      '≤ 5 µs',
    ),
  ]
}

function simulationRow({ members, rows, contacts, simulate }: Simulation): Row {
  const { seconds, cpuSeconds, peakRssMb } = simulate
  return row(
    `a play over two years, ${thousands(members)} members, ${thousands(rows)} activities (${thousands(contacts)} contacts)`,
    `${seconds.toFixed(1)} s (CPU ${cpuSeconds.toFixed(1)} s), ${peakRssMb.toFixed(0)} MB`,
    '≤ 60 s',
  )
}

function row(what: string, figure: string, target: string): Row {
  return [what, figure, target]
}

function rate(what: string, { factsPerSecond }: Throughput, target: string): Row {
  return [what, `${thousands(factsPerSecond)} facts/s`, `${target} facts/s`]
}

function usage(run: string, of: Throughput | undefined): string[][] {
  if (of === undefined) return []
  const facts = of.factsPerSecond * of.seconds
  return of.processes.map(({ name, cpuSeconds, peakRssMb }) => [
    run,
    name,
    cpuSeconds.toFixed(2),
    ((cpuSeconds / facts) * 1e6).toFixed(2),
    peakRssMb.toFixed(0),
  ])
}

function quantiles({ p50, p99, count }: Quantiles): string {
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (${thousands(count)})`
}

function coresText(cores: Cores): string {
  return Object.entries(cores)
    .map(([name, busy]) => `${name} ${busy.toFixed(3)}`)
    .join(', ')
}

function percent(share: number | undefined): string {
  return `${((share ?? Number.NaN) * 100).toFixed(2)} % of a core`
}

function thousands(value: number): string {
  return value.toLocaleString('en-US')
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n')
}
