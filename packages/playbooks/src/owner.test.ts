import { expect, test } from 'vitest'
import { type Owner, ownerOf, possibleOwners } from './owner.ts'
import { parsePlaybook } from './parse-playbook.ts'
import { problemText } from './yaml/problem.ts'

const play = (owner: string) =>
  parsePlaybook(
    'p.yaml',
    `name: p\ntitle: T\npurpose: internal\nwhen: { silent: { for: 60d } }\nfor: { status: [active] }\nexpiry: 7d\nsteps:\n  - name: s\n    channel: task\n    owner: ${owner}\n`,
  )
const read = (text: string): Owner | undefined => play(text).playbook?.steps[0]?.owner

test('one and the same', () => {
  expect(ownerOf(read('ops'), 'M1', undefined)).toBe('ops')
  expect(possibleOwners(read('ops'))).toEqual(['ops'])
})

test.each([
  ['Berlin', 'kim'],
  ['New York', 'jo'],
  ['constructor', 'ops'],
  [undefined, 'ops'],
])('by chapter: %s has %s', (chapter, expected) => {
  const owner = read('{ byChapter: { Berlin: kim, New York: jo }, otherwise: ops }')
  expect(ownerOf(owner, 'M1', { chapter, tier: 'Berlin' })).toBe(expected)
})

test('by tier', () => {
  const owner = read('{ byTier: { student: youth }, otherwise: ops }')
  expect(ownerOf(owner, 'M1', { chapter: undefined, tier: 'student' })).toBe('youth')
  expect(ownerOf(owner, 'M1', undefined)).toBe('ops')
  expect(possibleOwners(owner)).toEqual(['youth', 'ops'])
})

test('in turn: each gets a like share, a member stays with theirs, and only the share of who leaves moves', () => {
  const members = Array.from({ length: 3_000 }, (_, n) => `M${n}`)
  const three = read('{ roundRobin: [kim, jo, ana] }')
  const two = read('{ roundRobin: [ana, kim] }')
  const before = members.map((id) => ownerOf(three, id, undefined))
  expect(members.map((id) => ownerOf(read('{ roundRobin: [ana, jo, kim] }'), id, undefined))).toEqual(before)
  for (const owner of ['kim', 'jo', 'ana']) {
    const share = before.filter((one) => one === owner).length
    expect(share).toBeGreaterThan(900)
    expect(share).toBeLessThan(1_100)
  }
  const after = members.map((id) => ownerOf(two, id, undefined))
  expect(after.filter((owner, n) => owner !== before[n] && before[n] !== 'jo')).toEqual([])
})

test.each([
  ['{ byChaptr: { Berlin: kim } }', "10:14: unknown key 'byChaptr' (did you mean 'byChapter'?)"],
  ['{ byChapter: { Berlin: kim } }', "10:12: 'otherwise' is missing: whose are those whom the list does not name?"],
  ['{ otherwise: kim }', '10:12: expected exactly one of byChapter, byTier, roundRobin'],
  ['{ roundRobin: [kim], otherwise: jo }', "10:12: 'otherwise' has no use beside roundRobin"],
  [
    '{ byTier: { student: Kim Jones }, otherwise: jo }',
    "10:33: expected a name of small letters, digits and hyphens, up to 60, found 'Kim Jones'",
  ],
  ['{ byTier: {}, otherwise: jo }', '10:22: expected a mapping with at least one key'],
  ['{ byTier: { student: }, otherwise: jo }', "10:24: 'student' has no value"],
])('%s is refused', (text, problem) => {
  expect(play(text).problems.map(problemText)).toEqual([`p.yaml:${problem}`])
})
