import { ALERT_PATHS, ALERT_SCHEMAS } from './alerts.ts'
import { COLLECTOR_PATHS, COLLECTOR_SCHEMAS } from './collector.ts'
import { ERASURE_PATHS, ERASURE_SCHEMAS } from './erasures.ts'
import { MEMBER_PATHS, MEMBER_SCHEMAS } from './members.ts'
import { PLAY_PATHS, PLAY_SCHEMAS } from './plays.ts'
import { PROBLEM_RESPONSES, PROBLEM_SCHEMAS } from './problems.ts'
import { UNSUBSCRIBE_PATHS } from './unsubscribe.ts'

const HEALTH = { tags: ['operation'], security: [] }

/** What this API is, in OpenAPI 3.1. Served at /openapi.json; docs/openapi.json is a copy, checked by a test. */
export const openApi = {
  openapi: '3.1.0',
  info: {
    title: 'Perennial',
    version: '0.1.0',
    summary: 'Which members are about to lapse, why, and what was done about it.',
    description:
      'Everything but health and links to unsubscribe wants a token that is good for it: 401 without one, 403 with another one, 429 with retry-after when it asks too often. Errors are problem+json (RFC 9457). Times are ISO 8601, in UTC.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: 'http://127.0.0.1:8710' }],
  security: [{ bearer: [] }, { basic: [] }],
  tags: [
    { name: 'members', description: 'Who is at risk, and why.' },
    { name: 'alerts', description: 'What is to be done, by whom, until when.' },
    { name: 'plays', description: 'What plays have changed.' },
    { name: 'collector', description: 'Facts come in, as Segment-style calls.' },
    { name: 'privacy', description: 'Nothing is kept of who asks for it.' },
    { name: 'operation', description: 'Whether it works.' },
  ],
  paths: {
    ...MEMBER_PATHS,
    ...ALERT_PATHS,
    ...PLAY_PATHS,
    ...COLLECTOR_PATHS,
    ...ERASURE_PATHS,
    ...UNSUBSCRIBE_PATHS,
    '/healthz': { get: { ...HEALTH, summary: 'The process turns.', responses: { 200: { description: 'It does.' } } } },
    '/readyz': {
      get: {
        ...HEALTH,
        summary: 'The process does its work.',
        responses: {
          200: { description: 'It does.' },
          503: { description: 'Not yet, or no longer; `reason` says why.' },
        },
      },
    },
    '/metrics': {
      get: {
        tags: ['operation'],
        summary: 'Metrics for Prometheus.',
        responses: {
          200: { description: 'Text.', content: { 'text/plain': {} } },
          401: PROBLEM_RESPONSES.unauthorized,
        },
      },
    },
    '/openapi.json': {
      get: { tags: ['operation'], summary: 'This document.', responses: { 200: { description: 'OpenAPI 3.1.' } } },
    },
  },
  components: {
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        description:
          'One made by `perennial token create`, or the value of PERENNIAL_API_TOKEN, which is good for everything.',
      },
      basic: {
        type: 'http',
        scheme: 'basic',
        description: "The same as user name, without a password: Segment's write key.",
      },
    },
    schemas: {
      ...MEMBER_SCHEMAS,
      ...ALERT_SCHEMAS,
      ...PLAY_SCHEMAS,
      ...COLLECTOR_SCHEMAS,
      ...ERASURE_SCHEMAS,
      ...PROBLEM_SCHEMAS,
    },
  },
} as const
