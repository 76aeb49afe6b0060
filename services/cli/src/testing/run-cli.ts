import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, closeRedis, openRedis } from '@perennial/runtime'
import { redisServer } from '@perennial/testkit'

const MAIN = join(import.meta.dirname, '../main.ts')

export type Ended = Readonly<{ code: number | null; out: string; err: string }>

/** The real command, in a folder and a namespace of its own, on the Redis for tests. */
export class TestCli {
  readonly folder: string
  readonly namespace = `cli-${randomUUID().slice(0, 8)}`
  readonly #children = new Set<ChildProcess>()

  private constructor(folder: string) {
    this.folder = folder
  }

  static async create(): Promise<TestCli> {
    return new TestCli(await mkdtemp(join(tmpdir(), 'perennial-cli-')))
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const running = this.start(args, env)
    return running.ended
  }

  /** What a command with --json answers. */
  async json<T>(...args: readonly string[]): Promise<T> {
    const { out, err } = await this.run([...args, '--json'])
    if (out === '') throw new Error(`Nothing was answered: ${err}`)
    return JSON.parse(out) as T
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCli {
    const { KAFKA_BROKERS: _, SCHEMA_REGISTRY_URL: __, ...inherited } = process.env
    const settings = { REDIS_URL: redisServer(), PERENNIAL_NAMESPACE: this.namespace, PERENNIAL_PORT: '0', ...env }
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: this.folder, env: { ...inherited, ...settings } })
    this.#children.add(child)
    return new RunningCli(child)
  }

  /** Ends what still runs, and removes every key and file. */
  async clear(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL')
    const redis = openRedis(redisServer() ?? '', 'command', createLogger('test', { level: 'silent', format: 'json' }))
    for (let cursor = '', first = true; first || cursor !== '0'; first = false) {
      const [next, keys] = await redis.scan(cursor === '' ? 0 : cursor, 'MATCH', `*${this.namespace}*`, 'COUNT', 1_000)
      if (keys.length > 0) await redis.unlink(...keys)
      cursor = next
    }
    await closeRedis(redis)
    await rm(this.folder, { recursive: true, force: true })
  }
}

export class RunningCli {
  readonly ended: Promise<Ended>
  readonly #child: ChildProcess
  #out = ''
  #err = ''

  constructor(child: ChildProcess) {
    this.#child = child
    child.stdout?.on('data', (data: Buffer) => (this.#out += data.toString()))
    child.stderr?.on('data', (data: Buffer) => (this.#err += data.toString()))
    this.ended = once(child, 'close').then(([code]) => ({
      code: code as number | null,
      out: this.#out,
      err: this.#err,
    }))
  }

  /** Resolves with the match once standard output holds it; rejects when the command ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    let over = false
    void this.ended.then(() => (over = true))
    for (;;) {
      const match = pattern.exec(this.#out)
      if (match !== null) return match
      if (over) throw new Error(`It ended without saying ${String(pattern)}:\n${this.#out}\n${this.#err}`)
      await Promise.race([once(this.#child.stdout ?? this.#child, 'data'), this.ended])
    }
  }

  async stop(signal: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(signal)
    return this.ended
  }
}
