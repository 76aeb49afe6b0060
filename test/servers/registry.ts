import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, spawnTied } from '@perennial/runtime'
import type { Jars } from './jars.ts'
import { type Server, untilReady } from './server.ts'

/** A schema registry with Confluent's API, in memory, on a free port of the loopback interface. `address` is its URL. */
export async function startRegistry(java: string, jars: Jars, folder: string): Promise<Server> {
  mkdirSync(folder, { recursive: true })
  const [port = 0, managementPort = 0] = await freePorts(2)
  const address = `http://127.0.0.1:${port}/apis/ccompat/v7`
  const log = join(folder, 'registry.log')
  const child = await spawnTied(java, ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-jar', jars.registry], {
    env: {
      ...process.env,
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: String(port),
      QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
      QUARKUS_MANAGEMENT_PORT: String(managementPort),
    },
    log,
    signal: 'SIGKILL',
  })
  await untilReady('The schema registry', child, log, () => answers(`${address}/subjects`))
  return { address, pid: child.pid, stop: () => child.stop() }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok
  } catch {
    return false
  }
}
