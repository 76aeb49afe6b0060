import type { Broker } from 'kafkajs'
import { Fault } from '../fault.ts'

/** A request as kafkajs's connection sends it: how to write it, and how to read its answer. */
export type Protocol<T> = Readonly<{
  request: Readonly<{
    apiKey: number
    apiVersion: number
    apiName: string
    /** kafkajs's own encoder, as far as it is looked at. */
    encode(): Promise<Readonly<{ buf: Buffer; buffer: Buffer }>>
  }>
  response: Readonly<{
    /** `clientSideThrottleTime` (ms) is what kafkajs waits before the next request, if the broker asks for it. */
    decode(bytes: Buffer): Promise<T & Readonly<{ clientSideThrottleTime: number }>>
    parse(answer: T): Promise<T>
  }>
}>

/** What kafkajs's broker (2.2.4) holds besides what it declares. */
type Connected = Readonly<{
  connectionPool?: Readonly<{ send<T>(protocol: Protocol<T>): Promise<T>; pool?: readonly Receiver[] }>
}>

/** A connection of kafkajs, the side that takes what the socket received. */
export type Receiver = {
  processData?: (this: Receiver, bytes: Buffer) => void
  /** Received, and not used yet. */
  chunks?: Buffer[]
  bytesBuffered?: number
  /** Ends all that wait for an answer. */
  rejectRequests?: (this: Receiver, error: Error) => void
}

/** Sends a request of our own making over a broker's connection, with kafkajs's time-outs, log-in and throttling. */
export async function sendRequest<T>(broker: Broker, protocol: Protocol<T>): Promise<T> {
  const { connectionPool } = broker as Broker & Connected
  if (connectionPool === undefined) throw new Fault('log/client', 'This is not the kafkajs (2.2.4) we know.')
  for (const receiver of connectionPool.pool ?? []) receiveInPlace(receiver)
  try {
    return await connectionPool.send(protocol)
  } catch (error) {
    // As kafkajs does: a broker whose connection is gone must not count as connected.
    if (error instanceof Error && error.name === 'KafkaJSConnectionClosedError') await broker.disconnect()
    throw error
  }
}

const inPlace = new WeakSet<Receiver>()

/**
 * Spares kafkajs a copy of every answer. It puts each together with what is left of the one before, and where answers
 * come whole (`openSocket`) that is an empty buffer, but it makes two. A kafkajs that works otherwise is left alone.
 */
export function receiveInPlace(receiver: Receiver): void {
  const { processData } = receiver
  if (processData === undefined || inPlace.has(receiver)) return
  inPlace.add(receiver)
  receiver.processData = function (bytes) {
    if (this.bytesBuffered === 0) this.chunks = []
    processData.call(this, bytes)
  }
}

/** kafkajs sends fetches by a connection of their own, for they may wait at the broker. */
const FETCH_CONNECTION = 1

/** Waits for no fetch any more: kafkajs would, before it closes a connection. */
export function giveUpFetches(broker: Broker): void {
  const connection = (broker as Broker & Connected).connectionPool?.pool?.[FETCH_CONNECTION]
  connection?.rejectRequests?.(new Fault('log/closed', 'The consumer was stopped.'))
}

/** What kafkajs takes for an encoder: bytes that are ready. */
export function encoded(bytes: Buffer): Promise<Readonly<{ buf: Buffer; buffer: Buffer }>> {
  return Promise.resolve({ buf: bytes, buffer: bytes })
}
