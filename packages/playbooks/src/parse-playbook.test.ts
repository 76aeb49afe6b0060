import { DAY_MS, HOUR_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { parsePlaybook } from './parse-playbook.ts'
import { problemText } from './yaml/problem.ts'

const GOOD = `name: win-back
title: Win back
purpose: marketing
when:
  bandEntered: [medium, high]
for:
  status: [active]
  autoRenew: off
  minConfidence: 0.2
steps:
  - name: mail
    channel: webhook
    fallback: log
  - name: call
    channel: log
    owner: membership-ops
    delay: 36h
expiry: 7d
cap: { contacts: 2, within: 30d }
quietHours: { from: '21:30', to: '07:00' }
`

const said = (text: string) => parsePlaybook('plays/win-back.yaml', text).problems.map(problemText)
const changed = (from: string, to: string) => said(GOOD.replace(from, to))

test('a whole play is read as written', () => {
  const { playbook, problems } = parsePlaybook('win-back.yaml', GOOD)
  expect(problems).toEqual([])
  expect(playbook).toEqual({
    name: 'win-back',
    title: 'Win back',
    enabled: true,
    purpose: 'marketing',
    priority: 40,
    when: expect.objectContaining({ name: 'bandEntered' }),
    for: { status: ['active'], autoRenew: 'off', minConfidence: 0.2 },
    steps: [
      { name: 'mail', channel: 'webhook', fallback: 'log', delayMs: 0 },
      { name: 'call', channel: 'log', owner: 'membership-ops', delayMs: 36 * HOUR_MS },
    ],
    expiryMs: 7 * DAY_MS,
    success: { goal: 'renewed', withinMs: 365 * DAY_MS },
    cap: { contacts: 2, withinMs: 30 * DAY_MS },
    quietHours: { from: 21 * 60 + 30, to: 7 * 60 },
  })
})

test.each([
  ['a typo in a key', 'quietHours:', 'quiet_hours:', ["20:1: unknown key 'quiet_hours' (did you mean 'quietHours'?)"]],
  ['a typo further in', 'fallback: log', 'fallbck: log', ["13:5: unknown key 'fallbck' (did you mean 'fallback'?)"]],
  [
    'a typo in a value',
    '[medium, high]',
    '[medium, hihg]',
    ["5:25: expected one of low, medium, high, found 'hihg' (did you mean 'high'?)"],
  ],
  ['a missing key', 'title: Win back\n', '', ["1:1: 'title' is missing"]],
  ['a key without a value', 'title: Win back', 'title:', ["2:1: 'title' has no value"]],
  ['a wrong type', 'minConfidence: 0.2', 'minConfidence: high', ["9:18: expected a number from 0 to 1, found 'high'"]],
  [
    'a number out of range',
    'minConfidence: 0.2',
    'minConfidence: 20',
    ['9:18: expected a number from 0 to 1, found 20'],
  ],
  [
    'a duration without a unit',
    'expiry: 7d',
    'expiry: 7',
    ['18:9: expected a duration such as 30m, 12h, 7d or 2w, or 0, found 7'],
  ],
  ['a list that is none', 'status: [active]', 'status: active', ['7:11: expected a list with at least one item']],
  [
    'a mapping that is none',
    'steps:\n',
    'steps: now\nstps:\n',
    ["11:1: unknown key 'stps' (did you mean 'steps'?)", '10:8: expected a list with at least one item'],
  ],
  [
    'a time that YAML takes for a number',
    "'21:30'",
    '2130',
    ["20:21: expected a time of day in quotes, such as '08:30', found 2130"],
  ],
  ['a play that is never over', 'expiry: 7d', 'expiry: 0', ['18:9: expiry must be longer than 0']],
  ['a step after the end', 'delay: 36h', 'delay: 7d', ["1:1: step 'call' is due after the play has expired"]],
  ['two steps of one name', 'name: call', 'name: mail', ["11:3: two steps are called 'mail'"]],
  [
    'a day that is all quiet',
    "to: '07:00'",
    "to: '21:29'",
    ['20:13: quiet hours must leave at least one hour of the day'],
  ],
  ['a key written twice', 'title: Win back', 'title: a\ntitle: b', ['3:1: Map keys must be unique']],
  [
    'YAML that is none',
    'title: Win back',
    'title: "Win',
    expect.arrayContaining([expect.stringContaining('Missing closing "quote')]),
  ],
])('refused with its place: %s', (_, from, to, expected) => {
  const problems = changed(from, to).map((problem) => problem.replace('plays/win-back.yaml:', ''))
  expect(problems).toEqual(expected)
})

test('an empty file is refused', () => {
  expect(said('# nothing here\n')).toEqual(['plays/win-back.yaml:1:1: the file is empty'])
})

test('everything that is wrong is said at once', () => {
  expect(said('name: A\npurpose: fun\n')).toHaveLength(7)
})
