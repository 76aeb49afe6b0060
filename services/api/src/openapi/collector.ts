import { CUSTOM_VOCABULARY, VOCABULARY } from '@perennial/streams'
import { CALL_TYPES } from '../collector/calls.ts'
import { MOST_CALLS } from '../collector/routes.ts'
import { PROBLEM_RESPONSES } from './problems.ts'

const { badRequest, unauthorized, tooLarge, notJson, rejected, unavailable } = PROBLEM_RESPONSES
const REFUSALS = { 400: badRequest, 401: unauthorized, 413: tooLarge, 415: notJson, 503: unavailable }

/** Built-in names for `event`, as producers write them. Upper and lower case are the same. */
const EVENT_NAMES = [...Object.values(VOCABULARY), ...Object.values(CUSTOM_VOCABULARY)]
  .flatMap((types) => Object.values<Readonly<{ segment: string }>>(types))
  .flatMap(({ segment }) => (segment.startsWith('track ') ? [segment.slice('track '.length)] : []))

const EVENT_DESCRIPTION =
  `One of: ${EVENT_NAMES.join(', ')}. ` +
  'Or a signal of the deployment (PERENNIAL_SIGNALS) by its words: Forum Posted is forum.posted.'

function takes(schema: string) {
  return { required: true, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } }
}

const COLLECTED = {
  description: 'Stored. In a batch, `items` says what became of each call.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Collected' } } },
}

const SUMMARIES = {
  track: 'Something a member did.',
  identify: 'Who a visitor is.',
  page: 'A page was viewed.',
} as const

export const COLLECTOR_PATHS = {
  ...Object.fromEntries(
    CALL_TYPES.map((type) => [
      `/v1/${type}`,
      {
        post: {
          tags: ['collector'],
          summary: SUMMARIES[type],
          requestBody: takes(type === 'track' ? 'Track' : 'Call'),
          responses: { 200: COLLECTED, ...REFUSALS, 422: rejected },
        },
      },
    ]),
  ),
  '/v1/batch': {
    post: {
      tags: ['collector'],
      summary: 'Many calls. Good ones are stored whatever the others are like.',
      requestBody: takes('Batch'),
      responses: { 200: COLLECTED, ...REFUSALS },
    },
  },
}

const TEXT = { type: 'string' } as const
const ID = { type: 'string', maxLength: 200 } as const

const CALL_PROPERTIES = {
  messageId: {
    ...ID,
    description: 'The event id: the same on every retry, so that repeats are recognised. Made here when missing.',
  },
  userId: { ...ID, description: 'Member number.' },
  anonymousId: { ...ID, description: 'Cookie or device.' },
  timestamp: { type: 'string', format: 'date-time', description: 'When it happened. Default: now.' },
  sentAt: { type: 'string', format: 'date-time', description: 'When it was sent, by the same clock.' },
  properties: { type: 'object', description: 'Which are kept, by event: services/api/src/collector/fields.ts.' },
  traits: { type: 'object', properties: { email: TEXT, tier: TEXT, chapter: TEXT, time_zone: TEXT } },
  context: {
    type: 'object',
    properties: {
      userAgent: TEXT,
      ip: TEXT,
      page: { type: 'object', properties: { url: TEXT, title: TEXT, referrer: TEXT } },
      externalIds: {
        type: 'array',
        items: {
          type: 'object',
          required: ['id', 'type'],
          properties: { id: TEXT, type: { ...TEXT, description: 'The system.' } },
        },
      },
    },
  },
} as const

export const COLLECTOR_SCHEMAS = {
  Call: { type: 'object', properties: CALL_PROPERTIES },
  Track: {
    type: 'object',
    required: ['event'],
    properties: { event: { type: 'string', description: EVENT_DESCRIPTION }, ...CALL_PROPERTIES },
  },
  Batch: {
    type: 'object',
    required: ['batch'],
    properties: {
      batch: {
        type: 'array',
        maxItems: MOST_CALLS,
        items: {
          type: 'object',
          required: ['type'],
          properties: { type: { type: 'string', enum: CALL_TYPES }, event: TEXT, ...CALL_PROPERTIES },
        },
      },
      sentAt: CALL_PROPERTIES.sentAt,
      context: CALL_PROPERTIES.context,
    },
  },
  Collected: {
    type: 'object',
    required: ['accepted', 'rejected', 'items'],
    properties: {
      accepted: { type: 'integer' },
      rejected: { type: 'integer' },
      items: {
        type: 'array',
        items: {
          type: 'object',
          required: ['index', 'status'],
          properties: {
            index: { type: 'integer', description: 'Place in the batch, from 0.' },
            status: { type: 'string', enum: ['accepted', 'rejected'] },
            messageId: TEXT,
            violations: { type: 'array', items: { $ref: '#/components/schemas/Violation' } },
          },
        },
      },
    },
  },
} as const
