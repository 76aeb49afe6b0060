import { PROBLEMS, type ProblemKind } from '../problem.ts'

export const PROBLEM_SCHEMAS = {
  Problem: {
    type: 'object',
    required: ['type', 'title', 'status', 'detail'],
    properties: {
      type: { type: 'string', enum: Object.keys(PROBLEMS).map((kind) => `urn:perennial:problem:${kind}`) },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string', description: 'One sentence about this case.' },
      violations: { type: 'array', items: { $ref: '#/components/schemas/Violation' } },
    },
  },
  Violation: {
    type: 'object',
    required: ['type', 'field', 'description'],
    properties: {
      type: {
        type: 'string',
        enum: [
          'Required-Missing',
          'Datatype-Mismatch',
          'Unplanned-Event',
          'Additional-Properties',
          'Unknown-Violation',
        ],
      },
      field: {
        type: 'string',
        description: 'Path of the field, such as properties.order_id; empty for the whole call.',
      },
      description: { type: 'string' },
    },
  },
} as const

function response(kind: ProblemKind) {
  return {
    description: PROBLEMS[kind].title,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
}

export const PROBLEM_RESPONSES = {
  badRequest: response('bad-request'),
  unauthorized: response('unauthorized'),
  forbidden: response('forbidden'),
  notFound: response('not-found'),
  tooLarge: response('too-large'),
  notJson: response('not-json'),
  rejected: response('rejected'),
  unavailable: response('unavailable'),
} as const
