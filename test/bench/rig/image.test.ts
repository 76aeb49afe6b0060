import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { imageNodeArgs } from './image.ts'

const DOCKERFILE = join(import.meta.dirname, '..', '..', '..', 'deploy', 'Dockerfile')
const LIMIT_MB = 'Math.round(v8.getHeapStatistics().heap_size_limit / 2 ** 20)'

it('bounds the heap of a service in the benchmark as in the image', () => {
  expect(readFileSync(DOCKERFILE, 'utf8')).toMatch(/^CMD .*node \$NODE_HEAP services/m)
  const limit = Number(execFileSync(process.execPath, [...imageNodeArgs(), '--print', LIMIT_MB], { encoding: 'utf8' }))
  // The old generation and the three parts of the young one, of 32 MB each.
  expect(limit).toBe(1_024 + 3 * 32)
})
