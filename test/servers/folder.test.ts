import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { dataFolder } from './folder.ts'

test('folders of processes that are gone are removed, those of living ones and of others stay', () => {
  const parent = mkdtempSync(join(tmpdir(), 'perennial-folder-'))
  const gone = spawnSync('true').pid
  for (const name of [`perennial-servers-${gone}-a`, `perennial-servers-${process.ppid}-b`, 'something-else']) {
    mkdirSync(join(parent, name))
  }
  const own = basename(dataFolder(parent))
  expect(new Set(readdirSync(parent))).toEqual(new Set([`perennial-servers-${process.ppid}-b`, 'something-else', own]))
  rmSync(parent, { recursive: true })
})
