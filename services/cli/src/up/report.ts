import { ledgerView, type LedgerView } from '@perennial/api'
import {
  createLedger,
  createRiskProjection,
  type Env,
  type LedgerEntry,
  type LedgerTotals,
  type Platform,
} from '@perennial/runtime'
import { deadTopicOf, SOURCE_NAMES } from '@perennial/streams'
import type { Context } from '../context.ts'
import { type AtRisk, holdWords } from '@perennial/reporting'
import { count, instant, number } from '../terminal/words.ts'
import { atRiskTable, readAtRisk } from '../views.ts'

/** How many members the table of a start shows. */
const SHOWN = 15
const SENDS_SHOWN = 5
/** Most decisions of a replay hold back; those that send are looked for among so many. */
const LOOKED_THROUGH = 1_000

export type Summary = Readonly<{
  atRisk: AtRisk
  high: number
  medium: number
  /** By playbook: `send`, `hold:<reason>`, `outcome:<outcome>`. */
  outreach: LedgerTotals
  /** The latest that were sent, or wait to be, newest first. */
  sends: readonly Send[]
  deadLetters: number
}>

export type Send = LedgerView & Readonly<{ memberId: string }>

function sendView(entry: LedgerEntry): Send {
  return { ...ledgerView(entry), memberId: entry.memberId }
}

/** What a start has to tell. */
export async function readSummary(platform: Platform, env: Env): Promise<Summary> {
  const { log, namespace, partitions } = platform
  const redis = platform.redis('command')
  const risks = createRiskProjection(redis, namespace, partitions.activity)
  const ledger = createLedger(redis, platform)
  const [atRisk, high, medium, outreach, recent, dead] = await Promise.all([
    readAtRisk(platform, env, { bands: ['high', 'medium'], limit: SHOWN }),
    risks.count('high'),
    risks.count('medium'),
    ledger.totals(),
    ledger.recent(LOOKED_THROUGH),
    Promise.all(SOURCE_NAMES.map((name) => countRecords(log, deadTopicOf(name)))),
  ])
  const sends = recent.filter(({ decision }) => decision === 'send').slice(0, SENDS_SHOWN)
  return {
    atRisk,
    high,
    medium,
    outreach,
    sends: sends.map(sendView),
    deadLetters: dead.reduce((sum, each) => sum + each, 0),
  }
}

/** The summary as people read it. */
export function summaryText({ atRisk, high, medium, outreach, sends, deadLetters }: Summary, context: Context): string {
  const { bold } = context.style
  const parts = [bold(`${count(high, 'member')} at high risk, ${number(medium)} at medium risk.`)]
  if (atRisk.members.length > 0) {
    const shown = Math.min(SHOWN, atRisk.members.length)
    parts.push(
      `The ${shown} with most at stake (all of them: perennial members):`,
      '',
      atRiskTable(atRisk, context),
      '',
    )
  }
  parts.push(bold('Outreach'), ...outreachLines(outreach))
  if (sends.length > 0) parts.push('  The latest:', ...sends.map(sendLine))
  if (deadLetters > 0) {
    parts.push(
      '',
      `${count(deadLetters, 'record')} could not be used and wait among the dead letters: perennial dead-letters`,
    )
  }
  return parts.join('\n')
}

function sendLine({ memberId, playbook, channel, owner, sendAt, outcome }: Send): string {
  const to = owner === null ? '' : ` for ${owner}`
  const when =
    outcome === null
      ? `waits until ${sendAt === null ? 'its turn' : instant(Date.parse(sendAt))}`
      : instant(Date.parse(outcome.at))
  return `    ${memberId}  ${playbook}${to}, through ${outcome?.channel ?? channel}, ${when}`
}

/** What was decided, by playbook: what became of what is sent, and why the rest was held back. */
function outreachLines(totals: LedgerTotals): string[] {
  const lines = Object.entries(totals).flatMap(([playbook, kinds]) => {
    const held = countsOf(kinds, 'hold:')
    const outcomes = countsOf(kinds, 'outcome:').map(([outcome, n]) => `${number(n)} ${OUTCOMES[outcome] ?? outcome}`)
    const waiting = (kinds['send'] ?? 0) - sumOf(countsOf(kinds, 'outcome:'))
    const sent = [...outcomes, ...(waiting > 0 ? [`${number(waiting)} waiting`] : [])]
    const words = sent.length === 0 ? 'nothing sent' : sent.join(', ')
    return [
      `  ${playbook}: ${words}, ${number(sumOf(held))} held back${held.length > 0 ? ':' : ''}`,
      ...held.map(([reason, n]) => `${number(n).padStart(10)}  ${holdWords(reason)}`),
    ]
  })
  return lines.length > 0 ? lines : ['  Nothing was due.']
}

const OUTCOMES: Readonly<Record<string, string>> = {
  delivered: 'sent',
  superseded: 'no longer due when their turn came',
}

type Counts = readonly (readonly [name: string, count: number])[]

/** The counts whose kind begins so, without that beginning; the largest first. */
function countsOf(kinds: Readonly<Record<string, number>>, beginning: string): Counts {
  return Object.entries(kinds)
    .filter(([kind]) => kind.startsWith(beginning))
    .map(([kind, n]) => [kind.slice(beginning.length), n] as const)
    .toSorted(([, a], [, b]) => b - a)
}

function sumOf(counts: Counts): number {
  return counts.reduce((sum, [, n]) => sum + n, 0)
}

async function countRecords(log: Platform['log'], topic: string): Promise<number> {
  const [ends, starts] = await Promise.all([log.endOffsets(topic), log.startOffsets(topic)])
  return ends.reduce((sum, end, partition) => sum + end - (starts[partition] ?? 0), 0)
}
