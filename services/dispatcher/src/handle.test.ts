import { DAY_MS } from '@perennial/member'
import {
  createDecoder,
  killSwitchState,
  NO_ERASURES,
  nobodyErased,
  createMetrics,
  type LedgerEntry,
  type LogRecord,
  type Outgoing,
} from '@perennial/runtime'
import { encodeRecord, type MemberRiskV1, REPLAY_BY_MODEL, REPLAY_CAUSE_HEADER, SCHEMAS } from '@perennial/streams'
import {
  memoryAgenda,
  memoryContacts,
  memoryHeldAlerts,
  memoryJobQueue,
  memoryLedger,
  memoryQuotas,
  memoryRiskProjection,
  NOON,
  quietLogger,
  sampleRisk,
  sampleRow,
  scriptedRecall,
  settableClock,
} from '@perennial/testkit'
import { expect, test } from 'vitest'
import { readDispatcherConfig } from './config.ts'
import { type HandleDeps, handleBatch } from './handle.ts'
import { readPlays } from '@perennial/deployment'
import { createTelemetry } from './telemetry.ts'

const TP = { topic: 'member-risk.v1', partition: 0 }

function setUp(schemaById: (id: number) => Promise<string | undefined> = async () => SCHEMAS['member-risk']) {
  const clock = settableClock(NOON)
  const metrics = createMetrics()
  const telemetry = createTelemetry(metrics, quietLogger(), { clock, agenda: memoryAgenda() })
  const ledger = memoryLedger()
  const risks = memoryRiskProjection()
  const agenda = memoryAgenda()
  const committed: number[] = []
  const dead: Outgoing[] = []
  let failure: Error | undefined
  const deps: HandleDeps = {
    plays: readPlays(readDispatcherConfig({}).playbooks),
    clock,
    ledger,
    contacts: memoryContacts(),
    quotas: memoryQuotas(),
    heldAlerts: memoryHeldAlerts(),
    risks,
    queue: memoryJobQueue(clock, { keepMs: 30 * DAY_MS }),
    kill: async () => killSwitchState([]),
    erased: nobodyErased,
    erasures: { ...NO_ERASURES, barOf: (subject: string) => (subject === 'm:gone' ? Infinity : 0) },
    members: { readMany: async (ids) => ids.map(() => sampleRow()) },
    scorer: { lapseRisk: () => 0.5, nextBand: (band) => band, riskAbove: () => undefined },
    publish: async () => undefined,
    decided: (entry: LedgerEntry, asOf: number) => telemetry.decided(entry, asOf),
    decode: createDecoder({ register: async () => 1, schemaById }, 'member-risk'),
    recall: scriptedRecall(),
    agenda,
    async putAside(letters) {
      if (failure !== undefined) throw failure
      dead.push(...letters)
    },
    telemetry,
  }
  let stopping = false
  const handle = (records: readonly LogRecord[]) =>
    handleBatch(
      deps,
      { tp: TP, records, endOffset: records.length, heartbeat: async () => undefined, stopping: () => stopping },
      { commit: async (_tp, next) => void committed.push(next) },
    )
  const fail = (error: Error | undefined) => void (failure = error)
  return {
    handle,
    ledger,
    risks,
    agenda,
    committed,
    dead,
    fail,
    metrics,
    telemetry,
    clock,
    stop: () => void (stopping = true),
  }
}

function record(offset: number, value: Buffer | null, headers?: LogRecord['headers'], key = 'M1'): LogRecord {
  return { offset, key: Buffer.from(key), value, headers, timestamp: NOON }
}

const risk = (changes: Partial<MemberRiskV1> = {}) => encodeRecord('member-risk', sampleRisk(changes), 7)

test('a batch is worked through, and the position moves behind it', async () => {
  const { handle, ledger, committed } = setUp()
  await handle([record(40, risk()), record(41, risk({ memberId: 'M2' }))])
  expect(ledger.all()).toHaveLength(4)
  expect(committed).toEqual([42])
})

test('what is replayed or comes of a change of model makes no job; what happens afterwards does', async () => {
  const { handle, ledger, metrics } = setUp()
  const headers = { [REPLAY_CAUSE_HEADER]: Buffer.from(REPLAY_BY_MODEL), ce_id: Buffer.from('M1.1') }
  const lost = risk({ memberId: 'M2', replay: true })
  await handle([record(0, risk({ memberId: 'M1', version: 1, replay: true }), headers), record(1, lost)])
  expect(new Set(ledger.all().map(({ decision, reason }) => `${decision} ${reason}`))).toEqual(new Set(['hold replay']))
  await handle([record(2, risk({ memberId: 'M1', version: 2 }))])
  expect(await metrics.metrics()).toContain('decisions_total{playbook="at-risk-alert",decision="send"} 1')
})

test('the position moves chunk by chunk', async () => {
  const { handle, committed } = setUp()
  const low = risk({ band: 'low' })
  await handle(Array.from({ length: 2_500 }, (_, offset) => record(offset, low)))
  expect(committed).toEqual([1_000, 2_000, 2_500])
})

