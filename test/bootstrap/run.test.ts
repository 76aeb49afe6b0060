import { type ChildProcess, spawn } from 'node:child_process'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type Clone, createClone, INSTALLS } from './clone.fixture.ts'

let clone: Clone
const running: ChildProcess[] = []

beforeAll(() => {
  clone = createClone()
  clone.npx(INSTALLS)
})
afterAll(() => clone.remove())

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

type Run = Readonly<{ child: ChildProcess; pid: number; printed(): string; ended: Promise<number | null> }>

/** Starts a fixture through the bootstrap and waits until it says that it is ready. */
function run(program: string, ...args: string[]): Promise<Run> {
  return watch(process.execPath, ['deploy/bootstrap/run.mjs', `programs/${program}`, ...args])
}

/** The same as an npm script does it. */
function runWithNpm(program: string): Promise<Run> {
  return watch('npm', ['exec', '--call', `exec node deploy/bootstrap/run.mjs programs/${program}`])
}

async function watch(command: string, args: readonly string[]): Promise<Run> {
  const env = { ...process.env, PATH: `${clone.bin}:${process.env['PATH']}` }
  const child = spawn(command, args, { cwd: clone.folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  running.push(child)
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const pid = await vi.waitFor(() => {
    const ready = /ready (\d+)/.exec(text)
    if (ready === null) throw new Error(`not ready: ${text}`)
    return Number(ready[1])
  }, 10_000)
  return { child, pid, printed: () => text, ended }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test("the program's exit code is ours, and what it leaves behind is ended", async () => {
  const { ended, pid } = await run('ends.ts', '7')
  expect(await ended).toBe(7)
  expect(isAlive(pid)).toBe(false)
})

test.each(['SIGTERM', 'SIGINT'] as const)('%s stops the program in order', async (signal) => {
  const { child, ended, printed } = await run('server.ts')
  child.kill(signal)
  expect(await ended).toBe(0)
  expect(printed()).toContain(`got ${signal}\nended after 1\n`)
})

test('a Ctrl-C that arrives from the terminal and from npm is one', async () => {
  const { child, ended, printed } = await run('server.ts')
  child.kill('SIGINT')
  await vi.waitFor(() => expect(printed()).toContain('got SIGINT'), 10_000)
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  expect(printed()).toContain('ended after 1\n')
})

test('kill -9 of the bootstrap stops the program', async () => {
  const { child, pid } = await run('server.ts')
  child.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5000)
})

test('SIGTERM to npm stops the program, and npm ends well', async () => {
  const { child, ended, printed } = await runWithNpm('server.ts')
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(printed()).toContain('ended after 1\n')
}, 20_000)

test('kill -9 of npm stops the program', async () => {
  const { child, pid } = await runWithNpm('server.ts')
  child.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5000)
}, 20_000)
