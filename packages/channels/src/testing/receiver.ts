import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Behaviour, TOLD } from './channel-features.ts'

export type Received = Readonly<{ headers: Readonly<Record<string, string | undefined>>; body: string; path: string }>

export type Receiver = Readonly<{
  url: URL
  received: readonly Received[]
  behave(behaviour: Behaviour | ((response: ServerResponse) => void)): void
  close(): Promise<void>
}>

/** A real HTTP server that behaves as it is told. For tests. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  let behaviour: Behaviour | ((response: ServerResponse) => void) = { kind: 'accept' }
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const headers = request.headers as Received['headers']
    received.push({ headers, body: await textOf(request), path: request.url ?? '' })
    if (typeof behaviour === 'function') behaviour(response)
    else answer(behaviour, response)
  }
  // A client that breaks off is part of what is tested.
  const server = createServer((request, response) => void take(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(`http://127.0.0.1:${port}/hooks`),
    received,
    behave: (next) => void (behaviour = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(behaviour: Behaviour, response: ServerResponse): void {
  switch (behaviour.kind) {
    case 'accept':
      response.writeHead(204).end()
      return
    case 'refuse-for-good':
      response.writeHead(410).end()
      return
    case 'busy':
      response.writeHead(503).end()
      return
    case 'busy-for':
      response.writeHead(429, { 'retry-after': String(behaviour.seconds) }).end()
      return
    case 'tells':
      response.writeHead(500, TOLD).end(TOLD)
      return
    case 'hang-up':
      response.destroy()
      return
    case 'no-answer-body-end':
      response.writeHead(200).write('and so on')
      return
    case 'silent':
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
