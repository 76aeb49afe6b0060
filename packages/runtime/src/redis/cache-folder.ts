import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Env } from '../env.ts'

/** Where downloaded programs are kept: PERENNIAL_CACHE, else XDG_CACHE_HOME/perennial, else ~/.cache/perennial. */
export function cacheFolder(env: Env): string {
  return env['PERENNIAL_CACHE'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'perennial')
}
