import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { freePort, spawnTied } from '@perennial/runtime'
import { kafkaServer, redisServer } from '@perennial/testkit'
import { afterEach, describe, expect, inject, test, vi } from 'vitest'
import { groupsReady } from './kafka-ready.ts'
import { untilReady } from './server.ts'

const kafka = kafkaServer()
const started: ChildProcess[] = []

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

describe.runIf(kafka !== undefined)('the broker and the registry', () => {
  test('serve consumer groups and schemas by the time tests run', async () => {
    const [host = '', port] = kafka?.brokers[0]?.split(':') ?? []
    expect(await groupsReady(host, Number(port))).toBe(true)
    expect((await fetch(`${kafka?.registryUrl}/subjects`)).status).toBe(200)
    expect(inject('servers').KAFKA_BROKERS).toBe(kafka?.brokers.join(','))
  })

  test('kafkajs is not told that it is under test', () => {
    expect(process.env['NODE_ENV']).toBe('production')
  })
})

test('a port nobody listens on is not ready, nor is one that says nothing sensible', async () => {
  expect(await groupsReady('127.0.0.1', await freePort())).toBe(false)
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  expect(await groupsReady('127.0.0.1', port)).toBe(false)
  server.close()
})

test('a server that ends instead of getting ready is an error with its last words', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-server-'))
  const log = join(folder, 'log')
  const child = await spawnTied('sh', ['-c', 'echo no space left; exit 1'], { log })
  await expect(untilReady('Kafka', child, log, () => Promise.resolve(false))).rejects.toThrow(
    /Kafka ended at once. The end of .*:\nno space left$/,
  )
  rmSync(folder, { recursive: true })
})

/** Runs the command with the broker given; with a Redis given too, it starts nothing. */
function spawnCommand(redisUrl: string | undefined): ChildProcess & Readonly<{ stdout: Readable }> {
  const env = {
    ...process.env,
    KAFKA_BROKERS: 'given:9092',
    SCHEMA_REGISTRY_URL: 'http://given',
    REDIS_URL: redisUrl,
  }
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  return child
}

test('whoever has just read the line of the command may stop it', async () => {
  // Told too early it would end by the signal; whether it is too early is luck, so more than once.
  for (let n = 0; n < 4; n++) {
    const child = spawnCommand('redis://given')
    child.stdout.once('data', () => child.kill('SIGTERM'))
    expect(await once(child, 'exit')).toEqual([0, null])
  }
})

describe.runIf(redisServer() !== undefined)('the command', () => {
  async function start(): Promise<{
    child: ChildProcess
    ended: Promise<number | null>
    answers: () => Promise<boolean>
  }> {
    const child = spawnCommand(undefined)
    const line = await new Promise<string>((resolve) =>
      child.stdout.once('data', (text: Buffer) => resolve(text.toString())),
    )
    expect(line).toMatch(
      /^KAFKA_BROKERS=given:9092 SCHEMA_REGISTRY_URL=http:\/\/given REDIS_URL=redis:\/\/127.0.0.1:\d+\n$/,
    )
    const port = Number(/(\d+)\n$/.exec(line)?.[1])
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    return { child, ended, answers: () => accepts(port) }
  }

  test('runs the servers until it is told to stop', async () => {
    const { child, ended, answers } = await start()
    expect(await answers()).toBe(true)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(await answers()).toBe(false)
  })

  test('takes the servers with it when it is killed', async () => {
    const { child, answers } = await start()
    child.kill('SIGKILL')
    await vi.waitFor(async () => expect(await answers()).toBe(false), 10_000)
  })
})

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
