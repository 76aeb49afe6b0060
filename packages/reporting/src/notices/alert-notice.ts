import type { EpochMs } from '@perennial/member'
import { asMarkdown, type Message, messageOfMarkdown } from '@perennial/templates'
import { date, number, percent } from '../words.ts'

/** What a colleague reads of one member who needs somebody. */
export type AlertLine = Readonly<{
  memberId: string
  playbook: string
  /** Band and risk (0..1) are those of the decision; undefined where they were not kept. */
  band: string | undefined
  lapseRisk: number | undefined
  /** dues × lapseRisk at this moment; 0: not known. */
  valueAtRisk: number
  /** In words, the most telling first. */
  reasons: readonly string[]
  /** Undefined: there is nothing to do any more. */
  dueAt: EpochMs | undefined
}>

/** One alert, told at once. */
export function alertNotice(line: AlertLine): Message {
  const { memberId, band, playbook, dueAt, reasons } = line
  const markdown = [
    `${asMarkdown(playbook)}${dueAt === undefined ? '' : `; act before ${date(dueAt)}`}.`,
    reasons.map((reason) => `- ${asMarkdown(reason)}`).join('\n'),
    `More: perennial explain ${asMarkdown(memberId)}`,
  ]
  const subject = `Member ${memberId} ${band === undefined ? 'needs somebody' : `is in the ${band} band`} (${stake(line)})`
  return messageOfMarkdown(subject, paragraphs(markdown))
}

/** Risk, and what is at stake where dues are known. */
export function stake({ lapseRisk, valueAtRisk }: Pick<AlertLine, 'lapseRisk' | 'valueAtRisk'>): string {
  const risk = lapseRisk === undefined ? [] : [percent(lapseRisk)]
  const value = valueAtRisk < 1 ? [] : [`${number(valueAtRisk)} at stake`]
  return [...risk, ...value].join(', ')
}

export function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}

/** Those with most at stake first. */
export function byStake<L extends Pick<AlertLine, 'memberId' | 'lapseRisk' | 'valueAtRisk'>>(
  lines: readonly L[],
): readonly L[] {
  return lines.toSorted(
    (a, b) =>
      b.valueAtRisk - a.valueAtRisk || (b.lapseRisk ?? 0) - (a.lapseRisk ?? 0) || (a.memberId < b.memberId ? -1 : 1),
  )
}
