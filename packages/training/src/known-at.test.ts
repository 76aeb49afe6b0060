import { expect, test } from 'vitest'
import { at, historyIn, NOW } from './history.fixture.ts'
import { knownAt } from './known-at.ts'

test('memberships as known at an instant know no later leaving and no later term', async () => {
  const history = await historyIn({
    'activity.csv': 'member_id,at,stream,action\n',
    'members.csv': [
      'member_id,joined_at,left_at,term_start,term_end',
      `A,${at(-500)},${at(-1)},${at(-500)},${at(-135)}`,
      `B,${at(-500)},${at(0)},${at(-500)},${at(-135)}`,
      `B,${at(-500)},${at(0)},${at(0)},${at(365)}`,
      `C,${at(-500)},,${at(5)},${at(370)}`,
    ].join('\n'),
  })
  const { spells } = knownAt(history, NOW)
  expect([...(spells?.leftAt ?? [])]).toEqual([Date.parse(at(-1)), Infinity, Infinity])
  expect([...(spells?.termStarts ?? [])]).toEqual([0, 1, 2, 2])
  expect(spells?.terms.map(({ start }) => start)).toEqual([Date.parse(at(-500)), Date.parse(at(-500))])
})
