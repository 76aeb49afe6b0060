import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { readDispatcherConfig } from '@perennial/dispatcher'
import { DAY_MS, type EpochMs } from '@perennial/member'
import type { Plays } from '@perennial/playbooks'
import type { Scorer } from '@perennial/risk'
import { Fault, type Platform } from '@perennial/runtime'
import { readScoringConfig } from '@perennial/scoring'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { changesBetween } from '../simulate/compare.ts'
import { contactLines } from '../simulate/contacts-csv.ts'
import { reportOf } from '../simulate/report.ts'
import { reportText } from '../simulate/report-text.ts'
import type { Scenario } from '../simulate/scenario.ts'
import { setsOf } from '../simulate/sets.ts'
import { simulate as run, type Simulated } from '../simulate/simulate.ts'
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
}>

const USUAL_MS = 365 * DAY_MS
/** How long is worked before anybody else has a turn. */
const TURN_MS = 50

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
  const plays = distinct([sets.tried, sets.without, sets.current])
  const simulated = await withProgress(context, life, { facts, scorer, plays, from, to })
  const scenarioOf = (set: Plays | undefined): Scenario | undefined =>
    set && simulated.scenarios[plays.findIndex((each) => keyOf(each) === keyOf(set))]
  const tried = scenarioOf(sets.tried)?.notebook.notes ?? new Map()
  const without = scenarioOf(sets.without)?.notebook.notes
  const current = scenarioOf(sets.current)?.notebook.notes
  const report = reportOf({ ...simulated, from, to, subjects: sets.subjects, tried, without, current })

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

type Work = Read & Readonly<{ plays: readonly Plays[]; from: EpochMs; to: EpochMs }>

async function withProgress(context: Context, { scope }: Life, work: Work): Promise<Simulated> {
  const progress = context.progress('Simulate')
  let turn = performance.now()
  const simulated = await run({
    ...work,
    aliasMs: readScoringConfig(context.env).aliasMs,
    onProgress(done, total) {
      progress.update(done, total)
      if (performance.now() - turn < TURN_MS) return undefined
      turn = performance.now()
      scope.signal.throwIfAborted()
      return setImmediate()
    },
  })
  progress.finish()
  return simulated
}

function distinct(sets: readonly (Plays | undefined)[]): Plays[] {
  const present = sets.filter((set) => set !== undefined)
  return [...new Map(present.map((set) => [keyOf(set), set])).values()]
}

function keyOf({ version, playbooks }: Plays): string {
  const on = playbooks.filter(({ enabled }) => enabled).map(({ name }) => name)
  return `${version} ${on.join()}`
}

async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  await pipeline(function* () {
    for (const line of lines) yield `${line}\n`
  }, createWriteStream(file))
}
