import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isLoopback } from '@perennial/api'
import { newSecret, type Scope } from '@perennial/runtime'

/** Where the token of this run stands while it lasts, for whoever may read this folder. */
export const LOCAL_TOKEN_FILE = join('.perennial', 'token')

/**
 * A token for a first look: made anew with every run, good for everything, and only where nobody but this machine can
 * ask. Undefined where the settings name one, or others can reach the port.
 */
export function localToken(
  { host, token }: Readonly<{ host: string; token: string | undefined }>,
  folder: string,
  scope: Scope,
): string | undefined {
  if (token !== undefined || !isLoopback(host)) return undefined
  const { secret } = newSecret()
  const file = join(folder, LOCAL_TOKEN_FILE)
  mkdirSync(join(folder, '.perennial'), { recursive: true, mode: 0o700 })
  writeFileSync(file, `${secret}\n`, { mode: 0o600 })
  scope.adopt(file, (path) => rmSync(path, { force: true }))
  return secret
}
