import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort, pause } from '@perennial/runtime'

export type Forwarder = Readonly<{
  /** host:port */
  address: string
  port: number
  /** How often somebody has connected since the beginning. */
  connections(): number
  open(): Promise<void>
  /** Refuses new connections and breaks the others. */
  close(): Promise<void>
  /** Where connections lead from now on; those there are break. */
  lead(target: string): void
  /** From now on answers come so many milliseconds later; 0 = at once. */
  delay(ms: number): void
  /** Lets nothing through any more, either way, and tells nobody; `false` lets go what has been held up. */
  hold(held: boolean): void
  /** Breaks every connection as soon as the next answer comes, before it gets through: what was asked for is done, and nobody hears of it. */
  cutAnswers(): void
  /**
   * Resolves as soon as somebody asks for something that looks like this; from then on its answers are held, until
   * `hold(false)`. The moment between asking and hearing. False: nobody did before `signal`. `lost`: what was asked for
   * does not even arrive.
   */
  caught(request: RegExp, signal: AbortSignal, lost?: boolean): Promise<boolean>
}>

type Pair = {
  client: Socket
  server: Socket
  cut: boolean
  held: boolean
  /** Answers that came before and go first. */
  before: Promise<void>
}

type Catch = Readonly<{ request: RegExp; lost: boolean; caught: (pair: Pair) => void }>

/** A door before a server that can be shut, or be made a bad one, for those who come through here. Shut at first. */
export async function createForwarder(target?: string): Promise<Forwarder> {
  const port = await freePort()
  const pairs = new Set<Pair>()
  const state = { target, connections: 0, delayMs: 0, held: false, catches: new Set<Catch>() }
  let door: Server | undefined

  function accept(client: Socket): void {
    state.connections++
    const { hostname, port: targetPort } = new URL(`tcp://${state.target ?? '127.0.0.1:1'}`)
    const pair: Pair = {
      client,
      server: connect(Number(targetPort), hostname),
      cut: false,
      held: false,
      before: Promise.resolve(),
    }
    pairs.add(pair)
    if (state.held) hold(pair, true)
    for (const [one, other] of [
      [client, pair.server],
      [pair.server, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => {
        pairs.delete(pair)
        other.destroy()
      })
      one.on('drain', () => pair.held || other.resume())
    }
    client.on('data', (chunk) => {
      const looked = state.catches.size === 0 ? '' : chunk.toString('latin1')
      const caught = [...state.catches].filter(({ request }) => request.test(looked))
      for (const one of caught) one.caught(pair)
      if (caught.some(({ lost }) => lost)) return
      if (!pair.server.write(chunk)) client.pause()
    })
    pair.server.on('data', (chunk) => {
      if (pair.cut) client.destroy()
      else answer(pair, chunk, state.delayMs)
    })
  }

  return {
    address: `127.0.0.1:${port}`,
    port,
    connections: () => state.connections,
    async open() {
      const opened = createServer(accept)
      door = opened
      await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve))
    },
    async close() {
      const closed = door
      door = undefined
      if (closed === undefined) return
      const done = new Promise((resolve) => closed.close(resolve))
      breakAll(pairs)
      await done
    },
    lead(next) {
      state.target = next
      breakAll(pairs)
    },
    delay: (ms) => void (state.delayMs = ms),
    hold(held) {
      state.held = held
      for (const pair of pairs) hold(pair, held)
    },
    cutAnswers() {
      for (const pair of pairs) pair.cut = true
    },
    caught: (request, signal, lost = false) =>
      new Promise((resolve) => {
        const one: Catch = {
          request,
          lost,
          caught(pair) {
            end(true)
            hold(pair, true)
          },
        }
        const end = (found: boolean) => {
          state.catches.delete(one)
          resolve(found)
        }
        state.catches.add(one)
        signal.addEventListener('abort', () => end(false), { once: true })
      }),
  }
}

/** After those before it, even where it has been delayed by less. */
function answer(pair: Pair, chunk: Buffer, delayMs: number): void {
  const due = delayMs === 0 ? undefined : pause(delayMs)
  pair.before = pair.before.then(async () => {
    await due
    if (!pair.client.destroyed && !pair.client.write(chunk)) pair.server.pause()
  })
}

function hold(pair: Pair, held: boolean): void {
  pair.held = held
  for (const socket of [pair.client, pair.server]) {
    if (held) socket.pause()
    else socket.resume()
  }
}

function breakAll(pairs: ReadonlySet<Pair>): void {
  for (const { client, server } of pairs) {
    client.destroy()
    server.destroy()
  }
}
