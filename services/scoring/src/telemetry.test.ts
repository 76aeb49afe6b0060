import { createMetrics } from '@perennial/runtime'
import { settableClock } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { watchLag } from './telemetry.ts'

test('tells what waits in each partition, in blocks, in facts and in seconds of event time', async () => {
  const registry = createMetrics()
  const clock = settableClock(1_800_000_060_000)
  let partitions = [
    { partition: 0, blocks: 3, facts: 900, newestAt: 1_800_000_000_000 },
    { partition: 1, blocks: 0, facts: 0, newestAt: 1_800_000_000_000 },
    // Nothing folded yet: its age is not known.
    { partition: 2, blocks: 2, facts: 2, newestAt: 0 },
  ]
  watchLag(registry, clock, () => partitions)
  async function read(name: string): Promise<(readonly [string, number])[]> {
    const lines = (await registry.getSingleMetricAsString(`perennial_scoring_lag_${name}`)).split('\n')
    return lines.flatMap((line) => {
      const [, partition, value] = /partition="(\d+)"\} (\d+)$/.exec(line) ?? []
      return partition === undefined ? [] : [[partition, Number(value)] as const]
    })
  }
  expect(await read('records')).toEqual([
    ['0', 3],
    ['1', 0],
    ['2', 2],
  ])
  expect(await read('facts')).toEqual([
    ['0', 900],
    ['1', 0],
    ['2', 2],
  ])
  expect(await read('seconds')).toEqual([
    ['0', 60],
    ['1', 0],
    ['2', 0],
  ])
  // A partition that has gone to somebody else is theirs to tell about.
  partitions = partitions.slice(0, 1)
  expect(await read('records')).toEqual([['0', 3]])
})
