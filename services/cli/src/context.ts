import type { EpochMs } from '@perennial/member'
import type { Env } from '@perennial/runtime'
import { createProgress, createTicker, type Progress, type Ticker } from './terminal/progress.ts'
import { type Style, styleFor } from './terminal/style.ts'

/** What a command has of the world: settings, folders, time, and where to write. */
export type Context = Readonly<{
  env: Env
  cwd: string
  now: () => EpochMs
  /** One line (or several) of the answer, to standard output. */
  out: (text: string) => void
  /** What is going on, to standard error. Says nothing with --json. */
  note: (text: string) => void
  progress: (label: string, total?: number, from?: number) => Progress
  ticker: () => Ticker
  style: Style
  /** Columns to fill. */
  width: number
  json: boolean
}>

const NARROW = 60
const WIDE = 160
/** Where the width is not known, as in a log file. */
const USUAL = 120

/** The context of this process. */
export function processContext(json: boolean): Context {
  const { stdout, stderr, env } = process
  const silent = () => undefined
  const write = (text: string) => void stderr.write(text)
  const line = { write: json ? silent : write, terminal: stderr.isTTY && !json, now: Date.now }
  return {
    env,
    cwd: process.cwd(),
    now: Date.now,
    out: (text) => void stdout.write(`${text}\n`),
    note: json ? silent : (text) => write(`${text}\n`),
    progress: (label, total, from = 0) => createProgress({ label, total, from, ...line }),
    ticker: () => createTicker(line),
    style: styleFor({ terminal: stdout.isTTY, env }),
    width: Math.min(WIDE, Math.max(NARROW, stdout.columns ?? USUAL)),
    json,
  }
}
