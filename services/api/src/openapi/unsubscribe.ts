import { PROBLEM_RESPONSES } from './problems.ts'

const PAGE = { 'text/html': { schema: { type: 'string' } } } as const
const COMMON = {
  tags: ['members'],
  security: [],
  parameters: [
    {
      name: 'token',
      in: 'path',
      required: true,
      description: 'Signed with UNSUBSCRIBE_KEY: who, which consent, and the message it stood in. Never expires.',
      schema: { type: 'string', maxLength: 1_000 },
    },
  ],
} as const
const UNKNOWN = { description: 'A page: nobody signed this token.', content: PAGE }

export const UNSUBSCRIBE_PATHS = {
  '/u/{token}': {
    get: {
      ...COMMON,
      summary: 'A page with a button. Changes nothing; nor does HEAD.',
      responses: { 200: { description: 'The page.', content: PAGE }, 404: UNKNOWN },
    },
    post: {
      ...COMMON,
      summary: 'Withdraws the consent at once (RFC 8058, one click).',
      requestBody: {
        description: 'Not looked at: the token says it all.',
        content: {
          'application/x-www-form-urlencoded': {
            schema: { type: 'object', properties: { 'List-Unsubscribe': { const: 'One-Click' } } },
          },
        },
      },
      responses: {
        200: { description: 'A page: done.', content: PAGE },
        404: UNKNOWN,
        503: PROBLEM_RESPONSES.unavailable,
      },
    },
  },
} as const
