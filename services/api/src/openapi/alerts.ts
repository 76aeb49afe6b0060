import { ALERT_OUTCOMES, ALERT_STATES, OUTCOME_REASONS } from '@perennial/runtime'
import { MOST_ALERTS } from '../alerts.ts'
import { PROBLEM_RESPONSES } from './problems.ts'

const { badRequest, unauthorized, notFound, unavailable } = PROBLEM_RESPONSES
const TEXT = { type: 'string' } as const
const TEXT_OR_NULL = { type: ['string', 'null'] } as const
const TIME = { type: 'string', format: 'date-time' } as const
const TIME_OR_NULL = { type: ['string', 'null'], format: 'date-time' } as const
const BY = { ...TEXT, description: 'Who says so, as your colleagues know them.', maxLength: 100 } as const
const ID = { name: 'id', in: 'path', required: true, schema: TEXT } as const

function json(schema: string) {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } }
}

function change(summary: string, properties: Readonly<Record<string, object>>, required: readonly string[]) {
  const schema = { type: 'object', required: ['by', ...required], properties: { by: BY, ...properties } }
  return {
    post: {
      tags: ['alerts'],
      summary,
      parameters: [ID],
      requestBody: { required: true, content: { 'application/json': { schema } } },
      responses: {
        200: { description: 'The alert as it is now; a closed one stays as it is.', content: json('Alert') },
        400: badRequest,
        401: unauthorized,
        404: notFound,
        503: unavailable,
      },
    },
  }
}

export const ALERT_PATHS = {
  '/alerts': {
    get: {
      tags: ['alerts'],
      summary: 'What is to be done about members, due first.',
      parameters: [
        { name: 'owner', in: 'query', schema: TEXT },
        {
          name: 'state',
          in: 'query',
          description: 'Default: open and acknowledged.',
          schema: { ...TEXT, enum: ALERT_STATES },
        },
        { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: MOST_ALERTS, default: 50 } },
      ],
      responses: {
        200: { description: 'The alerts.', content: json('Alerts') },
        400: badRequest,
        401: unauthorized,
        503: unavailable,
      },
    },
  },
  '/alerts/{id}/acknowledge': change('Somebody sees to it.', {}, []),
  '/alerts/{id}/snooze': change('Away until then.', { until: TIME }, ['until']),
  '/alerts/{id}/outcome': change(
    'What came of it, and why. Goes back as a fact about the member, without the note, and shows in the reasons.',
    {
      outcome: { ...TEXT, enum: ALERT_OUTCOMES },
      reason: { ...TEXT, enum: OUTCOME_REASONS, description: 'Why, as the member told.' },
      note: { ...TEXT, maxLength: 500, description: 'May name people: it is kept with the alert alone.' },
    },
    ['outcome'],
  ),
} as const

export const ALERT_SCHEMAS = {
  Alerts: {
    type: 'object',
    properties: { alerts: { type: 'array', items: { $ref: '#/components/schemas/Alert' } } },
  },
  Alert: {
    type: 'object',
    properties: {
      id: TEXT,
      memberId: TEXT,
      playbook: TEXT,
      step: TEXT,
      owner: TEXT_OR_NULL,
      band: { ...TEXT, enum: ['low', 'medium', 'high'] },
      lapseRisk: { type: 'number', minimum: 0, maximum: 1, description: 'When it was decided.' },
      openedAt: TIME,
      dueAt: TIME,
      overdue: { type: 'boolean' },
      state: { ...TEXT, enum: ALERT_STATES },
      by: TEXT_OR_NULL,
      changedAt: TIME_OR_NULL,
      snoozedUntil: TIME_OR_NULL,
      outcome: { type: ['string', 'null'], enum: [...ALERT_OUTCOMES, null] },
      reason: { type: ['string', 'null'], enum: [...OUTCOME_REASONS, null] },
      note: TEXT_OR_NULL,
    },
  },
} as const
