import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { parsePlaybook } from '../parse-playbook.ts'
import { aMember, NOON } from '../testing/sample-input.ts'
import { inSegment } from './segment.ts'

/** `for` as somebody would write it. */
function segmentOf(written: string) {
  const text = `name: t\ntitle: T\npurpose: internal\nwhen: { bandEntered: [high] }\nfor: ${written}\nsteps: [{ name: s, channel: log }]\nexpiry: 30d\n`
  const { playbook, problems } = parsePlaybook('t.yaml', text)
  if (playbook === undefined) throw new Error(problems.map(({ reason }) => reason).join())
  return playbook.for
}

test.each([
  ['{ status: [active] }', {}, true],
  ['{ status: [lapsed] }', {}, false],
  ['{ status: [active], tier: [regular, student] }', {}, true],
  ['{ status: [active], tier: [student] }', {}, false],
  ['{ status: [active], tier: [student] }', { tier: undefined }, false],
  ['{ status: [active], chapter: [Berlin] }', {}, true],
  ['{ status: [active], band: [low] }', {}, false],
  ['{ status: [active], autoRenew: on }', {}, false],
  ['{ status: [active], autoRenew: off }', { autoRenew: 'unknown' }, true],
  ['{ status: [active], tenure: { atLeast: 365d } }', {}, true],
  ['{ status: [active], tenure: { under: 365d } }', {}, false],
  ['{ status: [active], tenure: { under: 365d } }', { joinedAt: NOON - 364 * DAY_MS }, true],
  ['{ status: [active], tenure: { atLeast: 365d } }', { joinedAt: NOON - 365 * DAY_MS }, true],
  ['{ status: [active], tenure: { under: 365d } }', { joinedAt: 0 }, false],
  ['{ status: [active], terms: { atLeast: 2, under: 3 } }', {}, true],
  ['{ status: [active], dues: { atLeast: 200 } }', {}, true],
  ['{ status: [active], dues: { under: 200 } }', {}, false],
  ['{ status: [active], takesPart: true }', {}, true],
  ['{ status: [active], takesPart: false }', {}, false],
  ['{ status: [active], takesPart: false }', { takenPartAt: NOON - 400 * DAY_MS }, true],
  ['{ status: [active], any: [{ tier: [student] }, { chapter: [Berlin] }] }', {}, true],
  ['{ status: [active], any: [{ tier: [student] }, { chapter: [Bonn] }] }', {}, false],
  ['{ status: [active], not: { chapter: [Berlin] } }', {}, false],
  ['{ status: [active], not: { any: [{ tier: [student] }, { not: { chapter: [Berlin] } }] } }', {}, true],
] as const)('%s with %o: %s', (written, changes, expected) => {
  expect(inSegment(segmentOf(written), { ...aMember, ...changes }, NOON)).toBe(expected)
})

test.each([
  ['{ tier: [regular] }', "'status' is missing"],
  ['{ status: [active], teir: [regular] }', "unknown key 'teir' (did you mean 'tier'?)"],
  ['{ status: [active], dues: { atLeast: -1 } }', 'expected a number from 0, found -1'],
  ['{ status: [active], not: { chaptr: [Berlin] } }', "unknown key 'chaptr' (did you mean 'chapter'?)"],
])('refused: %s', (written, reason) => {
  expect(() => segmentOf(written)).toThrow(reason)
})
