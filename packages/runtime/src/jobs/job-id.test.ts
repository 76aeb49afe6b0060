import { expect, test } from 'vitest'
import { jobId } from './job-id.ts'

test('a contact key makes one job, and another one after it came free', () => {
  const key = 'M1|t-2027-03-31|win-back|mail'
  expect(jobId(key, 0)).toBe('o-5c4884625e0b18266e1a3f61')
  expect(jobId(key, 1)).not.toBe(jobId(key, 0))
})

test('ids are such as BullMQ accepts', () => {
  expect(jobId('x:y', 0)).toMatch(/^o-[0-9a-f]{24}$/)
})
