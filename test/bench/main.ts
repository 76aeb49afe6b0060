import { parseArgs } from 'node:util'
import { fillTopics } from './figures/filled.ts'
import { decisions } from './figures/decisions.ts'
import { latency } from './figures/latency.ts'
import { hops, type Throughput, wholePath } from './figures/throughput.ts'
import { middleOf } from './figures/quantiles.ts'
import { simulation } from './figures/simulation.ts'
import { silent } from './figures/silent.ts'
import { training } from './figures/training.ts'
import { describeMachine } from './rig/machine.ts'
import { openRig, type Rig } from './rig/rig.ts'
import { type Report, reportText } from './report.ts'

const HELP = `npm run bench -- [options]

Measures the pipeline on a real Kafka, schema registry and Redis that it starts itself, on free ports. Every run is checked
against the counts the load must give: a fast wrong answer is a failed run. Run nothing else meanwhile.

  --facts N      facts in the source topics (2000000)
  --members N    members they are about (100000)
  --rounds N     measured rounds after one warm-up; medians are printed (3)
  --rate N       records a second offered for latency (10000)
  --seconds N    how long they are offered (30)
  --only LIST    of hops, path, latency, decisions, silence, training, simulate (all)
  --rows N       activities in the history for training (10000000)
  --quick        a small run that shows whether it works: its figures mean nothing
  --seed N       of the load (1)
  --profile DIR  write CPU profiles of the services there
  --json         print JSON, for programs
  --help
`

type Options = Readonly<{
  facts: number
  members: number
  rounds: number
  rate: number
  seconds: number
  rows: number
  seed: number
  only: readonly string[]
  silentMembers: number
  decidedRecords: number
}>

const FULL = { facts: 2_000_000, members: 100_000, rounds: 3, rate: 10_000, seconds: 30, rows: 10_000_000 }
const QUICK = { facts: 50_000, members: 5_000, rounds: 1, rate: 1_000, seconds: 3, rows: 300_000 }
const PARTS = ['hops', 'path', 'latency', 'decisions', 'silence', 'training', 'simulate']
/** Those that need no servers. */
const ALONE = ['training', 'simulate']
/** The history for training is of five years, that of a simulation of two. */
const SIMULATED_SHARE = 2 / 5

const { values } = parseArgs({
  options: {
    facts: { type: 'string' },
    members: { type: 'string' },
    rounds: { type: 'string' },
    rate: { type: 'string' },
    seconds: { type: 'string' },
    rows: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: PARTS.join(',') },
    profile: { type: 'string' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else await run()

async function run(): Promise<void> {
  const note = (line: string) => void process.stderr.write(`${line}\n`)
  const nodeArgs = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`]
  const options = readOptions()
  const report = await measured(options, nodeArgs, note)
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report))
}

async function measured(options: Options, nodeArgs: readonly string[], note: (line: string) => void): Promise<Report> {
  const { members, rows, seed, only, facts, rounds } = options
  const bare = { machine: describeMachine(), facts, members, rounds }
  const report = only.some((part) => !ALONE.includes(part)) ? await onServers(options, nodeArgs, note) : bare
  const alone: { -readonly [K in keyof Report]?: Report[K] } = {}
  if (only.includes('training')) {
    note(`Training: ${members} members with ${rows} activities`)
    alone.training = await training({ members, rows, seed })
  }
  if (only.includes('simulate')) {
    const of = { members, rows: Math.round(rows * SIMULATED_SHARE), seed }
    note(`Simulation: ${members} members with ${of.rows} activities in two years`)
    alone.simulation = await simulation(of)
  }
  return { ...report, ...alone }
}

/** What needs a broker, a registry and a Redis. */
async function onServers(options: Options, nodeArgs: readonly string[], note: (line: string) => void): Promise<Report> {
  const rig = await openRig({ env: process.env, nodeArgs, report: note })
  try {
    return await measure(rig, options, note)
  } finally {
    await rig.close()
  }
}

function readOptions(): Options {
  const base = values.quick ? QUICK : FULL
  const number = (name: keyof typeof FULL | 'seed', fallback: number): number => {
    const value = Number(values[name] ?? fallback)
    if (!Number.isInteger(value) || value < 1)
      throw new Error(`--${name} is '${values[name]}': not a whole number from 1.`)
    return value
  }
  const only = values.only.split(',')
  const unknown = only.find((part) => !PARTS.includes(part))
  if (unknown !== undefined) throw new Error(`--only names '${unknown}': there is ${PARTS.join(', ')}.`)
  return {
    facts: number('facts', base.facts),
    members: number('members', base.members),
    rounds: number('rounds', base.rounds),
    rate: number('rate', base.rate),
    seconds: number('seconds', base.seconds),
    rows: number('rows', base.rows),
    seed: number('seed', 1),
    only,
    silentMembers: values.quick ? 20_000 : 1_000_000,
    decidedRecords: values.quick ? 2_000 : 20_000,
  }
}

async function measure(rig: Rig, options: Options, note: (line: string) => void): Promise<Report> {
  const { facts, members, rounds, only, rate, seconds, seed, silentMembers, decidedRecords } = options
  const report: { -readonly [K in keyof Report]: Report[K] } = { machine: describeMachine(), facts, members, rounds }
  if (only.includes('hops') || only.includes('path')) Object.assign(report, await throughput(rig, options, note))
  if (only.includes('latency')) {
    note(`Latency: ${rate} records a second for ${seconds} s, after a warm-up`)
    report.latency = await latency(rig, { rate, seconds, seed })
  }
  if (only.includes('decisions')) {
    note(`Decisions: ${decidedRecords} records, then 1,000 decisions a second for ${seconds} s`)
    report.decisions = await decisions(rig, { records: decidedRecords, rate: 1_000, seconds })
  }
  if (only.includes('silence')) {
    note(`At rest: ${silentMembers} silent members`)
    report.silence = await silent(rig, { seed, members: silentMembers, seconds })
  }
  return report
}

async function throughput(
  rig: Rig,
  options: Options,
  note: (line: string) => void,
): Promise<Pick<Report, 'hops' | 'path'>> {
  const { facts, members, rounds, only, seed } = options
  note(`Filling the source topics with ${facts} facts about ${members} members`)
  const filled = await fillTopics(rig, { seed, facts, members })
  const measured: Pick<Report, 'hops' | 'path'>[] = []
  try {
    for (let round = 0; round <= rounds; round++) {
      note(round === 0 ? 'Warm-up round' : `Round ${round} of ${rounds}`)
      const now = {
        ...(only.includes('hops') && { hops: await hops(rig, filled) }),
        ...(only.includes('path') && { path: await wholePath(rig, filled) }),
      }
      for (const [name, of] of Object.entries(rates(now))) note(`  ${name} ${of.factsPerSecond} facts/s`)
      if (round > 0) measured.push(now)
    }
  } finally {
    await filled.broker.stop()
  }
  return {
    ...(only.includes('hops') && {
      hops: {
        ingest: middleOf(
          measured.map(({ hops: of }) => of?.ingest),
          rateOf,
        ),
        scoring: middleOf(
          measured.map(({ hops: of }) => of?.scoring),
          rateOf,
        ),
      },
    }),
    ...(only.includes('path') && {
      path: middleOf(
        measured.map(({ path }) => path),
        (of) => of.path.factsPerSecond,
      ),
    }),
  }
}

function rateOf({ factsPerSecond }: Throughput): number {
  return factsPerSecond
}

function rates({ hops: alone, path }: Pick<Report, 'hops' | 'path'>): Record<string, Throughput> {
  return { ...alone, ...(path && { path: path.path, rebuild: path.rebuild }) }
}
