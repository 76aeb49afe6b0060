import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { spawnTied } from './tied-child.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'perennial-tied-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('what the program prints goes to the log, and its end is told', async () => {
  const log = join(folder, 'log')
  const child = await spawnTied('sh', ['-c', 'echo hello; exit 3'], { log })
  expect(await child.ended).toEqual({ code: 3, signal: null })
  expect(readFileSync(log, 'utf8')).toBe('hello\n')
})

test('stop ends it, and twice does no harm', async () => {
  const child = await spawnTied('sleep', ['600'], { log: join(folder, 'log') })
  expect(isAlive(child.pid)).toBe(true)
  await child.stop()
  await child.stop()
  expect(isAlive(child.pid)).toBe(false)
})

test('a program that does not listen is killed after the grace', async () => {
  const log = join(folder, 'log')
  const child = await spawnTied('sh', ['-c', 'trap "" TERM; echo deaf; while :; do sleep 1; done'], { log })
  await vi.waitFor(() => expect(readFileSync(log, 'utf8')).toBe('deaf\n'), 10_000)
  await child.stop(100)
  expect(await child.ended).toEqual({ code: null, signal: 'SIGKILL' })
})

test('a program that does not exist ends at once', async () => {
  const child = await spawnTied('no-such-program', [], { log: join(folder, 'log') })
  expect(await child.ended).toEqual({ code: 127, signal: null })
})

test('kill -9 of the parent ends the program too', async () => {
  const script = `
    import { spawnTied } from ${JSON.stringify(join(import.meta.dirname, 'tied-child.ts'))}
    const child = await spawnTied('sleep', ['600'], { log: ${JSON.stringify(join(folder, 'log'))} })
    console.log(child.pid)
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (line) => resolve(Number(line))))
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 5000 })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
