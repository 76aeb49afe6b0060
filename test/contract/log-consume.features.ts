import { isFault } from '@perennial/runtime'
import { describe, expect, test } from 'vitest'
import { type LogUnderTest, numbered, Recorder, Scene, textOf, until } from './log-fixture.ts'

export function consumeFeatures(under: () => LogUnderTest): void {
  describe('consuming', () => {
    test('delivers everything once and in order, what is there and what comes later', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 100))
      const recorder = await Recorder.start(scene.log, scene)
      await until(() => expect(recorder.texts).toHaveLength(100))
      await scene.write(numbered(100, 110))

      await until(() => expect(recorder.texts).toEqual(numbered(0, 110)))
      expect(recorder.batches.at(-1)?.endOffset).toBe(110)
      await until(() => expect(recorder.consumption.lag(scene.tp())).toBe(0))
    })

    test('goes on behind what was committed', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 10))
      const first = await Recorder.start(scene.log, scene)
      await until(() => expect(first.texts).toHaveLength(10))
      expect(await scene.log.committed(scene.group, scene.topic)).toEqual([undefined])
      await first.consumption.commit(scene.tp(), 6)
      await first.consumption.stop()
      expect(await scene.log.committed(scene.group, scene.topic)).toEqual([6])

      const second = await Recorder.start(scene.log, scene)
      await until(() => expect(second.texts).toEqual(numbered(6, 10)))
    })

    test('delivers again what nobody committed', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 5))
      const first = await Recorder.start(scene.log, scene)
      await until(() => expect(first.texts).toHaveLength(5))
      await first.consumption.stop()

      const second = await Recorder.start(scene.log, scene)
      await until(() => expect(second.texts).toEqual(numbered(0, 5)))
    })

    test.each([
      ['an error', new Error('no')],
      ['a TypeError', new TypeError('undefined is not a function')],
    ])('delivers a batch again after %s, and skips nothing', async (_, error) => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 20))
      let failures = 3
      const recorder = await Recorder.start(scene.log, scene, {
        onBatch: async () => {
          if (failures-- > 0) throw error
        },
      })
      await until(() => expect(recorder.texts).toHaveLength(20))
      await scene.write(['20'])

      await until(() => expect(recorder.texts).toEqual(numbered(0, 21)))
      expect(failures).toBeLessThan(0)
    })

    test('goes on behind the commit when a batch fails after it', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 10))
      const starts: string[] = []
      const recorder: Recorder = await Recorder.start(scene.log, scene, {
        onBatch: async ({ records, tp }) => {
          starts.push(textOf(records[0]!))
          if (starts.length > 1) return
          await until(() => expect(recorder).toBeDefined())
          await recorder.consumption.commit(tp, 4)
          throw new Error('half-way')
        },
      })
      await until(() => expect(recorder.texts).toEqual(numbered(4, 10)))
      expect(starts).toEqual(['0', '4'])
    })

    test('starts where onAssigned says, which is asked again until it answers', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 10))
      let asked = 0
      const recorder = await Recorder.start(scene.log, scene, {
        onAssigned: async () => {
          asked += 1
          if (asked < 3) throw new Error('the store is away')
          return 7
        },
      })
      await until(() => expect(recorder.texts).toEqual(numbered(7, 10)))
      expect(asked).toBe(3)
    })

    test('starts where onAssigned says even if the group has committed something else', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 10))
      const first = await Recorder.start(scene.log, scene)
      await until(() => expect(first.owns()).toEqual([0]))
      await first.consumption.commit(scene.tp(), 9)
      await first.consumption.stop()

      const second = await Recorder.start(scene.log, scene, { onAssigned: async () => 2 })
      await until(() => expect(second.texts).toEqual(numbered(2, 10)))
    })

    test('seeks back and forth', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 10))
      const recorder = await Recorder.start(scene.log, scene)
      await until(() => expect(recorder.texts).toHaveLength(10))
      recorder.consumption.seek(scene.tp(), 8)
      await until(() => expect(recorder.texts).toEqual([...numbered(0, 10), '8', '9']))

      recorder.consumption.pause(scene.tp())
      await scene.write(numbered(10, 20))
      recorder.consumption.seek(scene.tp(), 18)
      recorder.consumption.resume(scene.tp())
      await until(() => expect(recorder.texts.slice(12)).toEqual(['18', '19']))
    })

    test('a batch that runs during a seek does not move the position', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 10))
      const gate = Promise.withResolvers<void>()
      const running = Promise.withResolvers<() => boolean>()
      const recorder = await Recorder.start(scene.log, scene, {
        onBatch: async (batch) => {
          running.resolve(() => batch.stopping())
          await gate.promise
        },
      })
      const stopping = await running.promise
      recorder.consumption.seek(scene.tp(), 5)
      expect(stopping()).toBe(true)
      gate.resolve()
      await until(() => expect(recorder.texts).toEqual([...numbered(0, 10), ...numbered(5, 10)]))
    })

    test('delivers nothing of a partition that is paused, and the others go on', async () => {
      await using scene = await Scene.begin(under(), 2)
      const recorder = await Recorder.start(scene.log, scene)
      await until(() => expect(recorder.owns()).toEqual([0, 1]))
      recorder.consumption.pause(scene.tp(0))
      await scene.write(['held'], 0)
      await scene.write(['free'], 1)
      await until(() => expect(recorder.texts).toEqual(['free']))

      recorder.consumption.resume(scene.tp(0))
      await until(() => expect(recorder.texts).toEqual(['free', 'held']))
    })

    test('works on several partitions at a time, but never twice on one', async () => {
      await using scene = await Scene.begin(under(), 4)
      const busy = new Map<number, number>()
      let together = 0
      let twice = 0
      const recorder = await Recorder.start(scene.log, scene, {
        concurrency: 4,
        onBatch: async ({ tp }) => {
          busy.set(tp.partition, (busy.get(tp.partition) ?? 0) + 1)
          if ((busy.get(tp.partition) ?? 0) > 1) twice += 1
          together = Math.max(together, [...busy.values()].filter((count) => count > 0).length)
          await new Promise((resolve) => setTimeout(resolve, 30))
          busy.set(tp.partition, (busy.get(tp.partition) ?? 1) - 1)
        },
      })
      await until(() => expect(recorder.owns()).toHaveLength(4))
      for (let round = 0; round < 5; round++) {
        await Promise.all([0, 1, 2, 3].map((partition) => scene.write([`${round}`], partition)))
      }
      await until(() => expect(recorder.texts).toHaveLength(20))
      expect(twice).toBe(0)
      expect(together).toBeGreaterThan(1)
    })

    test('a stop waits for the batch that runs, which may still commit, and tells it to hurry', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 10))
      const begun = Promise.withResolvers<void>()
      const recorder: Recorder = await Recorder.start(scene.log, scene, {
        onBatch: async (batch) => {
          begun.resolve()
          while (!batch.stopping()) await new Promise((resolve) => setTimeout(resolve, 5))
          await recorder.consumption.commit(batch.tp, 3)
        },
      })
      await begun.promise
      await recorder.consumption.stop()
      expect(await scene.log.committed(scene.group, scene.topic)).toEqual([3])
      expect(recorder.revoked).toEqual([0])
      expect(recorder.owns()).toEqual([])

      const next = await Recorder.start(scene.log, scene)
      await until(() => expect(next.texts).toEqual(numbered(3, 10)))
    })

    test('tells the lag of what it owns', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 10))
      const gate = Promise.withResolvers<void>()
      const begun = Promise.withResolvers<void>()
      const recorder = await Recorder.start(scene.log, scene, {
        onBatch: async () => {
          begun.resolve()
          await gate.promise
        },
      })
      await begun.promise
      expect(recorder.consumption.lag(scene.tp())).toBe(10)
      expect(recorder.consumption.lag({ topic: scene.topic, partition: 5 })).toBeUndefined()
      gate.resolve()
      await until(() => expect(recorder.consumption.lag(scene.tp())).toBe(0))
    })

    test('counts as lost what retention took before it was read, and goes on with the oldest record', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 10))
      await under().truncate(scene.tp(), 6)
      const before = await under().lost()
      const recorder = await Recorder.start(scene.log, scene, { onAssigned: async () => 2 })
      await until(() => expect(recorder.texts).toEqual(numbered(6, 10)))
      expect(await under().lost()).toBeGreaterThanOrEqual(before + 4)
    })

    test('ends for good rather than guess when the position lies behind the end of the log', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 3))
      const recorder = await Recorder.start(scene.log, scene, { onAssigned: async () => 50 })
      await expect(recorder.consumption.failed).rejects.toSatisfy((error) => isFault(error, 'log/beyond-end'))
      expect(recorder.texts).toEqual([])
    })

    test('does not begin on a topic that is not there', async () => {
      await using scene = await Scene.begin(under())
      const started = Recorder.start(scene.log, scene, { topics: ['t-nowhere'] })
      await expect(started).rejects.toSatisfy((error) => isFault(error, 'log/no-topic'))
    })
  })
}
