import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Env } from '../env.ts'
import { readEnv } from '../env.ts'
import { Fault } from '../fault.ts'
import { askRedis, type RedisAnswer } from './redis-fitness.ts'
import { runningIn, shareRedis } from './redis-folder.ts'
import { findRedisProgram, HOW_TO_GET_REDIS } from './redis-program.ts'

export type LocateOptions = Readonly<{
  env: Env
  /** The data of a Redis of our own goes to `.perennial/redis` below this folder. */
  cwd: string
  namespace: string
  /** One line for people about each step that takes time or decides something. */
  report(line: string): void
  /** Where a Redis may already be running. For tests. */
  usual?: string
}>

export type LocatedRedis = Readonly<{
  url: string
  /** How it was found, for people. */
  how: string
  /** Stops it when we started it; else does nothing. */
  stop(): Promise<void>
}>

const USUAL = 'redis://localhost:6379'

/**
 * Finds the Redis of the embedded mode: the one REDIS_URL names, else the one that another process of ours runs in this
 * folder, else one that answers on localhost:6379, else a program of this machine run as a child, else one fetched with
 * apt. Throws a Fault that says what to do: REDIS_SILENT, REDIS_REFUSED, REDIS_UNFIT, REDIS_NOT_FOUND, REDIS_NOT_STARTED.
 */
export async function locateRedis(options: LocateOptions): Promise<LocatedRedis> {
  return (await named(options)) ?? (await running(options)) ?? (await started(options))
}

async function named({ env, namespace }: LocateOptions): Promise<LocatedRedis | undefined> {
  const url = readEnv(env, (from) => from.secret('REDIS_URL'))
  if (url === undefined) return undefined
  const name = `REDIS_URL (${withoutPassword(url)})`
  const answer = await askRedis(url, namespace)
  if (answer.kind === 'silent') {
    throw new Fault('REDIS_SILENT', `${name}: no Redis answers there. Start it, or leave REDIS_URL out.`, {
      retriable: true,
    })
  }
  assertFit(answer, name)
  return { url, how: name, stop: nothing }
}

async function running({ cwd, namespace, report, usual = USUAL }: LocateOptions): Promise<LocatedRedis | undefined> {
  const folder = dataFolder(cwd)
  const shared = await runningIn(folder)
  if (shared !== undefined) {
    assertFit(await askRedis(shared, namespace), shared)
    return { url: shared, how: `the one that another process runs on ${folder}`, stop: nothing }
  }
  const answer = await askRedis(usual, namespace)
  if (answer.kind === 'silent') return undefined
  assertFit(answer, `The Redis on ${withoutPassword(usual)}`)
  if (existsSync(join(folder, 'appendonlydir'))) report(`data of an earlier run in ${folder} is left alone`)
  return { url: usual, how: `found on ${withoutPassword(usual)}`, stop: nothing }
}

async function started({ env, cwd, namespace, report }: LocateOptions): Promise<LocatedRedis> {
  const program = await findRedisProgram(env, report)
  if (program === undefined) throw new Fault('REDIS_NOT_FOUND', HOW_TO_GET_REDIS)
  const folder = dataFolder(cwd)
  const { url, stop } = await shareRedis(program, folder)
  try {
    assertFit(await askRedis(url, namespace), program.path)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, how: `${program.path} (${program.origin}), data in ${folder}`, stop }
}

function assertFit(answer: RedisAnswer, name: string): void {
  if (answer.kind === 'answered' && answer.problems.length === 0) return
  if (answer.kind === 'answered') {
    const details = answer.problems.map(({ problem, remedy }) => `${problem}. What to do: ${remedy}.`)
    throw new Fault('REDIS_UNFIT', `${name} cannot be used: ${details.join(' Also, ')}`, { details })
  }
  if (answer.kind === 'refused') {
    const remedy = 'Give the password: REDIS_URL=redis://:PASSWORD@localhost:6379'
    throw new Fault('REDIS_REFUSED', `${name} does not let us in (${answer.why}). ${remedy}`)
  }
  const state = answer.kind === 'loading' ? 'is still loading its data' : 'does not answer'
  throw new Fault('REDIS_SILENT', `${name} ${state}. Try again in a moment.`, { retriable: true })
}

const dataFolder = (cwd: string): string => join(cwd, '.perennial', 'redis')

const withoutPassword = (url: string): string => url.replace(/\/\/[^@/]*@/, '//')

const nothing = (): Promise<void> => Promise.resolve()
