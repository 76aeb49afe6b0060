import { ALERT_OUTCOMES, OUTCOME_REASONS } from '@perennial/runtime'
import { BANDS, MOST_DECISIONS, MOST_LISTED } from '../members.ts'
import { PROBLEM_RESPONSES } from './problems.ts'

const { badRequest, unauthorized, notFound, unavailable } = PROBLEM_RESPONSES
const TEXT = { type: 'string' } as const
const NUMBER = { type: 'number' } as const
const TIME = { type: 'string', format: 'date-time' } as const
const SHARE = { type: 'number', minimum: 0, maximum: 1 } as const
const BAND = { type: 'string', enum: ['low', 'medium', 'high'] } as const

const orNull = <T extends Readonly<{ type: string }>>(schema: T) =>
  ({ ...schema, type: [schema.type, 'null'] }) as const

function answers(description: string, schema: string) {
  return { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } }
}

export const MEMBER_PATHS = {
  '/members': {
    get: {
      tags: ['members'],
      summary: 'Members at risk, those with the most at stake first.',
      parameters: [
        { name: 'band', in: 'query', description: 'Default: both.', schema: { type: 'string', enum: BANDS } },
        { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: MOST_LISTED, default: 50 } },
        { name: 'cursor', in: 'query', description: '`next` of the page before.', schema: TEXT },
      ],
      responses: { 200: answers('One page.', 'AtRisk'), 400: badRequest, 401: unauthorized, 503: unavailable },
    },
  },
  '/members/{memberId}': {
    get: {
      tags: ['members'],
      summary:
        'One member now: score, exact reasons, what moved it since the last alert, what would change it, last activity, what colleagues reported, decisions about outreach.',
      parameters: [{ name: 'memberId', in: 'path', required: true, schema: { type: 'string', maxLength: 247 } }],
      responses: { 200: answers('The member.', 'Member'), 401: unauthorized, 404: notFound, 503: unavailable },
    },
  },
  '/members/{memberId}/decisions': {
    get: {
      tags: ['members'],
      summary: 'Why the member was, or was not, contacted: every decision, newest first, with what each gate said.',
      parameters: [
        { name: 'memberId', in: 'path', required: true, schema: { type: 'string', maxLength: 247 } },
        { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: MOST_DECISIONS, default: 50 } },
      ],
      responses: {
        200: answers('The decisions; none about a member nobody has heard of.', 'Decisions'),
        400: badRequest,
        401: unauthorized,
        503: unavailable,
      },
    },
  },
} as const

const HORIZON = {
  type: 'object',
  description: 'What the risk is about: not renewing the term that ends then, or no activity until then.',
  properties: { kind: { type: 'string', enum: ['renewal', 'activity'] }, at: TIME },
} as const

const REASONS = { type: 'array', items: TEXT, description: 'In words, most telling first.' } as const

