import { connect, isIP, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { ISocketFactoryArgs } from 'kafkajs'
import { Answers } from './answers.ts'

const KEEP_ALIVE_MS = 60_000

/**
 * A connection to a broker as kafkajs opens it, but for two things. It hands over whole answers, see `Answers`. And it
 * sends at once: by default a small request waits until what was sent before has been acknowledged.
 */
export function openSocket({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket {
  const answers = new Answers((answer) => socket.emit('data', answer))
  const onread: OnReadOpts = {
    buffer: () => answers.space(),
    callback(count) {
      answers.received(count)
      return true
    },
  }
  const socket = open({ host, port, ssl, onConnect }, onread)
  socket.setNoDelay(true)
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  return socket
}

function open({ host, port, ssl, onConnect }: ISocketFactoryArgs, onread: OnReadOpts): Socket {
  // Whatever its type says, kafkajs gives nothing where there is no TLS.
  if (!(ssl as ISocketFactoryArgs['ssl'] | undefined)) return connect({ host, port, onread }, onConnect)
  const name = isIP(host) === 0 ? { servername: host } : {}
  // Not in its type, but Node's sockets take it, with TLS and without.
  const options = { host, port, onread, ...name, ...ssl }
  return connectTls(options, onConnect)
}
