import { isFault } from '@perennial/runtime'
import { describe, expect, test } from 'vitest'
import { type LogUnderTest, numbered, Scene, textOf } from './log-fixture.ts'

export function appendFeatures(under: () => LogUnderTest): void {
  describe('appending and reading', () => {
    test('keeps the order within a partition, with offsets that follow one another', async () => {
      await using scene = await Scene.begin(under(), 2)
      await scene.write(numbered(0, 3))
      await scene.write(['other'], 1)
      await scene.write(numbered(3, 5))

      const records = await scene.log.read(scene.tp(0), 0, 100)
      expect(records.map(textOf)).toEqual(numbered(0, 5))
      expect(records.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4])
      expect(await scene.texts(1)).toEqual(['other'])
    })

    test('appends made at the same time do not overtake one another within a partition', async () => {
      await using scene = await Scene.begin(under(), 2)
      await Promise.all(numbered(0, 40).map((text, i) => scene.write([text], i % 2)))

      expect(await scene.texts(0)).toEqual(numbered(0, 40).filter((_, i) => i % 2 === 0))
      expect(await scene.texts(1)).toEqual(numbered(0, 40).filter((_, i) => i % 2 === 1))
    })

    test('takes more in one call than any of its parts could', async () => {
      await using scene = await Scene.begin(under(), 3)
      const records = numbered(0, 9_500).map((text, i) => ({ value: Buffer.from(text), partition: i % 3 }))
      await scene.log.append(scene.topic, records)

      expect(await scene.log.endOffsets(scene.topic)).toEqual([3_167, 3_167, 3_166])
      expect(await scene.texts(2)).toEqual(numbered(0, 9_500).filter((_, i) => i % 3 === 2))
    })

    test('appends to several topics in one call', async () => {
      await using scene = await Scene.begin(under())
      const second = `${scene.topic}-b`
      await scene.log.ensureTopics([{ name: second, partitions: 1, cleanup: 'delete', retentionMs: -1 }])
      await scene.log.appendMany([
        { topic: scene.topic, records: [{ value: Buffer.from('a'), partition: 0 }] },
        { topic: second, records: [{ value: Buffer.from('b'), partition: 0 }] },
      ])

      expect(await scene.texts()).toEqual(['a'])
      expect((await scene.log.read({ topic: second, partition: 0 }, 0, 9)).map(textOf)).toEqual(['b'])
    })

    test('keeps bytes, keys, headers, and the difference between empty and nothing', async () => {
      await using scene = await Scene.begin(under())
      const bytes = Buffer.from([0, 255, 10, 128])
      await scene.log.append(scene.topic, [
        {
          key: 'key',
          value: bytes,
          headers: { one: 'text', two: bytes, many: ['a', 'b'], 'x-é': '', constructor: 'c' },
          partition: 0,
        },
        { key: Buffer.alloc(0), value: Buffer.alloc(0), partition: 0 },
        { key: null, value: null, partition: 0 },
        { value: new Uint8Array(bytes).subarray(1, 3), partition: 0 },
      ])

      const [full, empty, nothing, view] = await scene.log.read(scene.tp(), 0, 10)
      expect(full).toMatchObject({ key: Buffer.from('key'), value: bytes })
      expect(full?.headers).toEqual({
        one: Buffer.from('text'),
        two: bytes,
        many: [Buffer.from('a'), Buffer.from('b')],
        'x-é': Buffer.alloc(0),
        constructor: Buffer.from('c'),
      })
      expect(empty).toMatchObject({ key: Buffer.alloc(0), value: Buffer.alloc(0), headers: undefined })
      expect(nothing).toMatchObject({ key: null, value: null, headers: undefined })
      expect(view?.value).toEqual(Buffer.from([255, 10]))
      expect(Math.abs((full?.timestamp ?? 0) - Date.now())).toBeLessThan(60_000)
    })

    test('keeps big records, many at a time', async () => {
      await using scene = await Scene.begin(under())
      const values = [1, 2, 3, 4, 5].map((seed) => Buffer.alloc(400_000, seed))
      await scene.log.append(
        scene.topic,
        values.map((value) => ({ value, partition: 0 })),
      )

      const records = await scene.log.read(scene.tp(), 0, 10)
      expect(records.map(({ value }) => value?.length)).toEqual(values.map(({ length }) => length))
      expect(records.every(({ value }, i) => value?.equals(values[i] ?? Buffer.alloc(0)))).toBe(true)
    })

    test('reads from where it is told, no more than it is told, and nothing beyond the end', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 3_000))

      expect((await scene.log.read(scene.tp(), 2_990, 4)).map(textOf)).toEqual(numbered(2_990, 2_994))
      expect((await scene.log.read(scene.tp(), 2_998, 100)).map(textOf)).toEqual(['2998', '2999'])
      expect(await scene.log.read(scene.tp(), 3_000, 10)).toEqual([])
      expect(await scene.log.read(scene.tp(), 5_000, 10)).toEqual([])
    })

    test('knows where its partitions begin and end', async () => {
      await using scene = await Scene.begin(under(), 2)
      expect(await scene.log.endOffsets(scene.topic)).toEqual([0, 0])
      await scene.write(numbered(0, 10), 1)
      await under().truncate(scene.tp(1), 4)

      expect(await scene.log.partitions(scene.topic)).toBe(2)
      expect(await scene.log.startOffsets(scene.topic)).toEqual([0, 4])
      expect(await scene.log.endOffsets(scene.topic)).toEqual([0, 10])
      expect((await scene.log.read(scene.tp(1), 0, 2)).map(({ offset }) => offset)).toEqual([4, 5])
    })

    test('says so when there is no such topic or partition, and stores nothing of that call', async () => {
      await using scene = await Scene.begin(under())
      const record = { value: Buffer.from('x'), partition: 0 }
      await expect(scene.log.partitions('t-nowhere')).rejects.toSatisfy((error) => isFault(error, 'log/no-topic'))
      await expect(scene.log.append('t-nowhere', [record])).rejects.toSatisfy((error) => isFault(error, 'log/no-topic'))
      await expect(scene.log.append(scene.topic, [record, { ...record, partition: 7 }])).rejects.toSatisfy((error) =>
        isFault(error, 'log/no-partition'),
      )
      expect(await scene.texts()).toEqual([])
    })

    test('creates a topic once, and reports one that has another number of partitions', async () => {
      await using scene = await Scene.begin(under(), 2)
      const spec = { name: scene.topic, partitions: 2, cleanup: 'delete', retentionMs: -1 } as const
      expect(await scene.log.ensureTopics([spec])).toEqual([{ topic: scene.topic, created: false, problems: [] }])

      const [report] = await scene.log.ensureTopics([{ ...spec, partitions: 3 }])
      expect(report?.problems).toEqual([expect.stringContaining('has 2 partitions, 3 are configured')])
      expect(await scene.log.partitions(scene.topic)).toBe(2)
    })
  })
}
