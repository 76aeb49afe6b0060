import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Clone, createClone, INSTALLS } from './clone.fixture.ts'

let clone: Clone
let running: ChildProcess
beforeEach(() => void (clone = createClone()))
afterEach(() => clone.remove())

type Ended = Readonly<{ code: number | null; out: string; err: string }>

function bootstrap(args: string[] = [], path = `${clone.bin}:/usr/bin:/bin`): Promise<Ended> {
  const command = [join(clone.folder, 'deploy/bootstrap/run.mjs'), ...args]
  const child = spawn(process.execPath, command, { cwd: tmpdir(), env: { ...process.env, PATH: path } })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  running = child
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })))
}

const hello = (...args: string[]): Promise<Ended> => bootstrap(['programs/hello.ts', ...args])

test('the first run installs from the frozen lock file, says so, and runs the program; the second only runs it', async () => {
  clone.npx(INSTALLS)
  const first = await hello('one')
  expect(first).toMatchObject({ code: 0, out: 'ran one\n' })
  expect(first.err).toContain('first run here: installing the packages of pnpm-lock.yaml with pnpm')
  expect(clone.calls()).toEqual([expect.stringMatching(/^--yes pnpm@[\d.]+ install --frozen-lockfile/)])

  expect(await hello('two')).toEqual({ code: 0, out: 'ran two\n', err: '' })
  expect(clone.calls()).toHaveLength(1)
})

test.each(['pnpm-lock.yaml', 'packages/member/package.json'])('a change of %s installs again', async (file) => {
  clone.npx(INSTALLS)
  await bootstrap()
  writeFileSync(join(clone.folder, file), '{ "changed": true }')
  expect((await bootstrap()).err).toContain('the dependencies changed')
  expect(clone.calls()).toHaveLength(2)
})

test('two runs at once install once', async () => {
  clone.npx(`sleep 0.5; ${INSTALLS}`)
  const [one, two] = await Promise.all([bootstrap(), bootstrap()])
  expect([one.code, two.code]).toEqual([0, 0])
  expect(clone.calls()).toHaveLength(1)
  expect(one.err + two.err).toContain('another process is installing the packages: waiting for it')
})

test('a stop during the set-up stops the set-up, and the next run goes on', async () => {
  clone.npx('sleep 600')
  const ended = hello()
  await vi.waitFor(() => expect(clone.calls()).toHaveLength(1), 5000)
  running.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: process.env['CI'] === undefined ? 0 : 1, out: '' })

  clone.npx(INSTALLS)
  expect(await hello()).toMatchObject({ code: 0, out: 'ran\n' })
})

test('without a network it says what to look at, and the next run tries again', async () => {
  clone.npx("echo 'npm error code ENOTFOUND' >&2; exit 1")
  const { code, err } = await hello()
  expect(code).toBe(1)
  expect(err).toContain('ENOTFOUND')
  expect(err).toContain("this machine cannot reach npm's registry")
  expect(existsSync(join(clone.folder, '.perennial', 'install.lock'))).toBe(false)

  clone.npx(INSTALLS)
  expect(await hello()).toMatchObject({ code: 0, out: 'ran\n' })
})

test('without npx it says so', async () => {
  const { code, err } = await bootstrap([], clone.bin)
  expect(code).toBe(1)
  expect(err).toContain('npx cannot be run')
})

test('where the pinned Node does not run, one that is new enough takes its place', async () => {
  clone.npx(
    "mkdir -p node_modules/.bin && printf '#!/bin/sh\\nexit 126\\n' > node_modules/.bin/node && chmod +x node_modules/.bin/node",
  )
  expect(await hello()).toMatchObject({ code: 0, out: 'ran\n' })
})
