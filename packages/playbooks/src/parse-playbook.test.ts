import { DAY_MS, HOUR_MS } from '@perennial/member'
import { describe, expect, test } from 'vitest'
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
  ['a play that is never over', 'expiry: 7d', 'expiry: 0', ['18:9: must be longer than 0']],
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

describe('steps', () => {
  const read = (...steps: string[]) => {
    const text = GOOD.replace(
      /steps:\n[\s\S]*?expiry: 7d/,
      `steps:\n${steps.map((one) => `  - { ${one} }\n`).join('')}expiry: 60d`,
    )
    const { playbook, problems } = parsePlaybook('plays/win-back.yaml', text)
    return { steps: playbook?.steps, problems: problems.map(problemText) }
  }

  test('wait for the step before, or come so long after the cause', () => {
    const { steps } = read(
      'name: a, channel: log, wait: 1d',
      'name: b, channel: log, wait: 2d',
      'name: c, channel: log, delay: 10d',
      'name: d, channel: log, wait: 12h',
    )
    expect(steps?.map(({ delayMs }) => delayMs / HOUR_MS)).toEqual([24, 72, 240, 252])
  })

  test('that open an alert have a due date, and an escalation that is a step of its own', () => {
    expect(
      read(
        'name: call, channel: task, owner: kim, wait: 1d, due: 3d, expiry: 9d, escalation: { after: 2d, owner: head, channel: slack }',
      ).steps,
    ).toEqual([
      { name: 'call', channel: 'task', owner: 'kim', delayMs: DAY_MS, dueMs: 3 * DAY_MS, expiryMs: 9 * DAY_MS },
      {
        name: 'call-escalation',
        channel: 'slack',
        owner: 'head',
        delayMs: 3 * DAY_MS,
        expiryMs: 7 * DAY_MS,
        escalates: 'call',
      },
    ])
  })

  test.each([
    [
      'name: a, channel: log, wait: 1d, delay: 1d',
      "step 'a' has 'delay' (after the cause) and 'wait' (after the step before): one of them",
    ],
    ['name: a, channel: log, due: 1d', "step 'a': 'due' is for 'channel: task', which opens an alert"],
    [
      'name: a, channel: log, escalation: { after: 1d, owner: kim }',
      "step 'a': 'escalation' is for 'channel: task', for only an alert can be acknowledged",
    ],
    [
      'name: a, channel: task, expiry: 1d, escalation: { after: 1d, owner: kim }',
      "step 'a': the escalation comes after the step has expired",
    ],
    [
      `name: ${'a'.repeat(55)}, channel: task, escalation: { after: 1d, owner: kim }`,
      `step '${'a'.repeat(55)}': the name is too long for one with an escalation`,
    ],
  ])('{ %s } is refused', (step, reason) => {
    expect(read(step).problems).toEqual([`plays/win-back.yaml:11:3: ${reason}`])
  })

  test.each([
    ['name: a, channel: task, escalation: { after: 1d }', "plays/win-back.yaml:11:43: 'owner' is missing"],
    [
      'name: a, channel: task, escalation: { aftr: 1d, owner: kim }',
      "plays/win-back.yaml:11:45: unknown key 'aftr' (did you mean 'after'?)",
    ],
    ['name: a, channel: log, wait: 61d', "plays/win-back.yaml:1:1: step 'a' is due after the play has expired"],
  ])('{ %s } is refused with its place', (step, problem) => {
    expect(read(step).problems).toContain(problem)
  })
})

test('what ends a play, when it may be entered again, and its brake are read as written', () => {
  const { playbook } = parsePlaybook(
    'p.yaml',
    `${GOOD}stopWhen: [engaged, complaint]\nreentry: { after: 90d }\nlimit: { contacts: 5, within: 1h }\npriority: 7\n`,
  )
  expect(playbook).toMatchObject({
    stopWhen: ['engaged', 'complaint'],
    reentry: { afterMs: 90 * DAY_MS },
    limit: { contacts: 5, withinMs: HOUR_MS },
    priority: 7,
  })
  expect(parsePlaybook('p.yaml', `${GOOD}reentry: never\n`).playbook?.reentry).toBe('never')
})

test.each([
  [
    'stopWhen: [engagd]',
    "21:12: expected one of engaged, renewed, paid, lapsed, complaint, found 'engagd' (did you mean 'engaged'?)",
  ],
  ['reentry: perterm', "21:10: expected one of perTerm, never, found 'perterm' (did you mean 'perTerm'?)"],
  ['reentry: { after: 0 }', '21:19: must be longer than 0'],
  ['limit: { contacts: 0, within: 1h }', '21:20: expected a whole number from 1 to 1000000, found 0'],
  ['priority: high', "21:11: expected a whole number from 0 to 100, found 'high'"],
])('%s is refused', (line, problem) => {
  expect(said(`${GOOD}${line}\n`)).toEqual([`plays/win-back.yaml:${problem}`])
})

test('an empty file is refused', () => {
  expect(said('# nothing here\n')).toEqual(['plays/win-back.yaml:1:1: the file is empty'])
})

test('everything that is wrong is said at once', () => {
  expect(said('name: A\npurpose: fun\n')).toHaveLength(7)
})

test('a file that is nested without end is refused like any other', () => {
  const { problems } = parsePlaybook('a.yaml', '- '.repeat(6_000))
  expect(problems.map(problemText)).toEqual(['a.yaml:1:1: the file is nested too deeply'])
})
