import { randomBytes } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts, spawnTied } from '@perennial/runtime'
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
}>

/** What a broker of a few minutes needs: the optimising compiler alone took a sixth of all the CPU of a test run. */
const BRIEF = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']

/** A broker and controller in one process (KRaft) on free ports of the loopback interface. `address` is host:port. */
export async function startKafka(options: KafkaOptions): Promise<Server> {
  const { java, jars, folder } = options
  mkdirSync(folder, { recursive: true })
  const [port = 0, controllerPort = 0] = await freePorts(2)
  const data = join(folder, 'data')
  const settings = join(folder, 'server.properties')
  writeFileSync(settings, properties(port, controllerPort, data))
  if (!existsSync(data)) cpSync(formatted(java, jars), data, { recursive: true })

  const log = join(folder, 'kafka.log')
  const jvm = [`-Xmx${options.heapMb ?? 512}m`, ...(options.lasting === true ? [] : BRIEF)]
  const child = await spawnTied(java, [...jvm, '-cp', jars.kafka, LOGGING, 'kafka.Kafka', settings], {
    log,
    // The data is thrown away: an orderly shutdown would only take time.
    signal: 'SIGKILL',
  })
  await untilReady('Kafka', child, log, () => groupsReady('127.0.0.1', port))
  return { address: `127.0.0.1:${port}`, pid: child.pid, stop: () => child.stop() }
}

/** An empty, formatted data folder to copy: formatting costs a start of the JVM, so it is done once per machine. */
function formatted(java: string, jars: Jars): string {
  const template = join(jars.folder, 'formatted')
  if (existsSync(template)) return template
  const fresh = mkdtempSync(`${template}-`)
  const settings = join(fresh, 'server.properties')
  writeFileSync(settings, properties(9092, 9093, join(fresh, 'data')))
  const cluster = randomBytes(16).toString('base64url')
  const args = ['-cp', jars.kafka, LOGGING, 'kafka.tools.StorageTool', 'format', '-t', cluster, '-c', settings]
  const { status, stderr } = spawnSync(java, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`Kafka's data folder could not be formatted: ${stderr}`)
  if (!existsSync(template)) renameSync(join(fresh, 'data'), template)
  rmSync(fresh, { recursive: true })
  return template
}

function properties(port: number, controllerPort: number, data: string): string {
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
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
`
}
