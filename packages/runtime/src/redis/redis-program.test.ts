import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findRedisProgram } from './redis-program.ts'

let first: string
let second: string

beforeEach(() => {
  first = mkdtempSync(join(tmpdir(), 'perennial-path-'))
  second = mkdtempSync(join(tmpdir(), 'perennial-path-'))
})

afterEach(() => {
  for (const folder of [first, second]) rmSync(folder, { recursive: true })
})

function put(folder: string, name: string, mode = 0o755): string {
  const file = join(folder, name)
  writeFileSync(file, '#!/bin/sh\n', { mode })
  return file
}

/** With an empty cache and no apt on the PATH, nothing can be fetched. */
const find = () => findRedisProgram({ PATH: [first, second].join(delimiter), PERENNIAL_CACHE: first }, () => undefined)

test('a redis-server on the PATH goes before a valkey-server, wherever on it they are', async () => {
  const valkey = put(first, 'valkey-server')
  expect(await find()).toEqual({ path: valkey, origin: 'on the PATH' })
  const redis = put(second, 'redis-server')
  expect(await find()).toEqual({ path: redis, origin: 'on the PATH' })
})

test('a file that cannot be run is passed over', async () => {
  put(first, 'redis-server', 0o644)
  const runs = put(second, 'redis-server')
  expect((await find())?.path).toBe(runs)
})

test('a machine that offers none gets no answer', async () => {
  expect(await find()).toBeUndefined()
})
