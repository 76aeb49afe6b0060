import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { shared, TARGET_NAMES } from './registry.ts'
import { type Desk, type Job, openDesk } from './desk.ts'
import type { Failure } from './target.ts'
import type { Told } from './worker.ts'

export type FuzzOptions = Readonly<{
  seed: number
  /** In all, shared among the targets. */
  inputs: number
  targets?: readonly string[]
  /** The number of the first input of each target. */
  from?: number
  /** This input and no other. */
  input?: Uint8Array
  plant?: string
  /** Longer than this no input may take. */
  deadlineMs?: number
}>

/** An input that failed: number `index` of its target, made as small as was found. */
export type Finding = Failure & Readonly<{ target: string; index: number; input: Uint8Array }>

export type Outcome = Readonly<{
  seed: number
  inputs: Readonly<Record<string, number>>
  findings: readonly Finding[]
}>

/** A thousand times what the slowest takes, and more than a busy machine lets a process wait. */
const DEADLINE_MS = 5_000
/** Loading what a target needs takes a while. */
const START_MS = 30_000
const LOOK_MS = 100

const WORKER = join(import.meta.dirname, 'worker.ts')
const STOP_WITH_PARENT = pathToFileURL(join(import.meta.dirname, '../../deploy/bootstrap/stop-with-parent.mjs')).href
const NODE_ARGUMENTS = ['--max-old-space-size=512', '--import', STOP_WITH_PARENT]

/** Gives every target its share of inputs, in a process that may hang or die; the rest goes on in another one. */
export async function fuzz(options: FuzzOptions): Promise<Outcome> {
  const { seed, from = 0, targets = TARGET_NAMES } = options
  const counts = shared(options.input === undefined ? options.inputs : 1, targets)
  const inputs: Record<string, number> = {}
  const findings: Finding[] = []
  for (let left = targets; left.length > 0;) {
    const ended = await runWorker(options, Object.fromEntries(left.map((name) => [name, counts[name] ?? 0])))
    for (const { target, inputs: some } of ended.done) inputs[target] = some
    findings.push(...ended.findings)
    const [endedIn, ...rest] = left.slice(ended.done.length)
    if (endedIn === undefined) break
    inputs[endedIn] = (findings.find(({ target }) => target === endedIn)?.index ?? from) + 1 - from
    left = rest
  }
  return { seed, inputs, findings }
}

type Ended = Readonly<{
  done: readonly Extract<Told, { kind: 'done' }>[]
  findings: readonly Finding[]
}>

async function runWorker(options: FuzzOptions, counts: Job['counts']): Promise<Ended> {
  const { seed, from = 0, input, plant } = options
  const folder = mkdtempSync(join(tmpdir(), 'perennial-fuzz-'))
  const path = join(folder, 'desk')
  const desk = openDesk(path)
  const given = { ...(input && { input: Buffer.from(input).toString('hex') }), ...(plant && { plant }) }
  const job: Job = { desk: path, seed, counts, from, ...given }
  const worker = fork(WORKER, [JSON.stringify(job)], {
    execArgv: NODE_ARGUMENTS,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const done: Extract<Told, { kind: 'done' }>[] = []
  const found = new Map<string, Finding>()
  worker.on('message', (message) => {
    const told = message as Told
    if (told.kind === 'done') done.push(told)
    else found.set(told.target, findingOf(told))
  })
  const stopped = new AbortController()
  const failure = await Promise.race([death(worker), watch(desk, options.deadlineMs ?? DEADLINE_MS, stopped.signal)])
  stopped.abort()
  worker.kill('SIGKILL')
  const at = Object.keys(counts)[done.length]
  // What was found and could not be made smaller stays what it was.
  if (failure !== undefined && at !== undefined && !found.has(at))
    found.set(at, { ...failure, target: at, index: desk.look().index, input: desk.input() })
  desk.close()
  rmSync(folder, { recursive: true })
  return { done, findings: [...found.values()] }
}

function findingOf({ target, index, failure, input }: Extract<Told, { kind: 'failed' }>): Finding {
  return { ...failure, target, index, input: Buffer.from(input, 'hex') }
}

/** How the process ended, if not by itself: out of memory, or by an error thrown where nobody waited for it. */
async function death(worker: ChildProcess): Promise<Failure | undefined> {
  let said = ''
  worker.stderr?.on('data', (chunk) => (said = `${said}${String(chunk)}`.slice(0, 4_000)))
  // Until then there may be something that it has told and nobody has heard.
  const [[code]] = (await Promise.all([once(worker, 'close'), once(worker, 'disconnect')])) as [
    [number | null],
    unknown,
  ]
  if (code === 0) return undefined
  return { what: said.includes('heap out of memory') ? 'memory' : 'crash', detail: said.trim().slice(0, 1_000) }
}

/** Ends when the worker is at one input for too long. */
async function watch(desk: Desk, deadlineMs: number, signal: AbortSignal): Promise<Failure | undefined> {
  let since = performance.now()
  let last = desk.look()
  while (!signal.aborted) {
    await wait(LOOK_MS, undefined, { signal }).catch(() => undefined)
    const now = desk.look()
    const most = now.beat === 0 ? START_MS : deadlineMs
    if (now.beat !== last.beat) since = performance.now()
    else if (performance.now() - since > most) return { what: 'hang', detail: `no answer within ${deadlineMs} ms` }
    last = now
  }
  return undefined
}
