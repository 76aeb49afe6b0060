import { HALF_LIVES_DAYS } from '@perennial/member'
import type { SourceInput } from '@perennial/runtime'
import { ALL_SIGNALS } from '../harness/open-signals.ts'
import { type Happening, readRecord, type Reading } from './reading.ts'

type Used = Extract<Reading, { kind: 'used' }>

/** What became of the records of a stream. */
export type Tally = { used: number; repeated: number; dropped: number; dead: number }

export type Reference = Readonly<{
  /** By subject key: what happened to it under that name. */
  own: ReadonlyMap<string, readonly Happening[]>
  /** Whom each alias belongs to: a member, or another alias until that one has a member. */
  links: ReadonlyMap<string, string>
  /** The other way round. */
  aliases: ReadonlyMap<string, readonly string[]>
  tallies: ReadonlyMap<SourceInput['stream'], Tally>
  /** What became of each record, in their order. */
  verdicts: readonly (keyof Tally)[]
}>

/**
 * One pass over the records, in the order they were produced. A repeated event id of a stream counts once; an alias
 * belongs to the first member it is linked to, or, until it has one, to the first stronger alias.
 */
export function referenceOf(inputs: readonly SourceInput[], identityKey: string): Reference {
  const own = new Map<string, Happening[]>()
  const links = new Map<string, string>()
  const tallies = new Map<SourceInput['stream'], Tally>()
  const seen = new Set<string>()
  const verdicts = inputs.map((input) => {
    const reading = readRecord(input, identityKey)
    const id = `${input.stream} ${input.record.eventId}`
    const repeated = seen.has(id)
    const verdict = reading.kind === 'dead' || !repeated ? reading.kind : 'repeated'
    const tally = tallies.get(input.stream) ?? { used: 0, repeated: 0, dropped: 0, dead: 0 }
    tallies.set(input.stream, tally)
    tally[verdict]++
    if (reading.kind === 'used' && !repeated) note({ own, links }, reading)
    // One that is dead may come again under the same id, repaired.
    if (verdict !== 'dead') seen.add(id)
    return verdict
  })
  return { own, links, aliases: reversed(links), tallies, verdicts }
}

function reversed(links: ReadonlyMap<string, string>): Map<string, string[]> {
  const aliases = new Map<string, string[]>()
  for (const [alias, of] of links) {
    const known = aliases.get(of)
    if (known === undefined) aliases.set(of, [alias])
    else known.push(alias)
  }
  return aliases
}

type Notes = Readonly<{ own: Map<string, Happening[]>; links: Map<string, string> }>

function note({ own, links }: Notes, { subject, happenings, links: aliases }: Used): void {
  const before = own.get(subject)
  if (before === undefined) own.set(subject, [...happenings])
  else before.push(...happenings)
  for (const alias of aliases) {
    const known = links.get(alias)
    const stronger = subject.startsWith('m:') && known?.startsWith('m:') === false
    if (known === undefined || stronger) links.set(alias, subject)
  }
}

/** What happened to a member under all of its names, or to an alias under its own. */
export function happeningsOf({ own, aliases }: Reference, subject: string): readonly Happening[] {
  const names = [subject]
  // Aliases of aliases too: a browser that is an address that is a member.
  for (const name of names) names.push(...(aliases.get(name) ?? []))
  return names.flatMap((name) => own.get(name) ?? [])
}

/** Every subject that must have a row with something in it. */
export function subjectsOf({ own, links }: Reference): string[] {
  return [...new Set([...own.keys(), ...[...links].filter(([alias]) => own.has(alias)).map(([, member]) => member)])]
}

/** A row in words, as far as the fold decides it: the same words for the real row and for the expected one. */
export type Numbers = Readonly<Record<string, number | string>>

const DAY_MS = 86_400_000

/** The numbers a row must hold at `at`, from what happened. */
export function expectedNumbers(happenings: readonly Happening[], at: number): Numbers {
  const numbers: Record<string, number | string> = { facts: happenings.length }
  if (happenings.length > 0) numbers['as of'] = Math.max(...happenings.map((one) => one.at))
  addActivities(numbers, happenings, at)
  addMembership(numbers, happenings)
  const contacts = happenings.filter((one) => one.kind === 'outcome' && one.delivered)
  if (contacts.length > 0) numbers['contacted at'] = Math.max(...contacts.map((one) => one.at))
  return numbers
}

/** Families of signals that say nothing of a member's own engagement. */
const NO_ENGAGEMENT: ReadonlySet<string> = new Set(['friction', 'neutral'])

function addActivities(numbers: Record<string, number | string>, happenings: readonly Happening[], at: number): void {
  const activities = happenings.filter((one) => one.kind === 'activity')
  const believed = activities.filter(({ trust }) => trust >= 0.5)
  const engaged = believed.filter(({ signal }) => !NO_ENGAGEMENT.has(ALL_SIGNALS[signal]?.family ?? ''))
  if (engaged.length > 0) {
    numbers['first at'] = Math.min(...engaged.map((one) => one.at))
    numbers['last at'] = Math.max(...engaged.map((one) => one.at))
  }
  for (const { id, name } of ALL_SIGNALS) {
    const of = activities.filter(({ signal }) => signal === id)
    if (of.length === 0) continue
    numbers[`${name} count`] = of.length
    const last = believed.filter(({ signal }) => signal === id).map((one) => one.at)
    if (last.length > 0) numbers[`${name} last at`] = Math.max(...last)
    for (const days of HALF_LIVES_DAYS)
      numbers[`${name} ${days} d`] = of.reduce(
        (sum, one) => sum + one.amount * one.trust * 2 ** (-(at - one.at) / (days * DAY_MS)),
        0,
      )
  }
  const doubted = activities.reduce(
    (sum, one) => sum + (1 - one.trust) * one.amount * 2 ** (-(at - one.at) / (90 * DAY_MS)),
    0,
  )
  if (doubted > 0) numbers['low trust'] = doubted
}

function addMembership(numbers: Record<string, number | string>, happenings: readonly Happening[]): void {
  // Oldest first, so that the last one to say something has the last word.
  const said = happenings.filter((one) => one.kind === 'change').toSorted((a, b) => a.at - b.at)
  for (const { at, says } of said) {
    if (says.status !== undefined) numbers['status'] = says.status
    if (says.joinedAt !== undefined)
      numbers['joined at'] = Math.min(says.joinedAt, Number(numbers['joined at'] ?? Infinity))
    if (says.term !== undefined) {
      numbers['term start'] = says.term.start
      numbers['term end'] = says.term.end
    }
    if (says.dues !== undefined) numbers['dues'] = says.dues
    if (says.autoRenew !== undefined) numbers['auto-renew'] = String(says.autoRenew)
    if (says.renewed === true) numbers['renewals'] = Number(numbers['renewals'] ?? 0) + 1
    if (says.renewed === true || says.paymentFailed === false) numbers['paid at'] = at
    if (says.paymentFailed === true) numbers['payment failed at'] = at
    if (says.tier !== undefined) numbers['tier'] = says.tier
    if (says.chapter !== undefined) numbers['chapter'] = says.chapter
    if (says.timeZone !== undefined) numbers['time zone'] = says.timeZone
    for (const [purpose, granted] of Object.entries(says.consent ?? {})) numbers[`consent ${purpose}`] = String(granted)
  }
}
