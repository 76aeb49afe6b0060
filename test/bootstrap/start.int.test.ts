import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { redisServer } from '@perennial/testkit'
import { afterEach, describe, expect, test, vi } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const redisUrl = redisServer()
let npm: ChildProcess

afterEach(() => void npm.kill('SIGKILL'))

describe.runIf(redisUrl !== undefined)('npm start', () => {
  /** In the embedded mode, on a namespace of its own, without an example. */
  async function start(): Promise<{ address: string; ended: Promise<number | null> }> {
    const { KAFKA_BROKERS: _, SCHEMA_REGISTRY_URL: __, ...rest } = process.env
    const env = { ...rest, PERENNIAL_NAMESPACE: `start-${randomUUID().slice(0, 8)}`, PERENNIAL_PORT: '0' }
    npm = spawn('npm', ['start', '--', '--example', 'none'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    for (const stream of [npm.stdout, npm.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()))
    const ended = new Promise<number | null>((resolve) => npm.once('exit', resolve))
    const address = await new Promise<string>((resolve, reject) => {
      npm.stdout?.on('data', () => {
        const line = /ready at (http:\/\/\S+)$/m.exec(text)
        if (line !== null) resolve(line[1] ?? '')
      })
      void ended.then(() => reject(new Error(`ended before it said where it is: ${text}`)))
    })
    return { address, ended }
  }

  test('prints its address on a line of its own, answers there, and ends well on SIGTERM to npm', async () => {
    const { address, ended } = await start()
    expect((await fetch(`${address}/healthz`)).status).toBe(200)
    const started = descendants(npm.pid ?? 0)
    expect(started.length).toBeGreaterThan(1)
    npm.kill('SIGTERM')
    expect(await ended).toBe(0)
    await expect(fetch(`${address}/healthz`)).rejects.toThrow('fetch failed')
    expect(started.filter(isAlive)).toEqual([])
  }, 120_000)

  test('leaves no process behind when npm is killed', async () => {
    await start()
    const started = descendants(npm.pid ?? 0)
    npm.kill('SIGKILL')
    await vi.waitFor(() => expect(started.filter(isAlive)).toEqual([]), 30_000)
  }, 120_000)
})

/** Every process that this one started, directly or not. */
function descendants(pid: number): number[] {
  const children = processes()
    .filter(({ parent }) => parent === pid)
    .map((child) => child.pid)
  return children.flatMap((child) => [child, ...descendants(child)])
}

/** A process that has ended but that nobody has asked about yet counts as ended. */
function isAlive(pid: number): boolean {
  return processes().some((process) => process.pid === pid && !process.state.startsWith('Z'))
}

type Process = Readonly<{ pid: number; parent: number; state: string }>

/** All processes of this machine: from /proc, since small images have no ps; from ps where there is no /proc. */
function processes(): Process[] {
  if (!existsSync('/proc/self/stat')) {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,state='], { encoding: 'utf8' }).trim().split('\n')
    return lines.map((line) => toProcess(line.trim().split(/\s+/)))
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    try {
      // The second field is the name in parentheses and may hold anything, spaces included.
      const [state = '', parent = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      return [toProcess([pid, parent, state])]
    } catch {
      return []
    }
  })
}

const toProcess = ([pid, parent, state = '']: string[]): Process => ({
  pid: Number(pid),
  parent: Number(parent),
  state,
})
