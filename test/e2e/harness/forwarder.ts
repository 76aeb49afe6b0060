import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '@perennial/runtime'

export type Forwarder = Readonly<{
  /** host:port */
  address: string
  /** How often somebody has connected since the beginning. */
  connections(): number
  open(): Promise<void>
  /** Refuses new connections and breaks the others. */
  close(): Promise<void>
}>

/** A door before a server that can be shut: a server that is down, for those who come through here. Shut at first. */
export async function createForwarder(target: string): Promise<Forwarder> {
  const { hostname, port: targetPort } = new URL(`tcp://${target}`)
  const port = await freePort()
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let connections = 0

  function accept(socket: Socket): void {
    connections++
    const other = connect(Number(targetPort), hostname)
    for (const [one, partner] of [
      [socket, other],
      [other, socket],
    ] as const) {
      sockets.add(one)
      one.pipe(partner)
      one.on('error', () => partner.destroy())
      one.on('close', () => {
        sockets.delete(one)
        partner.destroy()
      })
    }
  }

  return {
    address: `127.0.0.1:${port}`,
    connections: () => connections,
    async open() {
      const opened = createServer(accept)
      server = opened
      await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve))
    },
    async close() {
      const closed = server
      server = undefined
      if (closed === undefined) return
      const done = new Promise((resolve) => closed.close(resolve))
      for (const socket of sockets) socket.destroy()
      await done
    },
  }
}