test('a batch is left alone once the service stops', async () => {
  const { handle, committed, stop } = setUp()
  stop()
  await handle([record(0, risk())])
  expect(committed).toEqual([])
})

test('records that say nothing are counted, and hold nothing up; the counts balance', async () => {
  const { handle, ledger, committed, metrics } = setUp()
  await handle([
    record(0, null),
    record(1, Buffer.from('not in the wire format')),
    record(2, risk().subarray(0, 20)),
    record(3, risk()),
    record(4, risk()),
  ])
  expect(committed.at(-1)).toBe(5)
  expect(ledger.all()).toHaveLength(2)
  const text = await metrics.metrics()
  expect(text).toContain('perennial_dispatcher_in_total 5')
  expect(text).toContain('perennial_dispatcher_applied_total 1')
  expect(text).toContain('perennial_dispatcher_deduplicated_total 1')
  expect(text).toContain('perennial_dispatcher_dropped_total{reason="tombstone"} 1')
  expect(text).toContain('perennial_dispatcher_dropped_total{reason="undecodable"} 2')
  expect(text).toContain('perennial_dispatcher_decisions_total{playbook="at-risk-alert",decision="send"} 1')
})

test('a record that cannot be read is set aside as it was, with why and whence, before the position moves', async () => {
  const { handle, dead, committed, fail } = setUp()
  const value = risk().subarray(0, 20)
  fail(new Error('no room'))
  await expect(handle([record(40, risk()), record(41, value, { ce_id: 'M1.1' })])).rejects.toThrow('no room')
  expect(committed).toEqual([])
  fail(undefined)
  await handle([record(40, risk()), record(41, value, { ce_id: 'M1.1' }), record(42, null)])
  expect(dead).toMatchObject([
    {
      partition: 0,
      key: Buffer.from('M1'),
      value,
      headers: {
        ce_id: 'M1.1',
        'perennial.errors.topic': 'member-risk.v1',
        'perennial.errors.partition': '0',
        'perennial.errors.offset': '41',
        'perennial.errors.stage': 'decode',
        'perennial.errors.violation.type': 'Datatype-Mismatch',
      },
    },
  ])
})

test('what waits is told in records, and in seconds of event time while any do', async () => {
  const { handle, metrics, telemetry, clock } = setUp()
  let owned = [
    { partition: 0, records: 7 },
    // Nothing worked through yet: its age is not known.
    { partition: 1, records: 2 },
  ]
  telemetry.watchLag(() => owned)
  await handle([record(0, risk({ asOf: NOON - 1_000 })), record(1, risk({ asOf: NOON - 60_000, memberId: 'M2' }))])
  clock.set(NOON + 4_000)
  const waiting = await metrics.metrics()
  expect(waiting).toContain('perennial_dispatcher_lag_records{partition="0"} 7')
  expect(waiting).toContain('perennial_dispatcher_lag_seconds{partition="0"} 5')
  expect(waiting).toContain('perennial_dispatcher_lag_records{partition="1"} 2')
  expect(waiting).toContain('perennial_dispatcher_lag_seconds{partition="1"} 0')
  // All read, and a partition that has gone to somebody else.
  owned = [{ partition: 0, records: 0 }]
  const idle = await metrics.metrics()
  expect(idle).toContain('perennial_dispatcher_lag_seconds{partition="0"} 0')
  expect(idle).not.toContain('perennial_dispatcher_lag_records{partition="1"}')
})

test('a schema the registry does not know yet is no fault of the record: nothing moves', async () => {
  let known = false
  const { handle, ledger, committed } = setUp(async () => (known ? SCHEMAS['member-risk'] : undefined))
  await expect(handle([record(0, risk())])).rejects.toThrow('does not know schema 7')
  expect(committed).toEqual([])
  known = true
  await handle([record(0, risk())])
  expect(ledger.all()).toHaveLength(2)
})

test('a registry that is out makes the batch come again', async () => {
  const { handle, committed } = setUp(async () => Promise.reject(new Error('registry is down')))
  await expect(handle([record(0, risk())])).rejects.toThrow('registry is down')
  expect(committed).toEqual([])
})

test('a risk that is withdrawn leaves the list: who objects is still looked at, who is erased is not', async () => {
  const { handle, risks, agenda } = setUp()
  const told = (memberId: string, version: number) => risk({ memberId, version, band: 'high' })
  await handle([record(0, told('kept', 1)), record(1, told('gone', 1))])
  await agenda.rearm(0, [{ memberId: 'kept', at: NOON, next: undefined }])
  await handle([record(2, null, undefined, 'kept'), record(3, null, undefined, 'gone')])
  expect(await risks.count('high')).toBe(0)
  expect(await agenda.due(0, NOON, 9)).toEqual([{ memberId: 'kept', at: NOON }])
})

test('what is told of a member behind a withdrawal is new', async () => {
  const { handle, risks } = setUp()
  await handle([record(0, risk({ version: 7 })), record(1, null), record(2, risk({ version: 1 }))])
  expect((await risks.get('M1'))?.version).toBe(1)
})
