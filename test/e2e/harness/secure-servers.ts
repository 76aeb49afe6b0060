import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder, findRedisProgram, freePort, spawnTied } from '@perennial/runtime'
import { generate } from 'selfsigned'
import { fetchJars } from '../../servers/jars.ts'
import { findJava } from '../../servers/java.ts'
import { startKafka } from '../../servers/kafka.ts'

import { waitFor } from './wait-for.ts'

export const USER = { name: 'perennial', password: 'of the tests' }

export type SecureServers = Readonly<{
  /** Where Kafka speaks TLS and asks for name and password: plain or SCRAM. */
  brokers: string
  /** With its password. */
  redisUrl: string
  /** The certificate of both, which no authority of the machine has signed. */
  caFile: string
  stop(): Promise<void>
}>

/** A broker and a Redis that let nobody in without TLS and a password. */
export async function startSecureServers(): Promise<SecureServers> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-secure-'))
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  })
  const caFile = file(folder, 'certificate.pem', cert)
  const keyFile = file(folder, 'key.pem', key)
  const java = findJava(process.env)
  if (java === undefined) throw new Error('There is no Java: guard the suite with describe.runIf.')
  const jars = await fetchJars(cacheFolder(process.env), process.env, () => undefined)
  const users = { [USER.name]: USER.password }
  const kafka = await startKafka({
    java,
    jars,
    folder: join(folder, 'kafka'),
    secure: { certificate: cert, privateKey: key, users },
  })
  const redis = await startSecureRedis(folder, { caFile, keyFile })
  return {
    brokers: kafka.secureAddress,
    redisUrl: redis.url,
    caFile,
    async stop() {
      await Promise.all([kafka.stop(), redis.stop()])
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function startSecureRedis(folder: string, { caFile, keyFile }: Readonly<{ caFile: string; keyFile: string }>) {
  const program = await findRedisProgram(process.env, () => undefined)
  if (program === undefined) throw new Error('There is no redis-server to start.')
  const port = await freePort()
  const args = `--port 0 --tls-port ${port} --bind 127.0.0.1 --tls-auth-clients no --maxmemory-policy noeviction`
  const files = ['--tls-cert-file', caFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', caFile]
  const own = ['--requirepass', USER.password, '--save', '', '--dir', folder]
  const child = await spawnTied(program.path, [...args.split(' '), ...files, ...own], {
    cwd: folder,
    log: join(folder, 'redis.log'),
    ...(program.libraryPath !== undefined && { env: { ...process.env, LD_LIBRARY_PATH: program.libraryPath } }),
  })
  await waitFor('the Redis behind TLS', () => greets(port))
  return { url: `rediss://:${encodeURIComponent(USER.password)}@127.0.0.1:${port}`, stop: () => child.stop() }
}

/** Whom it greets is not looked at here: that is for the test. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => end(true))
    const end = (answer: boolean) => {
      resolve(answer)
      socket.destroy()
    }
    socket.once('error', () => end(false))
  })
}

function file(folder: string, name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}
