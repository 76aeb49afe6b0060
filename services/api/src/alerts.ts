import {
  type Alert,
  ALERT_OUTCOMES,
  ALERT_STATES,
  type AlertChange,
  type AlertOutcome,
  type Alerts,
  type AlertState,
  alertStateAt,
  type Clock,
  OUTCOME_REASONS,
  type OutcomeReason,
  type SourceWriter,
} from '@perennial/runtime'
import type { FastifyInstance } from 'fastify'
import { Problem } from './problem.ts'

export type AlertsDeps = Readonly<{ alerts: Alerts; writer: SourceWriter; clock: Clock }>

export const MOST_ALERTS = 500
const LISTED = 50
export const UNFINISHED_STATES = ['open', 'acknowledged'] as const satisfies readonly AlertState[]

/** Longer words belong into the member database. */
const LONGEST_NOTE = 500
const LONGEST_NAME = 100

type ListQuery = Readonly<{ owner?: string; state?: AlertState; limit?: number }>

const LIST_SCHEMA = {
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      owner: { type: 'string', minLength: 1, maxLength: LONGEST_NAME },
      state: { type: 'string', enum: ALERT_STATES },
      limit: { type: 'integer', minimum: 1, maximum: MOST_ALERTS },
    },
  },
} as const

const BY = { type: 'string', minLength: 1, maxLength: LONGEST_NAME } as const

const changeSchema = (properties: Readonly<Record<string, object>>, required: readonly string[]) => ({
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['by', ...required],
    properties: { by: BY, ...properties },
  },
})

type One = { Params: { id: string } }

/** The alerts list: what is to be done about whom, by whom, until when, and what came of it. */
export function addAlerts(app: FastifyInstance, deps: AlertsDeps): void {
  app.get<{ Querystring: ListQuery }>('/alerts', { schema: LIST_SCHEMA }, async ({ query }) => {
    const { owner, state, limit = LISTED } = query
    const states = state === undefined ? UNFINISHED_STATES : [state]
    const now = deps.clock.now()
    const found = await deps.alerts.list({ states, now, limit, ...(owner === undefined ? {} : { owner }) })
    return { alerts: found.map((alert) => alertView(alert, now)) }
  })

  app.post<One & { Body: { by: string } }>(
    '/alerts/:id/acknowledge',
    { schema: changeSchema({}, []) },
    ({ params: { id }, body: { by } }) => changed(deps, id, { kind: 'acknowledge', by }),
  )

  app.post<One & { Body: { by: string; until: string } }>(
    '/alerts/:id/snooze',
    { schema: changeSchema({ until: { type: 'string', format: 'date-time' } }, ['until']) },
    ({ params: { id }, body: { by, until } }) => changed(deps, id, { kind: 'snooze', by, until: Date.parse(until) }),
  )

  app.post<One & { Body: { by: string; outcome: AlertOutcome; reason?: OutcomeReason; note?: string } }>(
    '/alerts/:id/outcome',
    {
      schema: changeSchema(
        {
          outcome: { type: 'string', enum: ALERT_OUTCOMES },
          reason: { type: 'string', enum: OUTCOME_REASONS },
          note: { type: 'string', maxLength: LONGEST_NOTE },
        },
        ['outcome'],
      ),
    },
    ({ params: { id }, body }) => changed(deps, id, { kind: 'close', ...body }),
  )
}

type Wish = AlertChange extends infer Change ? (Change extends AlertChange ? Omit<Change, 'at'> : never) : never

async function changed(deps: AlertsDeps, id: string, wish: Wish): Promise<AlertView> {
  const after = await changeAlert(deps, id, wish)
  if (after === undefined) throw new Problem('not-found', 'There is no alert with this id.')
  return alertView(after, deps.clock.now())
}

/**
 * Changes an alert. An outcome goes back as a fact about the member, under an id that follows from the alert, so that the same
 * report twice is one fact; notes stay here. Undefined: there is no such alert.
 */
export async function changeAlert(
  { alerts, writer, clock }: AlertsDeps,
  id: string,
  wish: Wish,
): Promise<Alert | undefined> {
  const at = clock.now()
  const after = await alerts.change(id, { ...wish, at })
  const { outcome, reason, changedAt = at } = after ?? {}
  if (after === undefined || wish.kind !== 'close' || outcome === undefined) return after
  const { memberId, interventionId, playbook, step } = after
  const envelope = { eventId: `${id}.staff`, occurredAt: changedAt, sentAt: at, member: { memberId }, source: 'staff' }
  const detail = reason === undefined ? outcome : `${outcome}: ${reason}`
  const about = { interventionId, playbook, step, channel: 'task', outcome: REPORTED[outcome], detail }
  await writer.write([{ stream: 'outreach-outcome', record: { ...envelope, ...about } }])
  return after
}

/** As what an outcome counts among those of all channels. */
const REPORTED = {
  spoke: 'replied',
  'will-renew': 'replied',
  'will-not-renew': 'replied',
  'no-answer': 'delivered',
  'not-needed': 'superseded',
  other: 'unknown',
} as const satisfies Record<AlertOutcome, string>

/** An alert as others read it. Times are ISO 8601. */
export function alertView(alert: Alert, now: number) {
  const { id, memberId, playbook, step, owner, band, lapseRisk, openedAt, dueAt, by, changedAt, snoozedUntil } = alert
  const state = alertStateAt(alert, now)
  return {
    id,
    memberId,
    playbook,
    step,
    owner: owner ?? null,
    band,
    lapseRisk,
    openedAt: iso(openedAt),
    dueAt: iso(dueAt),
    overdue: state !== 'closed' && dueAt < now,
    state,
    by: by ?? null,
    changedAt: changedAt === undefined ? null : iso(changedAt),
    snoozedUntil: snoozedUntil === undefined ? null : iso(snoozedUntil),
    outcome: alert.outcome ?? null,
    reason: alert.reason ?? null,
    note: alert.note ?? null,
  }
}

export type AlertView = ReturnType<typeof alertView>

function iso(at: number): string {
  return new Date(at).toISOString()
}
