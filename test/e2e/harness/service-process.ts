import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Metrics, parseMetrics } from './metrics.ts'
import { waitFor } from './wait-for.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')

export type Ended = Readonly<{ code: number | null; signal: NodeJS.Signals | null }>

/** A program of ours as a child process: what it says, and the ways to end it. */
export class ServiceProcess {
  readonly name: string
  readonly lines: string[] = []
  readonly ended: Promise<Ended>
  readonly #child: ChildProcess

  /** `script` is a path from the root of the repository. */
  constructor(
    name: string,
    script: string,
    options: Readonly<{ args?: string[]; env: NodeJS.ProcessEnv; cwd?: string; nodeArgs?: readonly string[] }>,
  ) {
    this.name = name
    const { args = [], nodeArgs = [] } = options
    this.#child = spawn(process.execPath, [...nodeArgs, join(ROOT, script), ...args], {
      cwd: options.cwd ?? ROOT,
      env: options.env,
      // What is loaded before the program may listen to the test.
      stdio: nodeArgs.length === 0 ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.lines.push(line))
    }
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject)
      // `close` and not `exit`: the last lines have come in by then.
      this.#child.once('close', (code, signal) => resolve({ code, signal }))
    })
    this.ended.catch(() => undefined)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Says something to what was loaded before the program, and resolves with its answer, or when the process is gone. */
  async tell(message: object): Promise<void> {
    if (!this.#child.connected) return
    const answered = new Promise<void>((resolve) => this.#child.once('message', () => resolve()))
    // A process that is just being killed may hang up meanwhile.
    this.#child.send(message, () => undefined)
    await Promise.race([answered, this.ended])
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** SIGKILL, and waits until it is gone. */
  async crash(): Promise<void> {
    this.kill('SIGKILL')
    await this.ended
  }

  /** SIGTERM; answers how it ended. A process that does not end in time is killed, and that is an error. */
  async stop(): Promise<Ended> {
    if (!this.running) return this.ended
    this.kill('SIGTERM')
    await waitFor(`${this.name} to end`, () => !this.running, { explain: () => this.tail() }).catch(async (error) => {
      await this.crash()
      throw error
    })
    return this.ended
  }

  /** Resolves with the first line that holds the text. */
  line(text: string, deadlineMs?: number): Promise<string> {
    return waitFor(`'${text}' from ${this.name}`, () => this.lines.find((line) => line.includes(text)), {
      explain: () => this.tail(),
      ...(deadlineMs !== undefined && { deadlineMs }),
    })
  }

  tail(lines = 15): string {
    const state = this.running ? 'runs' : 'has ended'
    return [`${this.name} ${state}. It said last:`, ...this.lines.slice(-lines)].join('\n')
  }
}

/** A service with its probe server. */
export class Service extends ServiceProcess {
  readonly #port: number

  constructor(name: string, env: NodeJS.ProcessEnv, port: number, nodeArgs: readonly string[] = []) {
    super(name, `services/${name}/src/main.ts`, { env: { ...env, METRICS_PORT: String(port) }, nodeArgs })
    this.#port = port
  }

  async ready(): Promise<this> {
    await waitFor(
      `${this.name} to be ready`,
      async () => {
        if (!this.running) throw new Error(this.tail())
        return (await this.#get('/readyz'))?.ok
      },
      { explain: () => this.tail() },
    )
    return this
  }

  /** What `/readyz` answers. */
  async readiness(): Promise<{ code: number; reason: unknown }> {
    const answer = await this.#get('/readyz')
    if (answer === undefined) throw new Error(`No answer. ${this.tail()}`)
    return { code: answer.status, reason: Object(await answer.json()).reason }
  }

  async metrics(): Promise<Metrics> {
    const answer = await this.#get('/metrics')
    if (answer === undefined) throw new Error(`No metrics. ${this.tail()}`)
    return parseMetrics(await answer.text())
  }

  async #get(path: string): Promise<Response | undefined> {
    try {
      return await fetch(`http://127.0.0.1:${this.#port}${path}`, { signal: AbortSignal.timeout(5_000) })
    } catch {
      return undefined
    }
  }
}
