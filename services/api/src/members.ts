import type { Alerts, Ledger, ListedBand } from '@perennial/runtime'
import type { FastifyInstance } from 'fastify'
import { type AtRiskSources, listAtRisk } from '@perennial/reporting'
import { decodeCursor, DEEPEST_OFFSET, encodeCursor } from './cursor.ts'
import { decisionView } from './ledger-view.ts'
import { memberStory } from './member-story.ts'
import { Problem } from './problem.ts'

export type MembersDeps = AtRiskSources & Readonly<{ ledger: Ledger; alerts: Pick<Alerts, 'ofMember'> }>

export const BANDS = ['high', 'medium'] as const satisfies readonly ListedBand[]
export const MOST_LISTED = 200
/** As many as the ledger keeps of a member, unless told otherwise. */
export const MOST_DECISIONS = 1_000
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
    return memberStory(deps, memberId, { rows, now: deps.clock.now(), decisions: LEDGER_ENTRIES })
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
