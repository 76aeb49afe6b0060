import { constants, accessSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Env } from '../env.ts'
import { fetchRedisWithApt } from './redis-apt.ts'

export type RedisProgram = Readonly<{
  path: string
  /** Where it came from, for people. */
  origin: string
  /** Set for a program that brings its own libraries. */
  libraryPath?: string
}>

const NAMES = ['redis-server', 'valkey-server']

/**
 * A Redis server program to run: from the PATH, else from an earlier download, else fetched with apt.
 * `undefined` when this machine offers none.
 */
export async function findRedisProgram(env: Env, report: (line: string) => void): Promise<RedisProgram | undefined> {
  return onPath(env) ?? (await fetchRedisWithApt(env, report))
}

function onPath(env: Env): RedisProgram | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const files = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  const path = files.find(isExecutable)
  return path === undefined ? undefined : { path, origin: 'on the PATH' }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** One line to copy per system. */
export const HOW_TO_GET_REDIS = `No Redis was found, and none could be fetched. Install one with the line for your system, then try again:
  Debian, Ubuntu    sudo apt-get install -y redis-server
  Fedora, RHEL      sudo dnf install -y valkey || sudo dnf install -y redis
  Alpine            sudo apk add redis
  Arch              sudo pacman -S valkey
  macOS             brew install redis
  anything with a container engine    docker run -d -p 127.0.0.1:6379:6379 redis:7 redis-server --appendonly yes
Or name one that is running elsewhere: REDIS_URL=redis://host:6379`