export const MEMBER_SCHEMAS = {
  AtRisk: {
    type: 'object',
    required: ['total', 'members', 'next'],
    properties: {
      total: { type: 'integer' },
      next: { ...orNull(TEXT), description: 'cursor of the next page; null at the end.' },
      members: { type: 'array', items: { $ref: '#/components/schemas/AtRiskMember' } },
    },
  },
  AtRiskMember: {
    type: 'object',
    description: 'Scored now. Who is on the list is what was last published.',
    properties: {
      memberId: TEXT,
      chapter: orNull(TEXT),
      tier: orNull(TEXT),
      lapseRisk: SHARE,
      band: BAND,
      bandSince: TIME,
      horizon: HORIZON,
      valueAtRisk: { ...NUMBER, description: 'dues × lapseRisk.' },
      engagementScore: { type: 'number', minimum: 0, maximum: 100 },
      confidence: SHARE,
      asOf: TIME,
      modelId: TEXT,
      reasons: REASONS,
      drivers: { type: 'array', items: TEXT, description: 'Features behind what tells most, by name.' },
    },
  },
  Member: {
    type: 'object',
    properties: {
      memberId: TEXT,
      status: { type: 'string', enum: ['unknown', 'active', 'lapsed'] },
      chapter: orNull(TEXT),
      tier: orNull(TEXT),
      timeZone: orNull(TEXT),
      joinedAt: orNull(TIME),
      term: {
        type: ['object', 'null'],
        properties: {
          start: orNull(TIME),
          end: TIME,
          dues: NUMBER,
          autoRenew: orNull({ type: 'boolean' }),
          renewals: { type: 'integer' },
        },
      },
      consent: { type: 'object', additionalProperties: { type: 'boolean' } },
      profiling: { type: 'string', enum: ['refused', 'not refused'], description: 'Refused: nothing is scored.' },
      risk: { anyOf: [{ $ref: '#/components/schemas/Risk' }, { type: 'null' }] },
      reasons: REASONS,
      whatWouldChange: {
        type: 'array',
        items: { type: 'object', properties: { name: TEXT, label: TEXT, lapseRisk: SHARE, difference: NUMBER } },
      },
      nextCheckAt: { ...orNull(TIME), description: 'Before this, without news, the band cannot change. null: never.' },
      timeline: {
        type: 'array',
        description: 'Each signal ever seen, the latest first.',
        items: {
          type: 'object',
          properties: { signal: TEXT, label: TEXT, family: TEXT, count: { type: 'integer' }, lastAt: TIME },
        },
      },
      feedback: {
        type: 'array',
        description: 'What colleagues reported when they closed alerts, the latest first.',
        items: {
          type: 'object',
          properties: {
            alertId: TEXT,
            at: TIME,
            by: TEXT,
            outcome: { type: 'string', enum: ALERT_OUTCOMES },
            reason: { type: ['string', 'null'], enum: [...OUTCOME_REASONS, null] },
            note: { ...orNull(TEXT), description: 'May name people.' },
          },
        },
      },
      sinceLastAlert: { anyOf: [{ $ref: '#/components/schemas/SinceAlert' }, { type: 'null' }] },
      ledger: { type: 'array', items: { $ref: '#/components/schemas/Decision' } },
    },
  },
  SinceAlert: {
    type: 'object',
    description: 'What moved the risk since the latest alert that was sent; null where there was none.',
    properties: {
      alertedAt: TIME,
      playbook: TEXT,
      riskThen: SHARE,
      riskNow: SHARE,
      otherModel: { type: 'boolean', description: 'Another model scored then.' },
      difference: { ...NUMBER, description: 'Log-odds now less log-odds then: exactly the sum of the parts.' },
      parts: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            feature: TEXT,
            words: TEXT,
            change: NUMBER,
            facts: {
              type: 'array',
              description: 'Signals behind it that were seen since. None: time has passed and nothing came.',
              items: { type: 'object', properties: { signal: TEXT, label: TEXT, lastAt: TIME } },
            },
          },
        },
      },
    },
  },
  Risk: {
    type: 'object',
    properties: {
      at: TIME,
      lapseRisk: SHARE,
      interval: {
        type: ['object', 'null'],
        description:
          '90 %: how far the members that the model learned from settle lapseRisk. null of the starter model, and of members who have lapsed.',
        properties: { low: SHARE, high: SHARE },
      },
      horizon: HORIZON,
      band: { type: ['string', 'null'], enum: ['low', 'medium', 'high', null] },
      bandSince: orNull(TIME),
      engagementScore: { type: 'number', minimum: 0, maximum: 100 },
      confidence: SHARE,
      dues: NUMBER,
      valueAtRisk: NUMBER,
      futureValueAtRisk: NUMBER,
      model: { type: 'object', properties: { id: TEXT, kind: TEXT } },
      logit: { ...NUMBER, description: 'Log-odds of lapseRisk: exactly the sum of the contributions.' },
      contributions: {
        type: 'array',
        items: {
          type: 'object',
          properties: { feature: TEXT, words: TEXT, value: orNull(NUMBER), contribution: NUMBER },
        },
      },
    },
  },
  Decisions: {
    type: 'object',
    properties: {
      memberId: TEXT,
      decisions: {
        type: 'array',
        items: {
          allOf: [
            { $ref: '#/components/schemas/Decision' },
            {
              type: 'object',
              properties: {
                purpose: TEXT,
                termId: { ...TEXT, description: 'The membership term it belongs to.' },
                policyVersion: { ...TEXT, description: 'Names the exact texts of plays and policy.' },
                riskVersion: { type: 'integer' },
                modelId: TEXT,
                answers: {
                  type: 'array',
                  description: 'By gate, in order; those at the moment of sending where it came to that.',
                  items: {
                    type: 'object',
                    properties: {
                      gate: TEXT,
                      answer: { type: 'string', enum: ['pass', 'hold', 'delay'] },
                      reason: orNull(TEXT),
                      until: orNull(TIME),
                    },
                  },
                },
              },
            },
          ],
        },
      },
    },
  },
  Decision: {
    type: 'object',
    description: 'One decision about a contact, sent or held back.',
    properties: {
      interventionId: TEXT,
      decidedAt: TIME,
      playbook: TEXT,
      step: TEXT,
      channel: TEXT,
      owner: orNull(TEXT),
      decision: { type: 'string', enum: ['send', 'hold'] },
      reason: { ...orNull(TEXT), description: 'Why it was held back.' },
      sendAt: orNull(TIME),
      expiresAt: TIME,
      band: BAND,
      lapseRisk: SHARE,
      outcome: {
        type: ['object', 'null'],
        properties: { outcome: TEXT, at: TIME, channel: TEXT, detail: orNull(TEXT) },
      },
    },
  },
} as const
