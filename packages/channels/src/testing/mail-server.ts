import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { type Behaviour, TOLD } from './channel-features.ts'

export type MailServer = Readonly<{
  port: number
  /** Every message as it came, byte for byte. */
  received: readonly string[]
  behave(behaviour: Behaviour | Refusal): void
  close(): Promise<void>
}>

/** The server answers one command with this. */
export type Refusal = Readonly<{ kind: 'refuse'; at: 'MAIL' | 'RCPT' | 'DATA' | 'AUTH'; code: number; words?: string }>

type Callback = (error?: Error | null) => void

/** A real SMTP server that behaves as it is told, and offers no TLS. For tests. */
export async function startMailServer(
  options: Readonly<{ auth?: boolean; arrived?: (raw: string) => void }> = {},
): Promise<MailServer> {
  const received: string[] = []
  const sockets = new Set<Socket>()
  let behaviour: Behaviour | Refusal = { kind: 'accept' }

  const answer = (at: Refusal['at'], callback: Callback): void => {
    const refusal = refusalOf(behaviour)
    if (behaviour.kind === 'silent' && at === 'RCPT') return
    callback(refusal?.at === at ? smtpError(refusal) : null)
  }

  const server = new SMTPServer({
    disabledCommands: options.auth === true ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
    allowInsecureAuth: true,
    logger: false,
    closeTimeout: 1,
    onAuth: (_auth, _session, callback) => {
      answer('AUTH', (error) => (error ? callback(error) : callback(null, { user: 'anybody' })))
    },
    onMailFrom: (_address, _session, callback) => answer('MAIL', callback),
    onRcptTo: (_address, _session, callback) => answer('RCPT', callback),
    onData(stream, _session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        answer('DATA', (error) => {
          if (!error) {
            const raw = Buffer.concat(chunks).toString('utf8')
            received.push(raw)
            options.arrived?.(raw)
          }
          callback(error)
        })
      })
    },
  })
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    if (behaviour.kind === 'hang-up') socket.destroy()
  })
  // A client that breaks off is part of what is tested.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    received,
    behave: (next) => void (behaviour = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function refusalOf(behaviour: Behaviour | Refusal): Refusal | undefined {
  switch (behaviour.kind) {
    case 'refuse':
      return behaviour
    case 'refuse-for-good':
      return { kind: 'refuse', at: 'RCPT', code: 550, words: '5.1.1 no such mailbox' }
    case 'busy':
      return { kind: 'refuse', at: 'RCPT', code: 451, words: '4.3.0 later' }
    case 'tells':
      return { kind: 'refuse', at: 'RCPT', code: 550, words: `5.1.1 ${TOLD} is not here` }
    default:
      return undefined
  }
}

function smtpError({ code, words = 'no' }: Refusal): Error {
  return Object.assign(new Error(words), { responseCode: code })
}
