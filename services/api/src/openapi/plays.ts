import { METRIC_NAMES } from '@perennial/playbooks'
import { PROBLEM_RESPONSES } from './problems.ts'

const { unauthorized, notFound, unavailable } = PROBLEM_RESPONSES
const TEXT = { type: 'string' } as const
const NUMBER = { type: 'number' } as const
const TIME = { type: 'string', format: 'date-time' } as const

function answers(description: string, schema: string) {
  return { description, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } }
}

export const PLAY_PATHS = {
  '/plays': {
    get: {
      tags: ['plays'],
      summary: 'The plays and what each has changed; those that saved most dues first. At most some minutes old.',
      responses: { 200: answers('The plays.', 'Plays'), 401: unauthorized, 503: unavailable },
    },
  },
  '/goals': {
    get: {
      tags: ['plays'],
      summary: 'What is aimed at, by when, and how it stands. At most some minutes old.',
      responses: { 200: answers('The goals; none without goals.yaml.', 'Goals'), 401: unauthorized, 503: unavailable },
    },
  },
  '/plays/{name}/uplift': {
    get: {
      tags: ['plays'],
      summary: 'What one play has changed, next to members who were left without it.',
      parameters: [{ name: 'name', in: 'path', required: true, schema: TEXT }],
      responses: { 200: answers('Its uplift.', 'PlayUplift'), 401: unauthorized, 404: notFound, 503: unavailable },
    },
  },
} as const

const INTERVAL = { type: 'object', properties: { low: NUMBER, high: NUMBER } } as const
const ESTIMATED = { type: 'object', properties: { value: NUMBER, low: NUMBER, high: NUMBER } } as const
const GROUP = {
  type: 'object',
  properties: { members: { type: 'integer' }, successes: { type: 'integer' } },
} as const

const UPLIFT = {
  words: { ...TEXT, description: 'The same in sentences.' },
  proposedForRetirement: {
    type: 'boolean',
    description: 'There were enough members, and it does less than makes a play worthwhile.',
  },
  effect: {
    anyOf: [{ $ref: '#/components/schemas/Effect' }, { type: 'null' }],
    description: 'null: nobody was ever up for it.',
  },
} as const

export const PLAY_SCHEMAS = {
  Plays: {
    type: 'object',
    properties: {
      asOf: TIME,
      members: { type: 'integer', description: 'How many were looked at.' },
      plays: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            name: TEXT,
            title: TEXT,
            enabled: { type: 'boolean' },
            purpose: { type: 'string', enum: ['internal', 'service', 'marketing'] },
            waitsFor: TEXT,
            goal: { type: 'string', enum: ['renewed', 'active'] },
            ...UPLIFT,
          },
        },
      },
      together: {
        anyOf: [{ type: 'object', properties: UPLIFT }, { type: 'null' }],
        description: 'All plays together, next to who gets none.',
      },
    },
  },
  Goals: {
    type: 'object',
    properties: {
      asOf: TIME,
      goals: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            name: TEXT,
            title: TEXT,
            team: TEXT,
            metric: { type: 'string', enum: METRIC_NAMES },
            play: { type: ['string', 'null'] },
            from: { type: 'string', format: 'date' },
            by: { type: 'string', format: 'date' },
            target: { ...NUMBER, description: 'A share of 0 to 1, members, or dues.' },
            state: { type: 'string', enum: ['on-track', 'behind', 'not-enough-data'] },
            value: { type: ['number', 'null'] },
            low: { type: ['number', 'null'] },
            high: { type: ['number', 'null'] },
            expected: { ...NUMBER, description: 'What the value is held against at this moment.' },
            ratio: { type: ['number', 'null'], description: 'value ÷ target' },
            members: { type: 'integer', description: 'Members it was counted from.' },
            upstream: {
              type: 'object',
              properties: { streams: { type: 'array', items: TEXT }, signals: { type: 'array', items: TEXT } },
            },
            teams: { type: 'array', items: TEXT, description: 'Who answers for the number.' },
            words: TEXT,
          },
        },
      },
      kpis: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            metric: { type: 'string', enum: METRIC_NAMES },
            signals: { type: 'array', items: TEXT },
            streams: { type: 'array', items: TEXT },
            teams: { type: 'array', items: TEXT },
          },
        },
      },
    },
  },
  PlayUplift: {
    type: 'object',
    properties: {
      asOf: TIME,
      play: TEXT,
      title: TEXT,
      goal: { type: 'string', enum: ['renewed', 'active'] },
      ...UPLIFT,
    },
  },
  Effect: {
    type: 'object',
    description: 'By intention to treat; intervals are of 95 %.',
    properties: {
      treated: GROUP,
      control: GROUP,
      waiting: { type: 'integer', description: 'Members of whom it is too early to tell.' },
      uplift: {
        type: 'object',
        description: 'Missing while an arm has nobody in it.',
        properties: {
          difference: { ...ESTIMATED, description: 'Of success rates; with the interval for one look.' },
          anyTime: { ...INTERVAL, description: 'The interval that holds however often one looks.' },
          relative: ESTIMATED,
          helpsProbability: NUMBER,
          adjusted: { type: 'boolean', description: 'Whether the risk before was taken into account.' },
        },
      },
      saved: {
        type: 'object',
        properties: { members: ESTIMATED, dues: ESTIMATED, withoutDues: { type: 'integer' } },
      },
      verdict: {
        type: 'object',
        properties: {
          kind: { type: 'string', enum: ['helps', 'hurts', 'no-effect-seen', 'too-few'] },
          more: { type: 'integer', description: 'About so many members more, where there are too few.' },
        },
      },
      proposedForRetirement: { type: 'boolean' },
      criteria: { type: 'object', properties: { minimumEffect: NUMBER, power: NUMBER } },
    },
  },
} as const
