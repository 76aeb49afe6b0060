import { randomBytes } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, spawnTied, type TiedChild } from '@perennial/runtime'
import type { Jars } from './jars.ts'
import { groupsReady } from './kafka-ready.ts'
import { type Server, untilReady } from './server.ts'

const LOGGING = `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'log4j2.properties')}`

export type KafkaOptions = Readonly<{
  java: string
  jars: Jars
  /** Holds the data, the settings and what the broker prints. */
  folder: string
  /** Heap in megabytes. */
  heapMb?: number
  /** It is to be measured, or to run for hours: then the optimising compiler earns what it costs. */
  lasting?: boolean
  /** Clients get in at `secureAddress` too, over TLS and by name and password. */
  secure?: SecureListener
  /** Ports of proxies, each of which gets a listener of its own: whoever connects there is told to come back through it. */
  doors?: readonly number[]
}>

export type SecureListener = Readonly<{
  certificate: string
  privateKey: string
  users: Readonly<Record<string, string>>
}>

export type Kafka = Server &
  Readonly<{
    secureAddress: string
    /** Where each of the doors has to lead, host:port. */
    behindDoors: readonly string[]
    /** kill -9. */
    crash(): Promise<void>
    /** Starts it again, on the same ports with the same data; resolves when groups work. */
    start(): Promise<void>
  }>

/** What a broker of a few minutes needs: the optimising compiler alone took a sixth of all the CPU of a test run. */
const BRIEF = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']

/** A broker and controller in one process (KRaft) on free ports of the loopback interface. `address` is host:port. */
export async function startKafka(options: KafkaOptions): Promise<Kafka> {
  const { java, jars, folder, secure, doors = [] } = options
  mkdirSync(folder, { recursive: true })
  const [port = 0, controllerPort = 0, securePort = 0, ...behind] = await freePorts(3 + doors.length)
  const data = join(folder, 'data')
  const settings = join(folder, 'server.properties')
  const listeners = doors.map((advertised, n) => ({ name: `DOOR${n}`, port: behind[n] ?? 0, advertised }))
  writeFileSync(settings, properties({ port, controllerPort, securePort, data, secure, listeners }), { mode: 0o600 })
  if (secure !== undefined) format(java, jars, settings, secure.users)
  else if (!existsSync(data)) cpSync(formatted(java, jars), data, { recursive: true })

  const log = join(folder, 'kafka.log')
  const jvm = [`-Xmx${options.heapMb ?? 512}m`, ...(options.lasting === true ? [] : BRIEF)]
  async function start(): Promise<TiedChild> {
    const started = await spawnTied(java, [...jvm, '-cp', jars.kafka, LOGGING, 'kafka.Kafka', settings], {
      log,
      // The data is thrown away: an orderly shutdown would only take time.
      signal: 'SIGKILL',
    })
    await untilReady('Kafka', started, log, () => groupsReady('127.0.0.1', port))
    return started
  }

  const at = (listener: number) => `127.0.0.1:${listener}`
  let child = await start()
  return {
    address: at(port),
    secureAddress: at(securePort),
    behindDoors: behind.map(at),
    get pid() {
      return child.pid
    },
    // What tells it to end is SIGKILL.
    crash: () => child.stop(),
    start: async () => void (child = await start()),
    stop: () => child.stop(),
  }
}

/** An empty, formatted data folder to copy: formatting costs a start of the JVM, so it is done once per machine. */
function formatted(java: string, jars: Jars): string {
  const template = join(jars.folder, 'formatted')
  if (existsSync(template)) return template
  const fresh = mkdtempSync(`${template}-`)
  const settings = join(fresh, 'server.properties')
  const ports = { port: 9092, controllerPort: 9093, securePort: 9094 }
  writeFileSync(settings, properties({ ...ports, data: join(fresh, 'data'), secure: undefined, listeners: [] }))
  format(java, jars, settings, {})
  if (!existsSync(template)) renameSync(join(fresh, 'data'), template)
  rmSync(fresh, { recursive: true })
  return template
}

function format(java: string, jars: Jars, settings: string, users: SecureListener['users']): void {
  const cluster = randomBytes(16).toString('base64url')
  const scram = Object.entries(users).flatMap(([name, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((kind) => ['-S', `${kind}=[name=${name},password=${password}]`]),
  )
  const args = [
    '-cp',
    jars.kafka,
    LOGGING,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    cluster,
    '-c',
    settings,
    ...scram,
  ]
  const { status, stderr } = spawnSync(java, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`Kafka's data folder could not be formatted: ${stderr}`)
}

type Listener = Readonly<{ name: string; port: number; advertised: number }>

type Settings = Readonly<{ port: number; controllerPort: number; securePort: number; data: string }> &
  Readonly<{ secure: SecureListener | undefined; listeners: readonly Listener[] }>

function properties({ port, controllerPort, securePort, data, secure, listeners }: Settings): string {
  const [also, protocol] = secure === undefined ? ['', ''] : [`,SECURE://127.0.0.1:${securePort}`, ',SECURE:SASL_SSL']
  const each = (text: (one: Listener) => string) => listeners.map((one) => `,${text(one)}`).join('')
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${also}${each((one) => `${one.name}://127.0.0.1:${one.port}`)}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}${also}${each((one) => `${one.name}://127.0.0.1:${one.advertised}`)}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT${protocol}${each(({ name }) => `${name}:PLAINTEXT`)}
controller.listener.names=CONTROLLER
log.dirs=${data}
# One node: internal topics cannot have more copies than there are brokers.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# The first member of a group need not wait for others.
group.initial.rebalance.delay.ms=0
# What is not declared in TOPICS must not come into being by a typo.
auto.create.topics.enable=false
# Fifteen seconds else: tests of compaction wait for it.
log.cleaner.backoff.ms=500
${secure === undefined ? '' : secureProperties(secure)}`
}

function secureProperties({ certificate, privateKey, users }: SecureListener): string {
  const oneLine = (pem: string) => pem.trim().replaceAll(/\r?\n/g, '\\n')
  const plain = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`)
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  return `
listener.name.secure.ssl.keystore.type=PEM
listener.name.secure.ssl.keystore.certificate.chain=${oneLine(certificate)}
listener.name.secure.ssl.keystore.key=${oneLine(privateKey)}
listener.name.secure.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required ${plain.join(' ')};
listener.name.secure.scram-sha-256.sasl.jaas.config=${scram}
listener.name.secure.scram-sha-512.sasl.jaas.config=${scram}
`
}
