import type { Ledger, LedgerEntry, ListedBand } from '@perennial/runtime'
import type { FastifyInstance } from 'fastify'
import { type AtRiskSources, listAtRisk } from './at-risk.ts'
import { decodeCursor, DEEPEST_OFFSET, encodeCursor } from './cursor.ts'
import { memberView } from './member-view.ts'
import { Problem } from './problem.ts'

export type MembersDeps = AtRiskSources & Readonly<{ ledger: Ledger }>

export const BANDS = ['high', 'medium'] as const satisfies readonly ListedBand[]
export const MOST_LISTED = 200
/** As many as the ledger keeps of a member. */
export const MOST_DECISIONS = 200
const LISTED = 50
const LEDGER_ENTRIES = 50
export const LONGEST_MEMBER_ID = 247

type ListQuery = Readonly<{ band?: ListedBand; limit?: number; cursor?: string }>

const LIST_SCHEMA = {
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      band: { type: 'string', enum: BANDS },
      limit: { type: 'integer', minimum: 1, maximum: MOST_LISTED },
      cursor: { type: 'string', maxLength: 32 },
    },
  },
} as const

const ONE_SCHEMA = {
  params: {
    type: 'object',
    properties: { memberId: { type: 'string', minLength: 1, maxLength: LONGEST_MEMBER_ID } },
  },
} as const

const DECISIONS_SCHEMA = {
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: { limit: { type: 'integer', minimum: 1, maximum: MOST_DECISIONS } },
  },
} as const

/** Who is at risk, and everything about one member. */
export function addMembers(app: FastifyInstance, deps: MembersDeps): void {
  app.get<{ Querystring: ListQuery }>('/members', { schema: LIST_SCHEMA }, async ({ query }) => {
    const { band, limit = LISTED, cursor } = query
    const offset = cursor === undefined ? 0 : decodeCursor(cursor)
    const { total, members } = await listAtRisk(deps, { bands: band === undefined ? BANDS : [band], limit, offset })
    const end = offset + limit
    const more = end < total && end <= DEEPEST_OFFSET
    return { total, members, next: more ? encodeCursor(end) : null }
  })

  app.get<{ Params: { memberId: string } }>('/members/:memberId', { schema: ONE_SCHEMA }, async ({ params }) => {
    const { memberId } = params
    const rows = await deps.members.read(memberId)
    if (rows === undefined) throw new Problem('not-found', 'Nothing has been heard of a member with this number.')
    const entries = await deps.ledger.ofMember(memberId, LEDGER_ENTRIES)
    return { ...memberView(deps.scorer, memberId, rows, deps.clock.now()), ledger: entries.map(ledgerView) }
  })

  app.get<{ Params: { memberId: string }; Querystring: { limit?: number } }>(
    '/members/:memberId/decisions',
    { schema: { ...ONE_SCHEMA, ...DECISIONS_SCHEMA } },
    async ({ params: { memberId }, query: { limit = LEDGER_ENTRIES } }) => {
      const entries = await deps.ledger.ofMember(memberId, limit)
      return { memberId, decisions: entries.map(decisionView) }
    },
  )
}

/** A decision with what it rested on: what each gate said, by which texts of the plays, about which risk. */
export function decisionView(entry: LedgerEntry) {
  const { answers, policyVersion, riskVersion, modelId, purpose, termId } = entry
  return {
    ...ledgerView(entry),
    purpose,
    termId,
    policyVersion,
    riskVersion,
    modelId,
    answers: (entry.outcome?.answers ?? answers).map(({ gate, answer, reason, until }) => ({
      gate,
      answer,
      reason: reason ?? null,
      until: until === undefined ? null : iso(until),
    })),
  }
}

export type DecisionView = ReturnType<typeof decisionView>

/** One decision about a contact. Times are ISO 8601. */
export function ledgerView(entry: LedgerEntry) {
  const { id, playbook, step, channel, owner = null, decision, reason = null, band, lapseRisk, outcome } = entry
  return {
    interventionId: id,
    decidedAt: iso(entry.decidedAt),
    playbook,
    step,
    channel,
    owner,
    decision,
    reason,
    sendAt: entry.sendAt === undefined ? null : iso(entry.sendAt),
    expiresAt: iso(entry.expiresAt),
    band,
    lapseRisk,
    outcome:
      outcome === undefined
        ? null
        : { outcome: outcome.outcome, at: iso(outcome.at), channel: outcome.channel, detail: outcome.detail ?? null },
  }
}

export type LedgerView = ReturnType<typeof ledgerView>

function iso(at: number): string {
  return new Date(at).toISOString()
}
