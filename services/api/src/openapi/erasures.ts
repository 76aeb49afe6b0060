import { PROBLEM_RESPONSES } from './problems.ts'

const { badRequest, unauthorized, forbidden, notFound, unavailable } = PROBLEM_RESPONSES
const TEXT = { type: 'string' } as const
const TEXTS = { type: 'array', maxItems: 50, items: TEXT } as const
const TIME = { type: 'string', format: 'date-time' } as const
const RECEIPT = { 'application/json': { schema: { $ref: '#/components/schemas/Erasure' } } } as const
const REFUSED = { 401: unauthorized, 403: forbidden, 503: unavailable } as const

export const ERASURE_PATHS = {
  '/v1/erasures': {
    post: {
      tags: ['privacy'],
      summary: 'Clears what is kept of a member, and keeps it from coming back.',
      description: 'Asked for again it is the same erasure. The receipt tells how far it is.',
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/ErasureRequest' } } },
      },
      responses: {
        202: { description: 'It is under way; `location` names its receipt.', content: RECEIPT },
        400: badRequest,
        ...REFUSED,
      },
    },
    get: {
      tags: ['privacy'],
      summary: 'Every receipt, the latest first: the audit log.',
      responses: {
        200: {
          description: 'The receipts.',
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: { erasures: { type: 'array', items: { $ref: '#/components/schemas/Erasure' } } },
              },
            },
          },
        },
        ...REFUSED,
      },
    },
  },
  '/v1/erasures/{id}': {
    get: {
      tags: ['privacy'],
      summary: 'One receipt: what was cleared where, and what rests in logs until when.',
      parameters: [{ name: 'id', in: 'path', required: true, schema: TEXT }],
      responses: { 200: { description: 'The receipt.', content: RECEIPT }, ...REFUSED, 404: notFound },
    },
  },
} as const

export const ERASURE_SCHEMAS = {
  ErasureRequest: {
    type: 'object',
    required: ['memberId'],
    additionalProperties: false,
    properties: {
      memberId: TEXT,
      emails: { ...TEXTS, description: 'Addresses of theirs, also ones that nobody has linked to the member.' },
      anonymousIds: TEXTS,
      externalIds: {
        type: 'array',
        maxItems: 50,
        items: { type: 'object', required: ['system', 'id'], properties: { system: TEXT, id: TEXT } },
      },
    },
  },
  Erasure: {
    type: 'object',
    properties: {
      id: { ...TEXT, description: 'The keyed hash of the member: the same member has the same id.' },
      state: { ...TEXT, enum: ['running', 'done'] },
      by: TEXT,
      step: { type: ['string', 'null'] },
      subjects: { type: 'integer', description: 'References of the member, itself included.' },
      requestedAt: TIME,
      completedAt: { type: ['string', 'null'], format: 'date-time' },
      cleared: {
        type: 'array',
        items: { type: 'object', properties: { where: TEXT, count: { type: 'integer' } } },
      },
      rests: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            where: TEXT,
            until: { ...TEXT, description: 'A time, `compaction` or `trimming`.' },
            why: TEXT,
          },
        },
      },
    },
  },
} as const
