import type { InterventionV2 } from '@perennial/streams'
import type { LedgerAnswer, LedgerEntry } from './ledger.ts'

/** A decision as others read it: the whole entry as it was decided. What became of it is told by `outreach-outcome`. */
export function interventionRecord(entry: LedgerEntry): InterventionV2 {
  const { id, owner, fallback, reason, sendAt, parts, termEnd, answers, outcome: _outcome, ...same } = entry
  return {
    ...same,
    interventionId: id,
    owner: owner ?? null,
    fallback: fallback ?? null,
    reason: reason ?? null,
    sendAt: sendAt ?? null,
    parts: parts ?? null,
    termEnd: termEnd === 0 ? null : termEnd,
    answers: answerRecords(answers),
  }
}

/** What gates said, as records hold it. */
export function answerRecords(answers: readonly LedgerAnswer[]): InterventionV2['answers'] {
  return answers.map(({ gate, answer, reason, until }) => ({
    gate,
    answer,
    reason: reason ?? null,
    until: until ?? null,
  }))
}

/** What gates said, as the ledger holds it. */
export function answersOf(records: InterventionV2['answers']): LedgerAnswer[] {
  return records.map(({ gate, answer, reason, until }) => ({
    gate,
    answer,
    ...(reason === null ? {} : { reason }),
    ...(until === null ? {} : { until }),
  }))
}

/** The entry that a record is of; undefined where it was written before records told all of it. */
export function interventionEntry(record: InterventionV2): LedgerEntry | undefined {
  if (record.policyVersion === '') return undefined
  const { interventionId, owner, fallback, reason, sendAt, parts, termEnd, answers, ...same } = record
  return {
    ...same,
    id: interventionId,
    ...(owner === null ? {} : { owner }),
    ...(fallback === null ? {} : { fallback }),
    ...(reason === null ? {} : { reason }),
    ...(sendAt === null ? {} : { sendAt }),
    ...(parts === null ? {} : { parts }),
    termEnd: termEnd ?? 0,
    answers: answersOf(answers),
  }
}
