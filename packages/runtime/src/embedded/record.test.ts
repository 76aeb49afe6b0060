import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packRecord, unpackRecord } from './record.ts'

const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)))
const headers = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.array(
    fc.uint8Array().map((a) => Buffer.from(a)),
    { minLength: 1, maxLength: 3 },
  ),
)

test('a record comes out as it went in', () => {
  fc.assert(
    fc.property(bytes, bytes, headers, fc.nat(), (key, value, headers, at) => {
      const record = unpackRecord(packRecord({ key, value, headers, partition: 0 }, at), 7)
      expect(record).toMatchObject({ offset: 7, key, value, timestamp: at })
      const flat = Object.fromEntries(
        Object.entries(record.headers ?? {}).map(([name, found]) => [name, Array.isArray(found) ? found : [found]]),
      )
      expect(flat).toEqual(headers)
      expect(record.headers === undefined).toBe(Object.keys(headers).length === 0)
    }),
  )
})

test('bytes of another layout are refused', () => {
  const packed = packRecord({ value: Buffer.from('x'), partition: 0 }, 0)
  packed[0] = 9
  expect(() => unpackRecord(packed, 3)).toThrow('Record 3 has layout 9')
})
