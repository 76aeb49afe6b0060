import { expect, test } from 'vitest'
import { idHash, partitionFor } from './hash.ts'
import { anonymousKey, memberKey } from './subject.ts'

// What Kafka's own default partitioner answers for these keys over 1,000 partitions.
test.each([
  ['21', (-973932308 & 0x7fffffff) % 1000],
  ['foobar', (-790332482 & 0x7fffffff) % 1000],
  ['a-little-bit-long-string', (-985981536 & 0x7fffffff) % 1000],
  ['a-little-bit-longer-string', (-1486304829 & 0x7fffffff) % 1000],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', (-58897971 & 0x7fffffff) % 1000],
])('a member goes where other producers put the key %s', (id, partition) => {
  expect(partitionFor(memberKey(id), 1000)).toBe(partition)
})

test('characters beyond ASCII are hashed as UTF-8', () => {
  expect(partitionFor(memberKey('müller'), 1000)).not.toBe(partitionFor(memberKey('muller'), 1000))
  expect(partitionFor(memberKey('ü'.repeat(400)), 7)).toBeLessThan(7)
})

test('an alias and a member of the same id need not share a partition', () => {
  const differ = Array.from({ length: 50 }, (_, n) => String(n)).filter(
    (id) => partitionFor(memberKey(id), 16) !== partitionFor(anonymousKey(id), 16),
  )
  expect(differ.length).toBeGreaterThan(30)
})

test('ids hash to two independent halves, and never to nothing', () => {
  const seen = new Set(
    Array.from({ length: 100_000 }, (_, n) => idHash(`event-${n}`)).flatMap(({ hi, lo }) => `${hi}.${lo}`),
  )
  expect(seen.size).toBe(100_000)
  expect(idHash('')).not.toEqual({ hi: 0, lo: 0 })
})

test('the hash of an id never changes: rows and blocks hold it', () => {
  expect(idHash('01890a5d-ac96-774b-bcce-b302099a8057')).toEqual({ hi: 2872786804, lo: 1133924690 })
  expect(idHash('é')).toEqual({ hi: 391612668, lo: 1780014902 })
})
