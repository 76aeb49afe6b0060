import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { problemText } from '../yaml/problem.ts'
import { GOALS_SCHEMA, parseGoals } from './parse-goals.ts'

const NAMES = { signals: ['login', 'event_attended'], streams: ['membership', 'purchase'], plays: ['win-back'] }
const GOAL = `goals:
  - name: renew-90
    title: Renew 90 % by June
    metric: renewal-rate
    target: 0.9
    from: '2026-07-01'
    by: '2027-06-30'
    team: membership-ops
`
const KPIS = `kpis:
  - { metric: renewal-rate, signals: [login], streams: [purchase], teams: [data-team] }
`
const problems = (text: string) => parseGoals('goals.yaml', text, NAMES).problems.map(problemText)
const validate = new Ajv2020({ allowUnionTypes: true }).compile(GOALS_SCHEMA)

test('goals have a target, a time and a team, and numbers what they rest on', () => {
  const { goals } = parseGoals('goals.yaml', GOAL + KPIS, NAMES)
  expect(goals).toEqual({
    goals: [
      {
        name: 'renew-90',
        title: 'Renew 90 % by June',
        metric: 'renewal-rate',
        target: 0.9,
        from: Date.parse('2026-07-01'),
        // The last day counts.
        until: Date.parse('2027-07-01'),
        team: 'membership-ops',
      },
    ],
    kpis: [{ metric: 'renewal-rate', signals: ['login'], streams: ['membership', 'purchase'], teams: ['data-team'] }],
  })
  expect(validate(parse(GOAL + KPIS))).toBe(true)
})

test.each([
  [
    ['renewal-rate', 'renewl-rate'],
    "goals.yaml:4:13: expected one of renewal-rate, first-year-retention, active-share, saved-members, saved-dues, found 'renewl-rate' (did you mean 'renewal-rate'?)",
  ],
  [['target:', 'traget:'], "goals.yaml:5:5: unknown key 'traget' (did you mean 'target'?)"],
  [['0.9', '90'], 'goals.yaml:2:5: renewal-rate is a share: write 0.9 for 90 %'],
  [['0.9', '0'], 'goals.yaml:2:5: a target of 0 is reached by doing nothing'],
  [["by: '2027-06-30'", "by: '2026-06-30'"], "goals.yaml:2:5: 'by' is not after 'from'"],
  [
    ["by: '2027-06-30'", "by: '06-30'"],
    "goals.yaml:7:9: expected a day with its year, such as '2027-06-30', found '06-30'",
  ],
  [
    ["by: '2027-06-30'", "by: '2027-06-31'"],
    "goals.yaml:7:9: expected a day with its year, such as '2027-06-30', found '2027-06-31'",
  ],
  [
    ['team: membership-ops', 'team: membership-ops\n    play: winback'],
    "goals.yaml:9:11: expected one of win-back, found 'winback' (did you mean 'win-back'?)",
  ],
  [
    ['team: membership-ops', 'team: membership-ops\n    play: win-back'],
    "goals.yaml:2:5: 'play' is for what plays save; renewal-rate is about members",
  ],
  [
    ['team: membership-ops', 'team: membership-ops\n    for: { chapters: [X] }'],
    "goals.yaml:9:12: unknown key 'chapters' (did you mean 'chapter'?)",
  ],
  [
    ['signals: [login]', 'signals: [logins]'],
    "goals.yaml:10:39: expected one of login, event_attended, found 'logins' (did you mean 'login'?)",
  ],
  [
    ['streams: [purchase]', 'streams: [purchases]'],
    "goals.yaml:10:57: expected one of membership, purchase, found 'purchases' (did you mean 'purchase'?)",
  ],
])('%j is refused where it is', ([good, wrong], problem) => {
  expect(problems((GOAL + KPIS).replace(good!, wrong!))).toContain(problem)
})

test.each([
  ['target:', 'traget:'],
  ['0.9', '-1'],
  ['renewal-rate', 'renewals'],
  ["'2027-06-30'", '2027'],
])('an editor finds %s written as %s', (good, wrong) => {
  expect(validate(parse(GOAL.replace(good, wrong)))).toBe(false)
})
