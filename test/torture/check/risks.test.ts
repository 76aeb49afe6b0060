import type { MemberRiskV1 } from '@perennial/streams'
import { expect, test } from 'vitest'
import { risksBetween } from './risks.ts'

const LOSS = { at: 10, to: 20, from: 0 }

function told(timestamp: number, version: number, says: string) {
  const found = { timestamp, value: Buffer.from(says), partition: 0, offset: 0, key: null, headers: undefined }
  return { record: { memberId: 'jo', version } as MemberRiskV1, found }
}

test('the same again is the same', () => {
  expect(risksBetween([told(1, 1, 'a'), told(2, 2, 'b'), told(3, 1, 'a')], [])).toEqual([])
})

test('a version that says something else, and one that is missing, are told', () => {
  expect(risksBetween([told(1, 1, 'a'), told(2, 1, 'b')], [])).toEqual(['jo 1 came again as something else'])
  expect(risksBetween([told(1, 2, 'a')], [])).toEqual(['jo 2 came after 0'])
})

test('after a loss it is counted anew; two things may not be said after it either', () => {
  const before = [told(1, 1, 'a'), told(15, 2, 'lost')]
  expect(risksBetween([...before, told(21, 1, 'b')], [LOSS])).toEqual([])
  expect(risksBetween([...before, told(21, 1, 'b'), told(22, 1, 'c')], [LOSS])).toEqual([
    'jo 1 came again as something else',
  ])
})
