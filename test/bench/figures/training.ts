import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulateHistory } from '@perennial/testkit'
import { liveScore, type LiveScore } from './live-score.ts'

const CLI = join(import.meta.dirname, '../../../services/cli/src/main.ts')
const START = Date.UTC(2020, 0, 1)
const END = Date.UTC(2025, 0, 1)
const CUTOFF = '2024-01-01'
/** How often a process is looked at; a peak between two looks is still in its high-water mark. */
const LOOK_MS = 100

export type CommandFigures = Readonly<{ seconds: number; peakRssMb: number }>

export type Training = Readonly<{
  members: number
  rows: number
  backtest: CommandFigures
  train: CommandFigures
  /** Of the chosen model on the members of the test cut-off. */
  auc: number
  live: LiveScore
}>

/** The real commands, each in a process of its own, on a simulated association. */
export async function training(options: Readonly<{ members: number; rows: number; seed: number }>): Promise<Training> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'))
  try {
    const rows = await simulateHistory(folder, { ...options, start: START, end: END })
    const tested = await timed(['backtest', folder, '--cutoff', CUTOFF, '--json'])
    const { models, chosen } = JSON.parse(tested.out) as { models: Record<string, { auc: number }>; chosen: string }
    const auc = models[chosen]?.auc ?? 0.5
    // A fast wrong answer is a failed run: what this association's members do tells who leaves.
    if (!(auc > 0.6)) throw new Error(`The back-test has an AUC of ${auc}: it must have learned something.`)
    const trained = await timed(['train', folder, '--out', join(folder, 'model.json'), '--json'])
    const live = liveScore(join(folder, 'model.json'), join(folder, 'signals.json'))
    return { members: options.members, rows, backtest: tested.figures, train: trained.figures, auc, live }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function timed(args: readonly string[]): Promise<Readonly<{ out: string; figures: CommandFigures }>> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let [out, peakRssMb] = ['', 0]
  child.stdout.on('data', (data: Buffer) => (out += data.toString()))
  const timer = setInterval(() => (peakRssMb = Math.max(peakRssMb, peakOf(child.pid))), LOOK_MS)
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(timer)
  if (code !== 0) throw new Error(`perennial ${args.join(' ')} ended with ${code}.`)
  return { out, figures: { seconds: (performance.now() - startedAt) / 1000, peakRssMb } }
}

/** The most memory that a process ever held, as Linux keeps it; 0 where that cannot be told. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
