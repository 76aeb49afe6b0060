import { connect } from 'node:net'

const FIND_COORDINATOR = 10
const OFFSET_FETCH = 9
const GROUP = 'is-the-coordinator-ready'

/**
 * Whether the broker can serve consumer groups. A port that accepts connections is not enough: for a second or so after a
 * start, group requests fail with "coordinator not available" (the offsets topic is being made) or "loading".
 * Speaks the two requests itself, so that waiting needs no client.
 */
export async function groupsReady(host: string, port: number): Promise<boolean> {
  try {
    // Asking for the coordinator is also what makes the broker create the offsets topic.
    const found = await request({ host, port }, FIND_COORDINATOR, 0, text(GROUP))
    if (found.readInt16BE(0) !== 0) return false
    const offsets = await request({ host, port }, OFFSET_FETCH, 2, Buffer.concat([text(GROUP), int32(-1)]))
    return offsets.readInt16BE(offsets.length - 2) === 0
  } catch {
    return false
  }
}

/** One request, one answer; the answer's body without its correlation id. Rejects on any network fault. */
function request(at: { host: string; port: number }, api: number, version: number, body: Buffer): Promise<Buffer> {
  const header = Buffer.concat([int16(api), int16(version), int32(1), text('perennial-test-servers')])
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(at, () => socket.write(Buffer.concat([int32(header.length + body.length), header, body])))
    socket.setTimeout(2000, () => socket.destroy(new Error('no answer')))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed before the answer')))
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

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function text(value: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)])
}
