import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../fault.ts'
import { startRedis } from './redis-child.ts'
import { askRedis } from './redis-fitness.ts'
import type { RedisProgram } from './redis-program.ts'

export type FolderRedis = Readonly<{ url: string; stop(): Promise<void> }>

type Note = Readonly<{ url: string; pid: number }>

const PATIENCE_MS = 20_000

/** The address of the Redis that a process of ours runs on this data folder now, for other processes to use. */
export async function runningIn(folder: string): Promise<string | undefined> {
  const note = readNote(folder)
  if (note === undefined || !isAlive(note.pid)) return undefined
  return (await askRedis(note.url, '')).kind === 'answered' ? note.url : undefined
}

/**
 * Runs a Redis on this data folder, or joins the one that runs there: two servers on one append-only file would
 * destroy it, so a lock file decides who starts one. Only who started it stops it.
 */
export async function shareRedis(
  program: RedisProgram,
  folder: string,
  patienceMs = PATIENCE_MS,
): Promise<FolderRedis> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const deadline = Date.now() + patienceMs
  while (!lock(folder)) {
    const url = await runningIn(folder)
    if (url !== undefined) return { url, stop: () => Promise.resolve() }
    if (Date.now() > deadline) throw locked(folder)
    await sleep(100)
  }
  try {
    await untilFree(folder, deadline)
    const child = await startRedis(program, folder)
    writeFileSync(noteFile(folder), JSON.stringify({ url: child.url, pid: child.pid }))
    return { url: child.url, stop: () => child.stop().finally(() => unlock(folder)) }
  } catch (error) {
    unlock(folder)
    throw error
  }
}

/** After a crash of ours its server may still be writing its last lines. */
async function untilFree(folder: string, deadline: number): Promise<void> {
  while (await isServed(folder)) {
    if (Date.now() > deadline) throw locked(folder)
    await sleep(100)
  }
}

async function isServed(folder: string): Promise<boolean> {
  const note = readNote(folder)
  return note !== undefined && isAlive(note.pid) && (await askRedis(note.url, '')).kind !== 'silent'
}

/** True when the folder is ours now. A lock whose owner is gone is no lock. */
function lock(folder: string): boolean {
  try {
    writeFileSync(lockFile(folder), String(process.pid), { flag: 'wx' })
    return true
  } catch {
    const owner = Number(readText(lockFile(folder)))
    if (owner > 0 && !isAlive(owner)) rmSync(lockFile(folder), { force: true })
    return false
  }
}

function unlock(folder: string): void {
  rmSync(noteFile(folder), { force: true })
  rmSync(lockFile(folder), { force: true })
}

function locked(folder: string): Fault {
  const file = lockFile(folder)
  return new Fault(
    'REDIS_FOLDER_LOCKED',
    `Process ${readText(file)} holds ${folder}, but no Redis answers there. If that process is not Perennial, delete ${file}.`,
  )
}

function readNote(folder: string): Note | undefined {
  try {
    const note: unknown = JSON.parse(readText(noteFile(folder)))
    if (typeof note !== 'object' || note === null || !('url' in note) || !('pid' in note)) return undefined
    return typeof note.url === 'string' && typeof note.pid === 'number' ? { url: note.url, pid: note.pid } : undefined
  } catch {
    return undefined
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Not allowed to signal it: it exists.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const lockFile = (folder: string): string => join(folder, 'lock')
const noteFile = (folder: string): string => join(folder, 'server.json')
