import { DAY_MS } from '@perennial/member'
import type { Role } from '@perennial/playbooks'
import { asMarkdown, type Message, messageOfMarkdown } from '@perennial/templates'
import { holdWords } from '../hold-reasons.ts'
import { count, date, number } from '../words.ts'
import type { DigestNumbers } from './read-digest.ts'
import type { Counts } from './week-counter.ts'

/** Longer lists are for the commands that tell all of it. */
const MOST = { reasons: 5, segments: 6, drivers: 3 }

type Section = (numbers: DigestNumbers) => string

/** What each role reads, in order. Every one is told what was sent, held, saved and learned. */
const SECTIONS: Readonly<Record<Role, readonly Section[]>> = {
  'membership-ops': [atRisk, alerts, sent, held, learned, saved],
  marketing: [sent, held, saved, retiring, learned],
  'data-team': [held, sent, learned, saved, goals],
  leadership: [goals, atRisk, saved, retiring, sent, held, learned],
}

const TITLES: Readonly<Record<Role, string>> = {
  'membership-ops': 'Membership operations',
  marketing: 'Marketing',
  'data-team': 'Data team',
  leadership: 'Leadership',
}

export type DigestText = Readonly<{ subject: string; markdown: string }>

/** The digest of a role as Markdown. The last day is the one before `until`. */
export function roleDigest(role: Role, numbers: DigestNumbers): DigestText {
  const last = date(numbers.until - DAY_MS)
  const parts = SECTIONS[role].map((section) => section(numbers)).filter((part) => part !== '')
  const basis = `From ${date(numbers.from)} to ${last}, ${count(numbers.members, 'member')} looked at.`
  return { subject: `${TITLES[role]}: the week to ${last}`, markdown: [...parts, basis].join('\n\n') }
}

/** The same as a message: text and HTML are made from the Markdown. */
export function roleDigestMessage(role: Role, numbers: DigestNumbers): Message {
  const { subject, markdown } = roleDigest(role, numbers)
  return messageOfMarkdown(subject, markdown)
}

function atRisk({ atRisk: { high, medium, valueAtRisk } }: DigestNumbers): string {
  const value = valueAtRisk < 1 ? '' : `, ${number(valueAtRisk)} of dues at stake`
  return section('At risk now', [`${count(high, 'member')} at high risk, ${number(medium)} at medium risk${value}`])
}

function alerts({ alerts: { opened, closed, unfinished, overdue, outcomes, reasons } }: DigestNumbers): string {
  const lines = [
    `${number(opened)} opened, ${number(closed)} closed, ${number(unfinished)} unfinished, ${number(overdue)} of them overdue`,
    ...(outcomes.length === 0 ? [] : [`What came of them: ${listed(outcomes)}`]),
    ...(reasons.length === 0 ? [] : [`Why, as members told: ${listed(reasons)}`]),
  ]
  return section('Alerts', lines)
}

function sent({ activity: { sent: plays, failed } }: DigestNumbers): string {
  const lines = plays.map(([play, n]) => `${asMarkdown(play)}: ${number(n)}`)
  if (failed > 0) lines.push(`${number(failed)} could not be delivered`)
  return section(`Sent: ${number(total(plays))}`, lines)
}

function held({ activity: { held: reasons } }: DigestNumbers): string {
  const lines = reasons.slice(0, MOST.reasons).map(([reason, n]) => `${number(n)}: ${asMarkdown(holdWords(reason))}`)
  const rest = total(reasons.slice(MOST.reasons))
  return section(
    `Held back: ${number(total(reasons))}`,
    rest === 0 ? lines : [...lines, `${number(rest)}: other reasons`],
  )
}

function saved({ effects: { ranked, together } }: DigestNumbers): string {
  if (ranked.length === 0) return section('Saved', ['Not enough members yet: nobody has been up for a play'])
  const all =
    together !== undefined && together.effect.control.members > 0
      ? [`**All plays together**: ${asMarkdown(together.words)}`]
      : []
  return section('Saved', [...all, ...ranked.map(({ play, words }) => `**${asMarkdown(play)}**: ${asMarkdown(words)}`)])
}

function retiring({ effects: { ranked } }: DigestNumbers): string {
  const plays = ranked.filter(({ effect }) => effect.proposedForRetirement)
  return section(
    'Proposed for retirement',
    plays.map(({ play }) => asMarkdown(play)),
  )
}

function learned({ learned: segments }: DigestNumbers): string {
  const lines = segments
    .filter(({ members }) => members > 0)
    .slice(0, 1 + MOST.segments)
    .map(({ segment, members, drivers }) => {
      const why = drivers.slice(0, MOST.drivers).map(([driver, n]) => `${asMarkdown(driver)} (${number(n)})`)
      return `${asMarkdown(segment)}, ${number(members)}: ${why.join(', ')}`
    })
  return section('Learned: why members are at risk', lines)
}

function goals({ goals: views }: DigestNumbers): string {
  return section(
    'Goals',
    views.map(({ title, by, words }) => `**${asMarkdown(title)}** by ${by}: ${asMarkdown(words)}`),
  )
}

/** Nothing to say is no section. */
function section(title: string, lines: readonly string[]): string {
  const body = lines.map((line) => `- ${line}`).join('\n')
  const counted = /: \d/.test(title)
  return lines.length === 0 && !counted ? '' : [`## ${title}`, body].filter((part) => part !== '').join('\n\n')
}

function listed(counts: Counts): string {
  return counts.map(([name, n]) => `${asMarkdown(name)} ${number(n)}`).join(', ')
}

function total(counts: Counts): number {
  return counts.reduce((sum, [, n]) => sum + n, 0)
}
