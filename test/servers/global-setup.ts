import type { TestProject } from 'vitest/node'
import { type Addresses, startServers } from './servers.ts'

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface can be added to
  export interface ProvidedContext {
    servers: Addresses
  }
}

/**
 * Starts the servers once for all integration tests. Tests find them through `kafkaServer()` and `redisServer()` of
 * @perennial/testkit, which read the environment this sets.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const began = performance.now()
  const report = (line: string): void => console.log(`servers: ${line}`)
  const servers = await startServers({ env: process.env, report })
  const missing = servers.missing.join('; ')
  if (missing !== '' && process.env['CI'] !== undefined) {
    await servers.stop()
    throw new Error(`In CI every test runs, but: ${missing}`)
  }
  if (missing !== '') report(`LEFT OUT the tests that need them: ${missing}`)

  Object.assign(process.env, servers.addresses)
  project.provide('servers', servers.addresses)
  const list = Object.entries(servers.addresses).map(([name, value]) => `${name}=${value}`)
  report(`${list.join(' ')} ready after ${((performance.now() - began) / 1000).toFixed(1)} s`)
  return () => servers.stop()
}
