import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { Writable } from 'node:stream'

export type TiedChild = Readonly<{
  pid: number
  /** Resolves when the program has ended, by itself or not. Never rejects. */
  ended: Promise<Readonly<{ code: number | null; signal: NodeJS.Signals | null }>>
  /** Asks the program to end; kills it when it has not after `graceMs`. */
  stop(graceMs?: number): Promise<void>
}>

export type TiedOptions = Readonly<{
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** File that receives what the program prints. */
  log: string
  /** How the program is told to end. Default SIGTERM. */
  signal?: 'SIGTERM' | 'SIGKILL'
}>

/**
 * The program replaces the shell, so its pid is the child's pid. Beside it a subshell reads a pipe that
 * only our process holds open: end of file without a farewell line means we are gone, so the program goes too.
 */
const SCRIPT = '(read -r farewell <&3 || kill -s "$1" $$) & shift; exec "$@" 3<&-'

/**
 * Starts a program that ends when this process does, however this process ends (a crash and kill -9 included).
 * It runs in a process group of its own: a Ctrl-C at the terminal reaches us alone, and we stop it in order.
 * Throws when the program cannot be started.
 */
export async function spawnTied(command: string, args: readonly string[], options: TiedOptions): Promise<TiedChild> {
  const signal = options.signal ?? 'SIGTERM'
  const log = openSync(options.log, 'a')
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sh', signal.slice(3), command, ...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', log, log, 'pipe'],
    detached: true,
  })
  closeSync(log)
  await started(child)
  const pipe = child.stdio[3]
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, by) => {
      if (pipe instanceof Writable) pipe.end('farewell\n')
      resolve({ code, signal: by })
    })
  })
  // A pipe that breaks because the program ended first is no error.
  pipe?.on('error', () => {})
  const pid = child.pid
  if (pid === undefined) throw new Error(`${command} did not start`)
  return { pid, ended, stop: (graceMs = 5000) => stop(child, ended, signal, graceMs) }
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
}

async function stop(
  child: ChildProcess,
  ended: Promise<unknown>,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
  await ended
  clearTimeout(timer)
}
