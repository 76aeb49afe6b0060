import type { Context } from '../context.ts'
import { holdWords } from '@perennial/reporting'
import { renderTable } from '../terminal/table.ts'
import { count, date, instant, number, percent } from '../terminal/words.ts'
import type { Note } from './notebook.ts'
import type { Report } from './report.ts'

type View = Pick<Context, 'style' | 'width'>

/** Contacts that are shown; the rest is in the file of --out. */
const SHOWN = 10
const BAR = 30

/** A simulation for a person to read. `first`: its first contacts, in the order of time. */
export function reportText(report: Report, first: readonly Note[], view: View): string {
  const { style } = view
  const head = `${count(report.contacts, 'contact')} with ${number(report.contactedMembers)} of ${count(report.members, 'member')}, ${report.from.slice(0, 10)} to ${report.to.slice(0, 10)}. Nothing was sent.`
  return [
    style.bold(head),
    section(style.bold('Plays'), playTable(report, view)),
    section(style.bold('When'), whenTable(report, view)),
    section(style.bold('Load'), loadTable(report, view)),
    section(style.bold('Held back, and never sent'), heldTable(report, view)),
    section(style.bold('Caps'), capLines(report)),
    section(style.bold('Against the set in force'), diffLines(report)),
    section(style.bold('Who is first'), whoTable(first, view)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function section(title: string, body: string): string {
  return body === '' ? '' : `${title}\n${body}`
}

function playTable({ playbooks }: Report, { width }: View): string {
  const columns = [
    { title: 'playbook' },
    { title: 'step' },
    { title: 'contacts', align: 'right' } as const,
    { title: 'through' },
    { title: 'owner' },
  ]
  const rows = playbooks.flatMap(({ playbook, steps, waiting }) => [
    ...steps.map(({ step, channel, owner, contacts }) => [playbook, step, number(contacts), channel, owner ?? '–']),
    ...(waiting > 0 ? [[playbook, 'planned for later', number(waiting), '', '']] : []),
  ])
  return rows.length === 0 ? '' : renderTable(columns, rows, width)
}

/** By months where there are many days, by weeks or days where there are few. */
function whenTable({ perDay, perWeek, perMonth }: Report, { width }: View): string {
  const [title, rows] =
    perMonth.length > 3 ? ['month', perMonth] : perWeek.length > 3 ? ['week from', perWeek] : ['day', perDay]
  const most = Math.max(...rows.map(({ contacts }) => contacts))
  const columns = [{ title }, { title: 'contacts', align: 'right' } as const, { title: '' }]
  const lines = rows.map(({ key, contacts }) => [
    key,
    number(contacts),
    '█'.repeat(Math.max(1, Math.round((contacts / most) * BAR))),
  ])
  return rows.length === 0 ? '' : renderTable(columns, lines, width)
}

function loadTable({ load }: Report, { width }: View): string {
  const right = { align: 'right' } as const
  const columns = [
    { title: 'owner' },
    { title: 'contacts', ...right },
    { title: 'days with any', ...right },
    { title: 'on a middling one', ...right },
    { title: 'on the fullest', ...right },
    { title: 'which was' },
  ]
  const rows = load.map(({ owner, contacts, days, median, max, maxDay }) => [
    owner,
    number(contacts),
    number(days),
    number(median),
    number(max),
    maxDay,
  ])
  return rows.length === 0 ? '' : renderTable(columns, rows, width)
}

function heldTable({ playbooks }: Report, { width }: View): string {
  const right = { align: 'right' } as const
  const columns = [
    { title: 'playbook' },
    { title: 'gate' },
    { title: 'contacts', ...right },
    { title: 'members', ...right },
    { title: 'why' },
  ]
  const rows = playbooks.flatMap(({ playbook, held }) =>
    held.map(({ gate, reason, contacts, members }) => [
      playbook,
      gate,
      number(contacts),
      number(members),
      holdWords(reason),
    ]),
  )
  return rows.length === 0 ? '' : renderTable(columns, rows, width)
}

function capLines({ playbooks, displaces }: Report): string {
  const lines = playbooks.flatMap(({ playbook, capped: { later, never, by } }) =>
    later + never === 0
      ? []
      : [
          `  ${playbook}: a cap held ${count(later + never, 'contact')} back; ${number(later)} went out later, ${number(never)} never did. ` +
            `Filled by: ${by.map(({ key, contacts }) => `${key} (${number(contacts)})`).join(', ') || 'nothing any more'}.`,
        ],
  )
  if (displaces !== undefined)
    lines.push(
      ...(displaces.length === 0
        ? ['  It takes no place from any other play.']
        : displaces.map((other) => `  Of ${other.playbook}: ${changesText(other)}.`)),
    )
  return lines.join('\n')
}

function diffLines({ diff }: Report): string {
  if (diff === undefined) return ''
  const { playbooks } = diff
  if (playbooks.length === 0) return '  Nothing changes.'
  return [`  In all: ${changesText(diff)}.`, ...playbooks.map((of) => `  ${of.playbook}: ${changesText(of)}.`)].join(
    '\n',
  )
}

type Counts = Readonly<{ added: number; moved: number; displaced: number; gone: number }>

function changesText({ added, moved, displaced, gone }: Counts): string {
  const said = [
    [added, 'added'],
    [moved, 'at another time'],
    [displaced, 'displaced by a cap'],
    [gone, 'gone'],
  ] as const
  return said
    .filter(([many]) => many > 0)
    .map(([many, what]) => `${number(many)} ${what}`)
    .join(', ')
}

function whoTable(first: readonly Note[], { width }: View): string {
  const columns = ['when', 'member', 'playbook', 'step', 'band', 'risk', 'cause since'].map((title) => ({ title }))
  const rows = first
    .slice(0, SHOWN)
    .map(({ at, memberId, playbook, step, band, lapseRisk, since }) => [
      instant(at),
      memberId,
      playbook,
      step,
      band,
      percent(lapseRisk),
      date(since),
    ])
  return rows.length === 0 ? '' : renderTable(columns, rows, width)
}
