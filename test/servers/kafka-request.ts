import { connect } from 'node:net'

export type KafkaRequest = Readonly<{
  api: number
  /** One without tagged fields. */
  version: number
  body: Buffer
  timeoutMs?: number
}>

/**
 * One request of Kafka's protocol, one answer; the answer's body without its correlation id. For what no port of ours
 * offers, and for waiting without a client. Rejects on any network fault.
 */
export function askKafka(host: string, port: number, request: KafkaRequest): Promise<Buffer> {
  const { api, version, body, timeoutMs = 2_000 } = request
  const header = Buffer.concat([int16(api), int16(version), int32(1), text('perennial-tests')])
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ host, port }, () =>
      socket.write(Buffer.concat([int32(header.length + body.length), header, body])),
    )
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('The broker does not answer.')))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('The broker closed the connection before its answer.')))
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      const all = Buffer.concat(chunks)
      if (all.length < 4 || all.length < 4 + all.readInt32BE(0)) return
      resolve(all.subarray(8, 4 + all.readInt32BE(0)))
      socket.destroy()
    })
  })
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

export function int8(value: number): Buffer {
  return Buffer.of(value)
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

export function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])
}
