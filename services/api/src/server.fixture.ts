import {
  BUILT_IN,
  DAY_MS,
  type Fact,
  foldFact,
  idHash,
  memberKey,
  newRows,
  type Rows,
  type SignalName,
  signalId,
} from '@perennial/member'
import { DEFAULT_POLICY, NO_GOALS } from '@perennial/playbooks'
import { createScorer, starterModel } from '@perennial/risk'
import { type Bearer, createMetrics, createSourceWriter, type ErasureReceipt, Fault } from '@perennial/runtime'
import { createCodec, type SourceName, SOURCE_NAMES, STREAMS, topicOf } from '@perennial/streams'
import {
  createMemoryLog,
  memoryAlerts,
  memoryLedger,
  memoryRiskProjection,
  MemorySchemaStore,
  NOON,
  quietLogger,
  settableClock,
} from '@perennial/testkit'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Access } from './access.ts'
import { createRateLimit } from './limits.ts'
import { createServer, type ServerDeps } from './server.ts'

/** The API on memory, at Monday 2026-11-23, noon UTC. */
export async function testApi(changes: Partial<ServerDeps> = {}) {
  const clock = settableClock(NOON)
  const log = createMemoryLog(clock, { topics: Object.fromEntries(SOURCE_NAMES.map((name) => [topicOf(name), 4])) })
  const schemas = new MemorySchemaStore()
  const rows = new Map<string, Rows>()
  const readMany = async (ids: readonly string[]) => ids.map((id) => rows.get(id))
  const metrics = createMetrics()
  const deps: ServerDeps = {
    risks: memoryRiskProjection(),
    alerts: memoryAlerts(),
    ledger: memoryLedger(),
    plays: { playbooks: [], policy: DEFAULT_POLICY, version: 'none' },
    reports: {
      read: async () => ({ asOf: NOON, members: 0, effects: { ranked: [], together: undefined }, goals: [] }),
    },
    goals: NO_GOALS,
    members: { readMany, read: async (id) => (await readMany([id]))[0] },
    scorer: createScorer(starterModel()),
    writer: await createSourceWriter({ log, schemas }),
    clock,
    newId: () => 'made-here',
    vocabulary: BUILT_IN,
    access: accessFor(MASTER),
    erasures: {
      request: async () => RECEIPT,
      get: async (id) => (id === RECEIPT.id ? RECEIPT : undefined),
      all: async () => [RECEIPT],
    },
    unsubscribeKeys: undefined,
    logger: quietLogger(),
    metrics,
    notReady: () => undefined,
    status: () => ({}),
    ...changes,
  }
  return { ...deps, app: withToken(createServer(deps)), log, schemas, rows, clock }
}

/** The token that the requests of tests carry, unless they bring their own authorization. */
export const MASTER = 'a-token-of-sixteen-characters'

/** Of an erasure that is under way. */
const RECEIPT: ErasureReceipt = {
  id: 'keyed-hash',
  state: 'running',
  requestedAt: NOON,
  by: 'test',
  step: 'fold',
  subjects: 1,
  cleared: [],
  rests: [],
  request: 'sealed',
}

/** `kept`: what else there is beside the one that is good for everything, by secret. */
export function accessFor(
  master: string | undefined,
  kept: Readonly<Record<string, Bearer>> = {},
  perSecond = 0,
): Access {
  const limit = () => createRateLimit(perSecond, () => NOON)
  return {
    master,
    tokens: { bearerOf: async (secret) => kept[secret] },
    now: () => NOON,
    limits: { requests: limit(), failures: limit() },
  }
}

function withToken(app: FastifyInstance): FastifyInstance {
  const inject = app.inject.bind(app)
  const given = (options: InjectOptions | string): InjectOptions => {
    const asked = typeof options === 'string' ? { url: options } : options
    return { ...asked, headers: { authorization: `Bearer ${MASTER}`, ...asked.headers } }
  }
  return Object.assign(app, { inject: (options: InjectOptions | string) => inject(given(options)) })
}

export type TestApi = Awaited<ReturnType<typeof testApi>>

/** What stands in a stream's topic, read back. */
export async function stored<N extends SourceName>({ log, schemas }: TestApi, name: N) {
  const known = new Map<number, string | undefined>()
  for (let id = 1; id <= SOURCE_NAMES.length; id += 1) known.set(id, await schemas.schemaById(id))
  const codec = createCodec((id) => known.get(id))
  return log.all(STREAMS[name].topic).map(({ key, value }) => {
    const decoded = codec.decode(name, value ?? Buffer.alloc(0))
    if (decoded.kind !== 'ok') throw new Error('A record that cannot be read was stored.')
    return { key: key?.toString(), record: decoded.record }
  })
}

/** A member of two years whose term ends in 40 days and who was last seen 100 days ago. */
export function silentMember(
  memberId: string,
  { dues = 200, status = 'active' }: Partial<{ dues: number; status: 'active' | 'lapsed' }> = {},
): Rows {
  const rows = newRows(1)
  const common = { subject: memberKey(memberId), source: { stream: 1, partition: 0, offset: 0, index: 0 } }
  const ids = (id: string) => ({ idHi: idHash(id).hi, idLo: idHash(id).lo })
  const did = (id: string, name: SignalName, daysAgo: number): Fact => ({
    ...common,
    ...ids(id),
    kind: 'activity',
    signal: signalId(name),
    amount: 1,
    trust: 1,
    at: NOON - daysAgo * DAY_MS,
  })
  const term = { start: NOON - 325 * DAY_MS, end: NOON + 40 * DAY_MS }
  const profile = { tier: 'individual', chapter: 'Berlin', timeZone: 'Europe/Berlin', consent: { marketing: true } }
  const change = { status, joinedAt: NOON - 700 * DAY_MS, term, dues, autoRenew: false, ...profile }
  foldFact(rows, 0, { ...common, ...ids('joined'), kind: 'membership', at: NOON - 325 * DAY_MS, change })
  foldFact(rows, 0, did('visit', 'web_visit', 100))
  foldFact(rows, 0, did('event', 'event_attended', 150))
  return rows
}

export function outage(): Fault {
  return new Fault('kafka/unreachable', 'No broker answers.', { retriable: true })
}
