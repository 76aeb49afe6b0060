import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { freePort } from '@perennial/runtime'

export type RegistryTrouble =
  | 'none'
  /** Answers 500 to everything. */
  | 'errors'
  /** Answers after some seconds. */
  | 'slow'
  /** Answers another schema than the one asked for by id. */
  | 'another schema'

export type RegistryDoor = Readonly<{
  url: string
  behave(trouble: RegistryTrouble): void
  /** How often it has not simply handed on. */
  troubled(): number
  open(): Promise<void>
  close(): Promise<void>
}>

const SLOW_MS = 3_000
/** A record that none of our streams can be read as. */
const ANOTHER = JSON.stringify({ schema: '{"type":"record","name":"Other","fields":[{"name":"x","type":"long"}]}' })

/** A door before the registry that understands HTTP. Open at first. */
export async function createRegistryDoor(registryUrl: string): Promise<RegistryDoor> {
  const port = await freePort()
  const { origin, pathname } = new URL(registryUrl)
  const state: { trouble: RegistryTrouble; troubled: number } = { trouble: 'none', troubled: 0 }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { trouble } = state
    if (trouble !== 'none') state.troubled++
    if (trouble === 'errors') return void response.writeHead(500).end('{"error_code":50001,"message":"It is broken."}')
    if (trouble === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS))
    const body = chunks.length === 0 ? null : Buffer.concat(chunks)
    const { method = 'GET', url = '/' } = request
    const type = request.headers['content-type'] ?? 'application/json'
    const answer = await fetch(origin + url, { method, body, headers: { 'content-type': type } })
    const text = await answer.text()
    const byId = method === 'GET' && /\/schemas\/ids\/\d+/.test(url) && answer.ok
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? type })
    response.end(trouble === 'another schema' && byId ? ANOTHER : text)
  }

  let server = createServer()
  const open = async () => {
    server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()))
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  }
  await open()
  return {
    url: `http://127.0.0.1:${port}${pathname}`,
    behave: (trouble) => void (state.trouble = trouble),
    troubled: () => state.troubled,
    open,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
