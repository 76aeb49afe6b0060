import { decisionView } from '@perennial/api'
import type { LedgerEntry } from '@perennial/runtime'

export const LEDGER_FORMATS = ['jsonl', 'csv'] as const
export type LedgerFormat = (typeof LEDGER_FORMATS)[number]

export type Rows = Readonly<{
  /** What the file begins with. */
  head: string
  /** A line with its end. */
  row(entry: LedgerEntry): string
}>

/** A decision as a line of a file: in JSON as the API tells it, in CSV (RFC 4180) with a column for each value. */
export function ledgerRows(format: LedgerFormat): Rows {
  if (format === 'jsonl')
    return { head: '', row: (entry) => `${JSON.stringify({ memberId: entry.memberId, ...decisionView(entry) })}\n` }
  return {
    head: csvLine(COLUMNS.map(([name]) => name)),
    row(entry) {
      const view = decisionView(entry)
      return csvLine(COLUMNS.map(([, value]) => value(view, entry)))
    },
  }
}

type Value = string | number | null
type Column = readonly [name: string, value: (view: ReturnType<typeof decisionView>, entry: LedgerEntry) => Value]

const COLUMNS: readonly Column[] = [
  ['memberId', (_, { memberId }) => memberId],
  ['decidedAt', ({ decidedAt }) => decidedAt],
  ['playbook', ({ playbook }) => playbook],
  ['step', ({ step }) => step],
  ['decision', ({ decision }) => decision],
  ['reason', ({ reason }) => reason],
  ['sendAt', ({ sendAt }) => sendAt],
  ['expiresAt', ({ expiresAt }) => expiresAt],
  ['channel', ({ channel }) => channel],
  ['owner', ({ owner }) => owner],
  ['purpose', ({ purpose }) => purpose],
  ['termId', ({ termId }) => termId],
  ['band', ({ band }) => band],
  ['lapseRisk', ({ lapseRisk }) => lapseRisk],
  ['riskVersion', ({ riskVersion }) => riskVersion],
  ['modelId', ({ modelId }) => modelId],
  ['policyVersion', ({ policyVersion }) => policyVersion],
  ['gates', ({ answers }) => answers.map(gateText).join(' ')],
  ['outcome', ({ outcome }) => outcome?.outcome ?? null],
  ['outcomeAt', ({ outcome }) => outcome?.at ?? null],
  ['outcomeChannel', ({ outcome }) => outcome?.channel ?? null],
  ['outcomeDetail', ({ outcome }) => outcome?.detail ?? null],
  ['interventionId', ({ interventionId }) => interventionId],
]

/** `consent=pass`, `cap=hold(cap)` or `quiet-hours=delay(2026-11-23T08:00:00.000Z)`. */
function gateText({ gate, answer, reason, until }: ReturnType<typeof decisionView>['answers'][number]): string {
  const more = reason ?? until
  return more === null ? `${gate}=${answer}` : `${gate}=${answer}(${more})`
}

function csvLine(values: readonly Value[]): string {
  return `${values.map(csvValue).join(',')}\r\n`
}

function csvValue(value: Value): string {
  const text = value === null ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
