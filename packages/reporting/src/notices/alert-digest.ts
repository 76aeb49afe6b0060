import type { EpochMs } from '@perennial/member'
import { asMarkdown, type Message, messageOfMarkdown } from '@perennial/templates'
import { count, date, number } from '../words.ts'
import { type AlertLine, byStake, paragraphs, stake } from './alert-notice.ts'
import { type Recovered, recoveredAfter } from './recovery-notice.ts'

/** What an owner is told of a day or a week together. */
export type AlertDigest = Readonly<{
  owner: string
  from: EpochMs
  until: EpochMs
  /** Alerts that came, and are still to be seen to. */
  alerts: readonly AlertLine[]
  /** What the owner's alert budget held back: no alerts, but worth knowing. */
  held: readonly AlertLine[]
  /** Who had been told of before. */
  recovered: readonly Recovered[]
  /** Alerts that came and went before anybody was told. */
  passed: number
}>

/** Longer lists are for the alerts list itself. */
const MOST_LINES = 40

/** The digest; undefined: there is nothing to tell. */
export function alertDigest(digest: AlertDigest): Message | undefined {
  const { owner, from, until, alerts, held, recovered, passed } = digest
  if (alerts.length + held.length + recovered.length === 0) return undefined
  const value = [...alerts, ...held].reduce((sum, line) => sum + line.valueAtRisk, 0)
  const parts = [
    section(count(alerts.length, 'alert'), byStake(alerts), alertLine, `perennial alerts --owner ${owner}`),
    section('Held back by the alert budget', byStake(held), alertLine, 'perennial members'),
    section(
      'Recovered',
      recovered,
      (line) => `${asMarkdown(line.memberId)} ${recoveredAfter(line)}`,
      'perennial alerts',
    ),
    passed === 0
      ? ''
      : `${count(passed, 'more alert')} came and ${passed === 1 ? 'was' : 'were'} over again in between.`,
    `From ${date(from)} to ${date(until)}. What to do: perennial alerts ${asMarkdown('--owner')} ${asMarkdown(owner)}`,
  ]
  const headline = alerts.length === 0 ? 'No new alerts' : count(alerts.length, 'alert')
  const atStake = value < 1 ? '' : `, ${number(value)} at stake`
  return messageOfMarkdown(`${headline} for ${owner}${atStake}`, paragraphs(parts))
}

function alertLine(line: AlertLine): string {
  const { memberId, playbook, dueAt, reasons } = line
  const facts = [stake(line), dueAt === undefined ? '' : `act before ${date(dueAt)}`].filter((fact) => fact !== '')
  const why = reasons.length === 0 ? '' : `: ${asMarkdown(reasons.join('; '))}`
  return `**${asMarkdown(memberId)}**${facts.length === 0 ? '' : ` (${facts.join(', ')})`} ${asMarkdown(playbook)}${why}`
}

function section<L>(title: string, lines: readonly L[], words: (line: L) => string, more: string): string {
  if (lines.length === 0) return ''
  const shown = lines.slice(0, MOST_LINES).map((line) => `- ${words(line)}`)
  const rest = lines.length - shown.length
  if (rest > 0) shown.push(`- and ${number(rest)} more: ${asMarkdown(more)}`)
  return `## ${title}\n\n${shown.join('\n')}`
}
