import { expect, test } from 'vitest'
import { problemText } from '../yaml/problem.ts'
import { parseOwners } from './parse-owners.ts'

const problems = (text: string) => parseOwners('owners.yaml', text).problems.map(problemText)

test('who is told what, how and when', () => {
  const text = `timeZone: Europe/Berlin
alerts:
  - { owner: membership-ops, through: email, to: ops@association.example, when: daily, at: '07:30' }
  - { owner: events, through: slack, when: immediate }
  - { owner: chapters, through: teams, when: weekly }
digests:
  - { role: leadership, through: log, on: friday }
`
  const timeZone = 'Europe/Berlin'
  expect(parseOwners('owners.yaml', text).owners).toEqual({
    alerts: [
      {
        owner: 'membership-ops',
        through: 'email',
        to: 'ops@association.example',
        schedule: { on: undefined, at: 450, timeZone },
      },
      { owner: 'events', through: 'slack', to: undefined, schedule: undefined },
      { owner: 'chapters', through: 'teams', to: undefined, schedule: { on: 'monday', at: 480, timeZone } },
    ],
    digests: [{ role: 'leadership', through: 'log', to: undefined, schedule: { on: 'friday', at: 480, timeZone } }],
  })
})

test.each([
  [
    'alerts: [{ owner: ops, through: slak, when: daily }]',
    "owners.yaml:1:33: expected one of email, slack, teams, webhook, log, found 'slak' (did you mean 'slack'?)",
  ],
  [
    'alerts: [{ owner: ops, trough: log, when: daily }]',
    "owners.yaml:1:24: unknown key 'trough' (did you mean 'through'?)",
  ],
  [
    'alerts: [{ owner: ops, through: email, when: daily }]',
    "owners.yaml:1:10: email needs an address: 'to: ops@association.example'",
  ],
  [
    'alerts: [{ owner: ops, through: log, to: a@b.example, when: daily }]',
    "owners.yaml:1:10: 'to' is for email; log goes where it is set up to",
  ],
  [
    "alerts: [{ owner: ops, through: log, when: immediate, at: '08:00' }]",
    "owners.yaml:1:10: 'immediate' comes at once: leave out 'on' and 'at'",
  ],
  [
    'alerts: [{ owner: ops, through: log, when: daily, on: friday }]',
    "owners.yaml:1:10: 'daily' comes every day: leave out 'on', or say 'when: weekly'",
  ],
  [
    'alerts: [{ owner: a, through: log, when: daily }, { owner: a, through: log, when: daily }]',
    "owners.yaml:1:9: 'a' is there twice",
  ],
  ['timeZone: Europe/Berln', "owners.yaml:1:11: expected a time zone such as Europe/Berlin, found 'Europe/Berln'"],
])('%s is refused where it is', (text, problem) => {
  expect(problems(`${text}\n`)).toContain(problem)
})

test('an address is never quoted: files of settings are logged when they are wrong', () => {
  const [problem = ''] = problems('alerts: [{ owner: a, through: email, to: jo.members.example, when: daily }]\n')
  expect(problem).toContain('expected an email address')
  expect(problem).not.toContain('jo.members')
})
