import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulateHistory } from '@perennial/testkit'
import { type CommandFigures, timed } from '../rig/timed.ts'
import { liveScore, type LiveScore } from './live-score.ts'

const START = Date.UTC(2020, 0, 1)
const END = Date.UTC(2025, 0, 1)
const CUTOFF = '2024-01-01'
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
