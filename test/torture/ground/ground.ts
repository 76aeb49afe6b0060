import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from '@perennial/runtime'
import { type MailServer, startMailServer } from '@perennial/channels/testing'
import { Deployment, type ServiceName } from '../../e2e/harness/deployment.ts'
import { createForwarder, type Forwarder } from '../../e2e/harness/forwarder.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../e2e/harness/webhook-receiver.ts'
import { fetchJars } from '../../servers/jars.ts'
import { findJava } from '../../servers/java.ts'
import { type Kafka, startKafka } from '../../servers/kafka.ts'
import { startRegistry } from '../../servers/registry.ts'
import { writePlays } from '../../year/plays.ts'
import { type Change, type Crew, createCrew, type Hand } from './crew.ts'
import { createRegistryDoor, type RegistryDoor } from './registry-door.ts'
import { startStores, type Stores } from './stores.ts'

/** Everything a campaign takes place on, and may break: all of it is its own. */
export type Ground = Readonly<{
  /** The harness's own way in, which no fault touches but those of the servers themselves. */
  deployment: Deployment
  kafka: Kafka
  stores: Stores
  registry: RegistryDoor
  /** The way to that door. */
  registryLine: Forwarder
  receiver: WebhookReceiver
  webhook: Forwarder
  mail: MailServer
  smtp: Forwarder
  crew: Crew
  /** A process more, for as long as it takes. */
  enlist(service: ServiceName): Promise<Hand | undefined>
  close(): Promise<void>
}>

export type GroundOptions = Readonly<{
  /** How many processes of each service. */
  crew: Readonly<Partial<Record<ServiceName, number>>>
  /** Makes mutants of the services. */
  changes?: readonly Change[]
  /** Keeps the folder of the servers and what the services said. */
  keep?: boolean
  report(line: string): void
}>

/** Doors kept free for processes that join later. */
const SPARE_DOORS = 2

export async function openGround({ crew: sizes, changes = [], keep = false, report }: GroundOptions): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-torture-'))
  const names = Object.entries(sizes).flatMap(([service, count]) =>
    Array.from({ length: count }, (_, n) => ({ service: service as ServiceName, name: `${service}-${n + 1}` })),
  )
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
    if (keep) report(`Kept: ${folder}`)
    else rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  const door = async (target?: string): Promise<Forwarder> => {
    const opened = await createForwarder(target)
    await opened.open()
    closers.push(() => opened.close())
    return opened
  }

  try {
    const brokerDoors = await doorsOf(names.length + SPARE_DOORS, door)
    const redisDoors = await doorsOf(names.length + SPARE_DOORS, door)
    const own = await door()
    const [kafka, registryServer, stores] = await startAll(folder, brokerDoors, report)
    closers.push(
      () => kafka.stop(),
      () => registryServer.stop(),
      () => stores.stop(),
    )
    stores.behind([...redisDoors, own])
    const registry = await createRegistryDoor(registryServer.address)
    closers.push(() => registry.close())
    const registryLine = await door(new URL(registry.url).host)

    const receiver = await startWebhookReceiver()
    closers.push(() => receiver.close())
    const mail = await startMailServer()
    closers.push(() => mail.close())
    const webhook = await door(new URL(receiver.env['WEBHOOK_URL'] ?? '').host)
    const smtp = await door(`127.0.0.1:${mail.port}`)

    const plays = join(folder, 'plays')
    writePlays(plays)
    const deployment = await Deployment.create({
      kafka: { brokers: [kafka.address], registryUrl: registryServer.address },
      redisUrl: `redis://${own.address}`,
      env: {
        ...receiver.env,
        ...mailEnv(smtp),
        WEBHOOK_URL: `http://${webhook.address}/hooks`,
        WEBHOOK_TIMEOUT: '2',
        PERENNIAL_PLAYBOOKS: plays,
        PERENNIAL_TEMPLATES: plays,
      },
    })
    closers.push(() => deployment.end())
    const throughLine = registry.url.replace(new URL(registry.url).host, registryLine.address)
    const crew = createCrew({ folder, env: { ...deployment.env, SCHEMA_REGISTRY_URL: throughLine }, changes, keep })
    closers.push(() => crew.close())
    const spare = Array.from({ length: SPARE_DOORS }, (_, n) => names.length + n)
    const at = (n: number) => ({ broker: brokerDoors[n] as Forwarder, redis: redisDoors[n] as Forwarder })
    await Promise.all(names.map((one, n) => crew.join({ ...one, ...at(n) })))

    return {
      deployment,
      kafka,
      stores,
      registry,
      registryLine,
      receiver,
      webhook,
      mail,
      smtp,
      crew,
      close,
      async enlist(service) {
        const n = spare.pop()
        if (n === undefined) return undefined
        const hand = await crew.join({ name: `${service}-more-${n}`, service, ...at(n) })
        return {
          ...hand,
          async leave() {
            await hand.leave()
            spare.push(n)
          },
        }
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

function doorsOf(count: number, door: () => Promise<Forwarder>): Promise<Forwarder[]> {
  return Promise.all(Array.from({ length: count }, () => door()))
}

async function startAll(folder: string, doors: readonly Forwarder[], report: (line: string) => void) {
  const java = findJava(process.env)
  if (java === undefined) throw new Error('A campaign needs Java 17 or later for the broker: set JAVA_HOME.')
  const jars = await fetchJars(cacheFolder(process.env), process.env, report)
  const kafka = startKafka({ java, jars, folder: join(folder, 'kafka'), doors: doors.map(({ port }) => port) })
  const started = await Promise.all([kafka, startRegistry(java, jars, join(folder, 'registry')), startStores()])
  for (const [n, door] of doors.entries()) door.lead(started[0].behindDoors[n] ?? '')
  return started
}

function mailEnv(smtp: Forwarder): Record<string, string> {
  return {
    SMTP_URL: `smtp://${smtp.address}`,
    SMTP_TIMEOUT: '3',
    EMAIL_PER_SECOND: '0',
    EMAIL_FROM: 'Sample Guild <hello@guild.example>',
    EMAIL_LINKS: ['renew', 'events', 'payment', 'home']
      .map((name) => `${name}=https://guild.example/${name}`)
      .join(','),
    PUBLIC_URL: 'https://members.guild.example',
    UNSUBSCRIBE_KEY: 'u'.repeat(32),
    CONTACT_KEY: 'c'.repeat(64),
  }
}
