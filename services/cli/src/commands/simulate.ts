import { createWriteStream } from 'node:fs'
import { availableParallelism } from 'node:os'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { readDispatcherConfig } from '@perennial/dispatcher'
import { DAY_MS, type EpochMs } from '@perennial/member'
import { hasQuotas } from '@perennial/playbooks'
import type { Scorer } from '@perennial/risk'
import { Fault, type Platform } from '@perennial/runtime'
import { readScoringConfig } from '@perennial/scoring'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { changesBetween } from '../simulate/compare.ts'
import { contactLines } from '../simulate/contacts-csv.ts'
import { simulateInShares } from '../simulate/in-shares.ts'
import type { Notes } from '../simulate/notebook.ts'
import { reportOf } from '../simulate/report.ts'
import { reportText } from '../simulate/report-text.ts'
import { joined, type Results } from '../simulate/results.ts'
import { type PlaySet, setsOf } from '../simulate/sets.ts'
import { simulate as run } from '../simulate/simulate.ts'
import { fileFacts, logFacts, sampleFacts } from '../simulate/sources.ts'
import type { TimedFacts } from '../simulate/timed-facts.ts'
import { count } from '../terminal/words.ts'
import { scorerOf, settingsScorer, vocabularyOf } from '../views.ts'
import { outputFile } from './output-file.ts'

export type SimulateOptions = Readonly<{
  play: string | undefined
  folder: string | undefined
  all: boolean
  diff: boolean
  /** A history folder or replay files; undefined: the deployment's log, or the sample. */
  history: string | undefined
  sample: boolean
  from: EpochMs | undefined
  to: EpochMs | undefined
  /** A CSV file of the contacts. */
  out: string | undefined
  maxBadPercent: number
  /** At most; undefined: as many as the machine has cores. */
  threads: number | undefined
}>

const USUAL_MS = 365 * DAY_MS
/** How long is worked before anybody else has a turn. */
const TURN_MS = 50
export const MOST_THREADS = 64
/** Facts that are worth a thread: as many take as long as one needs to start. */
const FACTS_A_THREAD = 100_000

/** Says what plays would have done in the past, through the code that decides live. Nothing is sent. */
export async function simulate(context: Context, life: Life, options: SimulateOptions): Promise<void> {
  const out = options.out === undefined ? undefined : await outputFile(context.cwd, options.out, '--out')
  const vocabulary = vocabularyOf(context.env)
  const inForce = readDispatcherConfig(context.env).playbooks
  const sets = setsOf({ ...options, inForce, cwd: context.cwd, vocabulary })
  const to = options.to ?? context.now()
  const from = options.from ?? to - USUAL_MS
  if (from >= to) throw new Fault('usage', '--from must lie before --to.')

  const { facts, scorer } = await read(context, life, { ...options, to })
  // Each set once, though it may be two of them.
  const distinct = distinctSets([sets.tried, sets.without, sets.current])
  const work = { facts, scorer, sets: distinct, from, to, aliasMs: readScoringConfig(context.env).aliasMs }
  const results = joined(await simulated(context, life, work, options.threads), facts.subjects)
  const notesOf = (set: PlaySet | undefined): Notes | undefined =>
    set && results.notes[distinct.findIndex((each) => keyOf(each) === keyOf(set))]
  const tried = notesOf(sets.tried) ?? new Map()
  const [without, current] = [notesOf(sets.without), notesOf(sets.current)]
  const report = reportOf({ ...results, from, to, subjects: sets.subjects, tried, without, current })

  const names = new Set(sets.subjects)
  const about = [...tried.values()].filter(({ playbook }) => names.has(playbook))
  if (out !== undefined) {
    const changes = current === undefined ? [] : changesBetween(current, tried)
    await writeLines(out, contactLines(about, changes))
    context.note(`${count(about.length, 'contact')}, made or held back, in ${out}`)
  }
  if (context.json) return context.out(JSON.stringify(report))
  const first = about.filter(({ result }) => result === 'sent').toSorted((a, b) => a.at - b.at)
  context.out(reportText(report, first, context))
}

type Read = Readonly<{ facts: TimedFacts; scorer: Scorer }>

/** Where the past comes from. What is read from files is scored by the model that the settings name; the log by the one in use. */
async function read(
  context: Context,
  life: Life,
  { history, sample, to, maxBadPercent }: SimulateOptions & Readonly<{ to: EpochMs }>,
): Promise<Read> {
  const options = { vocabulary: vocabularyOf(context.env), maxBadPercent }
  if (sample) return { facts: sampleFacts(context, to, options), scorer: settingsScorer(context.env) }
  if (history !== undefined)
    return { facts: await fileFacts(context, history, options), scorer: settingsScorer(context.env) }
  const platform: Platform = await connect(context, life, { log: true, say: true })
  return { facts: await logFacts(context, platform.log), scorer: await scorerOf(platform, context.env) }
}

type Work = Read & Readonly<{ sets: readonly PlaySet[]; from: EpochMs; to: EpochMs; aliasMs: number }>

/** In threads where that is worth it and the same, else in one piece. */
async function simulated(
  context: Context,
  { scope: { signal } }: Life,
  work: Work,
  threads = Math.min(MOST_THREADS, availableParallelism()),
): Promise<Results[]> {
  const shares = Math.min(threads, Math.floor(work.facts.at.length / FACTS_A_THREAD))
  const together = work.sets.some(({ plays }) => hasQuotas(plays))
  if (together && shares > 1)
    context.note('Limits and alert budgets count over all members: they are simulated in one piece, on one core.')
  const progress = context.progress('Simulate')
  const onProgress = (done: number, total: number) => progress.update(done, total)
  const results =
    together || shares < 2
      ? [await inOnePiece({ ...work, signal, onProgress })]
      : await simulateInShares({ ...work, shares, signal, onProgress })
  progress.finish()
  return results
}

type OnePiece = Work & Readonly<{ signal: AbortSignal; onProgress: (done: number, total: number) => void }>

async function inOnePiece({ sets, signal, onProgress, ...work }: OnePiece): Promise<Results> {
  let turn = performance.now()
  const { members, facts, scenarios } = await run({
    ...work,
    plays: sets.map(({ plays }) => plays),
    onProgress(done, total) {
      onProgress(done, total)
      if (performance.now() - turn < TURN_MS) return undefined
      turn = performance.now()
      signal.throwIfAborted()
      return setImmediate()
    },
  })
  return { members, facts, notes: scenarios.map(({ notebook }) => notebook.notes) }
}

function distinctSets(sets: readonly (PlaySet | undefined)[]): PlaySet[] {
  const present = sets.filter((set) => set !== undefined)
  return [...new Map(present.map((set) => [keyOf(set), set])).values()]
}

function keyOf({ plays: { version }, texts: { on } }: PlaySet): string {
  return `${version} ${on.join()}`
}

async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  await pipeline(function* () {
    for (const line of lines) yield `${line}\n`
  }, createWriteStream(file))
}
