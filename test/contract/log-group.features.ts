import { describe, expect, test } from 'vitest'
import { type LogUnderTest, numbered, Recorder, Scene, textOf, until } from './log-fixture.ts'

export function groupFeatures(under: () => LogUnderTest): void {
  describe('sharing a group', () => {
    test('gives each partition to one member, and all to the one that stays', async () => {
      await using scene = await Scene.begin(under(), 4)
      const first = await Recorder.start(scene.log, scene)
      await until(() => expect(first.owns()).toEqual([0, 1, 2, 3]))

      const second = await Recorder.start(await scene.another(), scene)
      await until(() => {
        expect(second.owns()).toHaveLength(2)
        expect(sorted([...first.owns(), ...second.owns()])).toEqual([0, 1, 2, 3])
      })
      await second.consumption.stop()
      await until(() => expect(first.owns()).toEqual([0, 1, 2, 3]))
      expect(sorted(second.revoked)).toEqual(sorted(second.assigned))
    })

    test('loses nothing and keeps the order while members join and leave', async () => {
      await using scene = await Scene.begin(under(), 4)
      const seen: [number, number][] = []
      const committing = async (log: Awaited<ReturnType<Scene['another']>>): Promise<Recorder> => {
        const recorder: Recorder = await Recorder.start(log, scene, {
          onBatch: async (batch) => {
            for (const record of batch.records) {
              if (batch.stopping()) return
              seen.push([batch.tp.partition, Number(textOf(record))])
            }
            const last = batch.records.at(-1)?.offset ?? -1
            await recorder.consumption.commit(batch.tp, last + 1)
          },
        })
        return recorder
      }
      const enough = new AbortController()
      let written = 0
      const writer = (async () => {
        while (!enough.signal.aborted) {
          await Promise.all([0, 1, 2, 3].map((partition) => scene.write(numbered(written, written + 10), partition)))
          written += 10
          await new Promise((resolve) => setTimeout(resolve, 10))
        }
      })()

      const first = await committing(scene.log)
      await until(() => expect(first.owns()).toHaveLength(4))
      const second = await committing(await scene.another())
      await until(() => expect(second.owns()).toHaveLength(2))
      await until(() => expect(first.owns()).toHaveLength(2))
      await second.consumption.stop()
      await until(() => expect(first.owns()).toHaveLength(4))
      enough.abort()
      await writer

      for (const partition of [0, 1, 2, 3]) {
        const values = () => seen.filter(([of]) => of === partition).map(([, value]) => value)
        await until(() => expect(new Set(values()).size).toBe(written))
        // Repeats are allowed; a number that comes before its predecessor was ever seen is not.
        let reached = -1
        for (const value of values()) {
          expect(value).toBeLessThanOrEqual(reached + 1)
          reached = Math.max(reached, value)
        }
      }
    })

    test('asks onAssigned before the first batch of every assignment', async () => {
      await using scene = await Scene.begin(under(), 2)
      await scene.write(numbered(0, 5), 0)
      await scene.write(numbered(0, 5), 1)
      const early: number[] = []
      const first: Recorder = await Recorder.start(scene.log, scene, {
        onBatch: async ({ tp }) => {
          if (!first.assigned.includes(tp.partition)) early.push(tp.partition)
        },
      })
      await until(() => expect(first.texts).toHaveLength(10))
      const second = await Recorder.start(await scene.another(), scene)
      await until(() => expect(second.owns()).toHaveLength(1))
      await until(() => expect(first.owns()).toHaveLength(1))
      expect(early).toEqual([])
      expect(sorted(first.assigned)).toEqual([0, 1])
      expect(first.revoked).toEqual(second.owns())
    })

    test('keeps a partition whose work takes longer than the lease', async () => {
      const { leaseMs } = under()
      if (leaseMs === Infinity) return
      await using scene = await Scene.begin(under())
      await scene.write(['slow'])
      const first = await Recorder.start(scene.log, scene, {
        onBatch: () => new Promise((resolve) => setTimeout(resolve, leaseMs + 2_000)),
      })
      await until(() => expect(first.texts).toEqual(['slow']))
      expect(first.revoked).toEqual([])
      expect(first.assigned).toEqual([0])
    })

    test('different groups each get everything', async () => {
      await using scene = await Scene.begin(under())
      await scene.write(numbered(0, 5))
      const first = await Recorder.start(scene.log, scene)
      const second = await Recorder.start(scene.log, scene, { group: `${scene.group}-other` })
      await until(() => expect(first.texts).toEqual(numbered(0, 5)))
      await until(() => expect(second.texts).toEqual(numbered(0, 5)))
    })
  })
}

function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b)
}
