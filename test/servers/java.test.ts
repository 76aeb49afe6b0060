import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findJava } from './java.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'perennial-java-'))))
afterEach(() => rmSync(folder, { recursive: true }))

function java(home: string, banner: string): string {
  const bin = join(folder, home, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'java'), `#!/bin/sh\necho '${banner}' >&2\n`)
  chmodSync(join(bin, 'java'), 0o755)
  return bin
}

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 'java'],
  ['openjdk version "25" 2025-09-16', 'java'],
  ['openjdk version "11.0.2" 2019-01-15', undefined],
  ['java version "1.8.0_401"', undefined],
  ['something else', undefined],
])('%s on the PATH', (banner, expected) => {
  expect(findJava({ PATH: java('path', banner) })).toBe(expected)
})

test('none at all', () => {
  expect(findJava({ PATH: folder })).toBeUndefined()
})

test('JAVA_HOME comes first, unless it is too old', () => {
  const PATH = java('path', 'openjdk version "21"')
  java('new', 'openjdk version "17.0.1"')
  java('old', 'openjdk version "11.0.1"')
  expect(findJava({ PATH, JAVA_HOME: join(folder, 'new') })).toBe(join(folder, 'new', 'bin', 'java'))
  expect(findJava({ PATH, JAVA_HOME: join(folder, 'old') })).toBe('java')
})
