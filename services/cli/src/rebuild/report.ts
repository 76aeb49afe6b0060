import type { NewContact } from '@perennial/dispatcher'
import { type BandMove, type Comparison, isSame, type Replayed, sumOf, type Tally } from '@perennial/scoring'
import type { Context } from '../context.ts'
import { count, number } from '../terminal/words.ts'

/** So many members are named to a person; a program is told all that are known. */
const NAMED = 10

/** What a rebuild found, and did. */
export type Report = Readonly<{
  replayed: Replayed
  /** True: the log leads to the very state that serves, to 1e-9. */
  same: boolean
  comparison: Comparison
  /** Members whose facts differ, by id, as far as they were kept. */
  members: readonly string[]
  bands: readonly BandMove[]
  /** Contacts that plays would make because of it. */
  contacts: readonly NewContact[]
  /** How many partitions the rebuilt state serves by now. */
  switched: number
}>

export function reportOf(tallies: readonly Tally[], contacts: readonly NewContact[], replayed: Replayed): Report {
  const each = tallies.map((tally) => tally.result())
  return {
    replayed,
    same: each.every(isSame),
    comparison: sumOf(each),
    members: tallies.flatMap(({ differing }) => differing.map(({ memberId }) => memberId)),
    bands: tallies.flatMap(({ moves }) => moves),
    contacts,
    switched: 0,
  }
}

export function reportText(report: Report, { style }: Pick<Context, 'style'>): string {
  const { replayed, same, switched } = report
  const head = same
    ? style.green('The log leads to the very state that serves.')
    : style.yellow('The log leads to another state than the one that serves.')
  const lines = [`${count(replayed.facts, 'fact')} replayed in ${count(replayed.blocks, 'block')}. ${head}`]
  lines.push(...compared(report))
  if (switched > 0)
    lines.push(
      `The rebuilt state serves now, in ${count(switched, 'partition')}. What served is kept: perennial rebuild --rollback goes back to it, --discard forgets it.`,
    )
  return lines.join('\n')
}

function compared({ comparison, members, bands, contacts }: Report): string[] {
  const { rows, differing, fields, onlyServing, onlyRebuilt, bandsMoved, toldOtherwise, sources, sent } = comparison
  const lines = [`  ${count(rows, 'row')} in both; ${both(differing)} say something else.`]
  const named = Object.entries(fields).map(([name, many]) => `${name} (${number(many)})`)
  if (named.length > 0) lines.push(`  They differ in: ${listed(named)}.`)
  if (some(onlyServing)) lines.push(`  Only in the state that serves: ${both(onlyServing)}.`)
  if (some(onlyRebuilt)) lines.push(`  Only in the rebuilt state: ${both(onlyRebuilt)}.`)
  if (sources > 0) lines.push(`  ${count(sources, 'source position')} differ.`)
  if (sent.serving !== sent.rebuilt)
    lines.push(
      `  Facts that aliases sent to members: ${number(sent.serving)} by the state that serves, ${number(sent.rebuilt)} by the rebuilt one.`,
    )
  if (members.length > 0) lines.push(`  Members: ${listed(members)}.`)
  if (bandsMoved > 0) {
    const moved = bands.map(({ memberId, from, to }) => `${memberId} ${from} → ${to}`)
    lines.push(`  ${count(bandsMoved, 'member')} change their band by it, and nobody acts on that: ${listed(moved)}.`)
  }
  if (toldOtherwise.bands + toldOtherwise.versions > 0)
    lines.push(
      `  Of members with the same facts ${number(toldOtherwise.bands)} were told another band and ${number(toldOtherwise.versions)} another version than the replay makes, under another model or after a loss; they keep what they were told.`,
    )
  if (contacts.length > 0) {
    const told = contacts.map(({ memberId, playbook, step }) => `${memberId} ${playbook}/${step}`)
    lines.push(`  ${count(contacts.length, 'contact')} would follow from it: ${listed(told)}.`)
  } else if (members.length > 0) lines.push('  Nobody would be contacted because of it.')
  return lines
}

type Counts = Readonly<{ members: number; aliases: number }>

const some = ({ members, aliases }: Counts): boolean => members + aliases > 0

function both({ members, aliases }: Counts): string {
  return aliases === 0
    ? count(members, 'member')
    : `${count(members, 'member')} and ${count(aliases, 'alias', 'aliases')}`
}

function listed(all: readonly string[]): string {
  const rest = all.length - NAMED
  return rest > 0 ? `${all.slice(0, NAMED).join(', ')} and ${number(rest)} more` : all.join(', ')
}
