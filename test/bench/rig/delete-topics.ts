import { connect } from 'node:net'

const DELETE_TOPICS = 20
/** The last version without tagged fields. */
const VERSION = 3
const TIMEOUT_MS = 30_000

/**
 * Deletes topics; ones that do not exist count as deleted. Speaks the one request itself, because nothing but a
 * benchmark ever deletes a topic here, and no port of ours offers it. Throws when the broker refuses.
 */
export async function deleteTopics(address: string, topics: readonly string[]): Promise<void> {
  const names = topics.map(text)
  const answer = await request(address, Buffer.concat([int32(names.length), ...names, int32(TIMEOUT_MS)]))
  // Throttle time, then for each topic its name and what became of it.
  let at = 8
  for (let left = answer.readInt32BE(4); left > 0; left--) {
    const length = answer.readInt16BE(at)
    const code = answer.readInt16BE(at + 2 + length)
    const name = answer.toString('utf8', at + 2, at + 2 + length)
    if (code !== 0 && code !== UNKNOWN_TOPIC) throw new Error(`${name} could not be deleted: error ${code}.`)
    at += 4 + length
  }
}

const UNKNOWN_TOPIC = 3

function request(address: string, body: Buffer): Promise<Buffer> {
  const [host = '', port] = address.split(':')
  const header = Buffer.concat([int16(DELETE_TOPICS), int16(VERSION), int32(1), text('perennial-bench')])
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ host, port: Number(port) }, () =>
      socket.write(Buffer.concat([int32(header.length + body.length), header, body])),
    )
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('The broker does not answer.')))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('The broker closed the connection.')))
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      const all = Buffer.concat(chunks)
      if (all.length < 4 || all.length < 4 + all.readInt32BE(0)) return
      // Without length and correlation id.
      resolve(all.subarray(8))
      socket.destroy()
    })
  })
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])
}
