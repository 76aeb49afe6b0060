import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fetchRedisWithApt } from './redis-apt.ts'

let folder: string
let calls: string
const lines: string[] = []
const report = (line: string): void => void lines.push(line)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perennial-apt-'))
  calls = join(folder, 'calls')
  lines.length = 0
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A machine with these programs in place of apt and dpkg; each notes how it was called. */
function machine(programs: Readonly<Record<string, string>>): Record<string, string> {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> ${calls}\n${body}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return { PATH: `${bin}:/usr/bin:/bin`, PERENNIAL_CACHE: join(folder, 'cache') }
}

/** redis-tools needs one library that is there, one that is not, which needs a third; and one behind an alternative. */
const SOUND = {
  'apt-get': 'case "$*" in *download*) : > a.deb ;; esac',
  'apt-cache': `case "$*" in
*redis-tools*) printf 'redis-tools\\n  Depends: adduser\\n  Depends: libc6\\n |Depends: libjemalloc2\\n    libother0\\n' ;;
*libjemalloc2*) printf 'libjemalloc2\\n  PreDepends: libstdc++6\\n' ;;
esac`,
  'dpkg-query': 'case "$*" in *libc6*) printf installed ;; *) exit 1 ;; esac',
  dpkg: `case "$1" in -x) mkdir -p $3/usr/bin $3/usr/lib/x86_64-linux-gnu; : > $3/usr/bin/redis-server ;; esac`,
}

test('Redis and the libraries that are missing are unpacked into the cache', async () => {
  const program = await fetchRedisWithApt(machine(SOUND), report)
  const root = join(folder, 'cache', 'redis')
  expect(program?.path).toBe(join(root, 'usr/bin/redis-server'))
  expect(program?.libraryPath).toBe(`${join(root, 'usr/lib')}:${join(root, 'usr/lib/x86_64-linux-gnu')}`)
  expect(readFileSync(calls, 'utf8')).toMatch(/-qq download redis-server redis-tools libjemalloc2 libstdc\+\+6$/m)
  expect(lines).toEqual([expect.stringContaining('fetching the system package with apt')])
})

test('what was fetched once is used again', async () => {
  const env = machine(SOUND)
  const first = await fetchRedisWithApt(env, report)
  rmSync(calls)
  expect(await fetchRedisWithApt(env, report)).toEqual(first)
  expect(() => readFileSync(calls)).toThrow('ENOENT')
})

test('another system has no apt: no answer, and no word about it', async () => {
  expect(await fetchRedisWithApt({ PATH: join(folder, 'empty'), PERENNIAL_CACHE: folder }, report)).toBeUndefined()
  expect(lines).toEqual([])
})

test('without a network the reason is told, and the next start tries again', async () => {
  const failing = 'case "$*" in *update*) echo \'E: Could not resolve deb.debian.org\' >&2; exit 100 ;; esac'
  expect(await fetchRedisWithApt(machine({ ...SOUND, 'apt-get': failing }), report)).toBeUndefined()
  expect(lines.at(-1)).toBe('apt could not fetch it: E: Could not resolve deb.debian.org')
  expect(await fetchRedisWithApt(machine(SOUND), report)).toBeDefined()
})
