import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { type Breakage, BREAKAGES } from '../src/testing/breakages.ts'
import { type Failure, search } from '../src/testing/simulation.ts'

const HELP = `npm run schedules -- [options]

Runs scoring's own code, two processes on two partitions, under schedules drawn from seeds: calls that arrive in any order,
twice or not at all, crashes, zombies, rebalances, a store that loses its latest second or everything. Afterwards the laws are
checked (services/scoring/src/testing/laws.ts). A schedule that breaks one is cut down to what it takes, and printed.

  --schedules N   how many (10000)
  --seed N        of the first; the others are those that follow (1)
  --threads N     how many at a time (one for each core)
  --without LIST  break it on purpose: ${BREAKAGES.join(', ')}
  --json          print JSON, for programs
  --help

Exit code 1: a law is broken.
`

type Task = Readonly<{ from: number; count: number; without: readonly Breakage[] }>

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      schedules: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      threads: { type: 'string', default: String(availableParallelism()) },
      without: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(HELP)
  const schedules = whole('schedules', values.schedules)
  const threads = Math.max(1, whole('threads', values.threads))
  const started = performance.now()
  const share = Math.ceil(schedules / threads)
  const without = breakages(values.without)
  const tasks = Array.from({ length: threads }, (_, n): Task => {
    const before = n * share
    return { from: whole('seed', values.seed) + before, count: Math.min(share, schedules - before), without }
  })
  const failures = (await Promise.all(tasks.filter(({ count }) => count > 0).map(inThread))).filter(
    (failure) => failure !== undefined,
  )
  report({ schedules, seconds: (performance.now() - started) / 1_000, failures, json: values.json })
}

type Outcome = Readonly<{ schedules: number; seconds: number; failures: readonly Failure[]; json: boolean }>

function report({ schedules, seconds, failures, json }: Outcome): void {
  if (failures.length > 0) process.exitCode = 1
  const perSecond = Math.round(schedules / seconds)
  if (json) return void process.stdout.write(`${JSON.stringify({ schedules, seconds, perSecond, failures })}\n`)
  if (failures.length === 0)
    return void process.stdout.write(
      `${schedules} schedules in ${seconds.toFixed(1)} s, ${perSecond} a second: no law broken.\n`,
    )
  for (const { seed, broken, trace } of failures)
    process.stdout.write(
      [
        `Seed ${seed} breaks a law:`,
        ...broken.map((law) => `  ${law}`),
        'when this happens:',
        ...trace.map((step) => `  ${step}`),
        '',
      ].join('\n'),
    )
}

function inThread(task: Task): Promise<Failure | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: task })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

function whole(name: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) usage(`--${name} takes a whole number, not '${text}'.`)
  return Number(text)
}

function breakages(text: string): Breakage[] {
  const names = text.split(',').filter((name) => name !== '')
  const known = names.filter((name): name is Breakage => BREAKAGES.some((one) => one === name))
  if (known.length < names.length) usage(`--without knows ${BREAKAGES.join(', ')}, not '${text}'.`)
  return known
}

function usage(problem: string): never {
  process.stderr.write(`${problem} See --help.\n`)
  process.exit(2)
}

if (isMainThread) await main()
else {
  const { from, count, without } = workerData as Task
  // The rule means windows of a browser.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(await search(from, count, without))
}
