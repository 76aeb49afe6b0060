import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { kafkaServer, quietLogger } from '@perennial/testkit'
import { afterEach, describe, expect, test } from 'vitest'
import { createMetrics } from '../metrics.ts'
import type { LogRecord } from '../ports.ts'
import { createClient } from './client.ts'
import { type Receiver, receiveInPlace } from './connection.ts'
import { connectKafkaLog } from './log.ts'
import { openSocket } from './socket.ts'
import { testKafka } from './test-kafka.ts'

/** TLS by a shared key, which needs no certificate. */
const PSK = { identity: 'test', psk: Buffer.alloc(32, 7) }
const TLS = { ciphers: 'PSK', maxVersion: 'TLSv1.2' as const, pskCallback: () => PSK }

type Arguments = Parameters<typeof openSocket>[0]

describe('a connection', () => {
  let server: Server | undefined
  let client: Socket | undefined
  afterEach(() => {
    client?.destroy()
    server?.close()
  })

  async function open(answer: (socket: Socket) => void, tls: boolean): Promise<Socket> {
    server = tls ? createTlsServer({ ...TLS, pskCallback: () => PSK.psk }, answer) : createServer(answer)
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const ssl = tls ? { ...TLS, checkServerIdentity: () => undefined } : undefined
    const connected = Promise.withResolvers<void>()
    // As kafkajs calls it, whatever the type says.
    client = openSocket({ host: '127.0.0.1', port, onConnect: connected.resolve, ...(ssl && { ssl }) } as Arguments)
    await connected.promise
    return client
  }

  test.each([
    ['plain', false],
    ['with TLS', true],
  ])('%s: hands over whole answers, cut up as they may be, and tells the end', async (_, tls) => {
    const answers = [3, 200_000, 0, 5_000_000, 70].map((size, i) => answer(size, i + 1))
    const bytes = Buffer.concat(answers)
    const socket = await open((peer) => void sendInPieces(peer, bytes), tls)
    const received: Buffer[] = []
    socket.on('data', (chunk: Buffer) => void received.push(chunk))
    await new Promise<void>((resolve) => socket.once('end', resolve))
    expect(received.map(({ length }) => length)).toEqual(answers.map(({ length }) => length))
    expect(Buffer.concat(received).equals(bytes)).toBe(true)
  })
})

function answer(size: number, fill: number): Buffer {
  const bytes = Buffer.alloc(4 + size, fill)
  bytes.writeInt32BE(size)
  return bytes
}

/** In the middle of a length, of a body, and across answers. */
async function sendInPieces(peer: Socket, bytes: Buffer): Promise<void> {
  for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7) % 40_009) {
    peer.write(bytes.subarray(at, at + size))
    await new Promise(setImmediate)
  }
  peer.end()
}

test('kafkajs no longer copies what comes whole, and one that works otherwise is left alone', () => {
  const seen: unknown[] = []
  const receiver: Receiver = {
    chunks: [Buffer.alloc(0)],
    bytesBuffered: 0,
    processData(bytes) {
      this.chunks?.push(bytes)
      seen.push(this.chunks?.length)
    },
  }
  receiveInPlace(receiver)
  receiveInPlace(receiver)
  receiver.processData?.(Buffer.from('whole'))
  receiver.bytesBuffered = 5
  receiver.processData?.(Buffer.from('more'))
  expect(seen).toEqual([1, 2])

  const other = Object.freeze({})
  expect(() => receiveInPlace(other)).not.toThrow()
})

const kafka = kafkaServer()

describe.runIf(kafka !== undefined)('a real broker', () => {
  const PREFIX = `socket-${process.pid}-`
  const config = testKafka(kafka?.brokers ?? [], PREFIX)
  const { signal } = new AbortController()

  test('large answers arrive as they were written, read and consumed', async () => {
    const log = await connectKafkaLog(config, { logger: quietLogger(), metrics: createMetrics(), signal })
    const topic = 'large'
    await log.ensureTopics([{ name: topic, partitions: 3, cleanup: 'delete', retentionMs: -1 }])
    const values = Array.from({ length: 240 }, (_, i) => Buffer.alloc(50_000 + i, i))
    await log.append(
      topic,
      values.map((value, i) => ({ value, partition: i % 3 })),
    )
    const inPlace = (records: readonly LogRecord[], partition: number) =>
      records.every(({ offset, value }) => value?.equals(values[offset * 3 + partition] ?? Buffer.alloc(0)))

    expect(inPlace(await log.read({ topic, partition: 1 }, 0, 80), 1)).toBe(true)
    let count = 0
    const done = Promise.withResolvers<void>()
    const consumption = await log.consume({
      group: `${PREFIX}group`,
      topics: [topic],
      onBatch({ records, tp }) {
        if (!inPlace(records, tp.partition)) done.reject(new Error(`Other bytes in partition ${tp.partition}.`))
        count += records.length
        if (count === values.length) done.resolve()
        return Promise.resolve()
      },
    })
    await done.promise
    await consumption.stop()
    await log.close()
    const admin = createClient(config, quietLogger()).admin()
    await admin.connect()
    await admin.deleteTopics({ topics: [PREFIX + topic] })
    await admin.disconnect()
  })
})
