import type { EpochMs } from '@perennial/member'
import { clock, number, percent } from './words.ts'

export type Progress = Readonly<{
  /** So many are done by now. `total` may become known, or change, on the way. */
  update(done: number, total?: number): void
  /** Draws the last state and ends the line. */
  finish(): void
}>

/** One line that is shown again and again. */
export type Ticker = Readonly<{
  show(text: string): void
  /** Ends the line with the last text, shown or not. */
  finish(): void
}>

export type TickerOptions = Readonly<{
  write: (text: string) => void
  /** Redraw one line; else write a line now and then, for log files. */
  terminal: boolean
  now: () => EpochMs
}>

const REDRAW_MS = 100
const LINE_MS = 3_000

export function createTicker({ write, terminal, now }: TickerOptions): Ticker {
  let shownAt = terminal ? -Infinity : now()
  let latest = ''
  let shown = ''

  function draw(): void {
    shownAt = now()
    shown = latest
    write(terminal ? `\r\u001B[2K${latest}` : `${latest}\n`)
  }

  return {
    show(text) {
      latest = text
      if (now() - shownAt >= (terminal ? REDRAW_MS : LINE_MS)) draw()
    },
    finish() {
      if (latest !== shown) draw()
      if (terminal && latest !== '') write('\n')
    },
  }
}

export type ProgressOptions = TickerOptions &
  Readonly<{
    label: string
    total: number | undefined
    /** So many were done before, and count for the share but not for the rate. */
    from?: number
  }>

const BAR_WIDTH = 24

/** Shows how far a long work is, how fast it goes and how much time is left. */
export function createProgress({ label, total, from = 0, ...options }: ProgressOptions): Progress {
  const ticker = createTicker(options)
  const startedAt = options.now()
  let state: State = { from, done: from, total }
  const line = () => progressLine(label, state, options.now() - startedAt, options.terminal)
  return {
    update(done, newTotal) {
      state = { from, done, total: newTotal ?? state.total }
      ticker.show(line())
    },
    finish() {
      ticker.show(line())
      ticker.finish()
    },
  }
}

type State = Readonly<{ from: number; done: number; total: number | undefined }>

/** One state as text: bar, share, count, rate, time left. */
export function progressLine(label: string, { from, done, total }: State, elapsedMs: number, bar: boolean): string {
  const rate = elapsedMs > 0 ? (done - from) / (elapsedMs / 1000) : 0
  const speed = `${number(rate)}/s`
  if (total === undefined || total === 0) return `${label}  ${number(done)}  ${speed}`
  const share = Math.min(1, done / total)
  const full = Math.round(share * BAR_WIDTH)
  const picture = bar ? `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}  ` : ''
  const left =
    done >= total ? `in ${clock(elapsedMs)}` : rate > 0 ? `${clock(((total - done) / rate) * 1000)} left` : ''
  return `${label}  ${picture}${percent(share).padStart(5)}  ${number(done)} of ${number(total)}  ${speed}  ${left}`.trimEnd()
}
