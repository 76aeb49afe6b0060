import { DAY_MS } from '@perennial/member'
import { parseFiles } from '@perennial/playbooks'
import { fingerprint } from '@perennial/runtime'
import { NOON, type RowSample, sampleRisk } from '@perennial/testkit'
import { beforeEach, describe, expect, test } from 'vitest'
import { setUp, shipped, simplePlay } from './dispatch.fixture.ts'
import { dispatch, type DispatchDeps } from './dispatch.ts'

let it = setUp()
beforeEach(() => {
  it = setUp()
})

describe('a member who comes into the high band', () => {
  test('is cause for both plays: two entries, two events, two jobs', async () => {
    expect(await dispatch(it.deps, 0, [sampleRisk()])).toEqual({ applied: 1, deduplicated: 0 })
    expect(it.decisions()).toEqual(['at-risk-alert: send', 're-engagement-trigger: send'])
    for (const { parts } of it.deps.ledger.all()) expect(parts).toEqual({ silence: 1.4 })
    expect(it.published.map(({ id }) => id)).toEqual(it.deps.ledger.all().map(({ id }) => id))
    expect(it.deps.queue.jobs()).toHaveLength(2)
    expect(await it.deps.risks.count('high')).toBe(1)
  })

  test('leaves nothing about the person in the job', async () => {
    await dispatch(it.deps, 0, [sampleRisk()])
    expect(Object.keys(it.deps.queue.jobs()[0]!).toSorted()).toEqual([
      'expiresAt',
      'id',
      'interventionId',
      'memberId',
      'playbook',
      'riskVersion',
      'step',
    ])
  })

  test('has every gate on record, with what it was decided by', async () => {
    await dispatch(it.deps, 0, [sampleRisk()])
    const [entry] = it.deps.ledger.all()
    expect(entry).toMatchObject({
      policyVersion: shipped.version,
      riskVersion: 1,
      modelId: 'sample-model',
      termId: 't-2027-01-22',
    })
    expect(entry?.answers.map(({ gate }) => gate)).toContain('kill-switch')
  })
})

test('a record that is no cause costs no decision', async () => {
  await dispatch(it.deps, 0, [
    sampleRisk({ band: 'low', previousBand: null }),
    sampleRisk({ version: 2, band: 'high', previousBand: 'high' }),
    sampleRisk({ version: 3, band: 'medium', previousBand: 'high' }),
  ])
  expect(it.decisions()).toEqual([])
})

test.each<[string, RowSample | undefined, Partial<Parameters<typeof sampleRisk>[0]>, string]>([
  ['without consent', { consent: {} }, {}, 'no-consent'],
  ['who has a complaint open', { signals: { complaint_opened: NOON - 1 } }, {}, 'open-complaint'],
  ['who lapsed meanwhile', { status: 'lapsed' }, {}, 'member-status'],
  ['of whom nothing is known', undefined, {}, 'member-unknown'],
  ['back in the low band', { band: 1 }, {}, 'superseded'],
  ['in a replay', {}, { replay: true }, 'replay'],
  ['long ago', {}, { asOf: NOON - 8 * DAY_MS }, 'stale'],
])('a member %s is held, and the ledger says why', async (_, row, risk, reason) => {
  it.rows.set('M1', row)
  await dispatch(it.deps, 0, [sampleRisk({ ...risk, band: 'medium' })])
  expect(it.decisions()).toEqual([`re-engagement-trigger: ${reason}`])
  expect(it.deps.queue.jobs()).toEqual([])
  expect(it.published[0]).toMatchObject({ decision: 'hold', reason })
})

test('a second cause in the same term is held: one contact per cause', async () => {
  await dispatch(it.deps, 0, [
    sampleRisk({ version: 1, band: 'medium' }),
    sampleRisk({ version: 2, previousBand: 'medium' }),
  ])
  expect(it.decisions()).toEqual([
    're-engagement-trigger: send',
    'at-risk-alert: send',
    're-engagement-trigger: already-contacted',
  ])
})

test('the next term is a new cause', async () => {
  await dispatch(it.deps, 0, [sampleRisk({ band: 'medium' })])
  const later = NOON + 365 * DAY_MS
  it.clock.set(later)
  const term = { start: NOON + 60 * DAY_MS, end: NOON + 425 * DAY_MS }
  it.rows.set('M1', { term })
  await dispatch(it.deps, 0, [sampleRisk({ version: 9, band: 'medium', asOf: later, termEnd: term.end })])
  expect(it.decisions()).toEqual(['re-engagement-trigger: send', 're-engagement-trigger: send'])
  expect(new Set(it.deps.queue.jobs().map(({ id }) => id)).size).toBe(2)
})

test('at night the job waits for the morning where the member lives', async () => {
  it.clock.set(Date.UTC(2026, 10, 23, 22))
  await dispatch(it.deps, 0, [sampleRisk({ band: 'medium' })])
  expect(it.deps.ledger.all()[0]).toMatchObject({ decision: 'send', sendAt: Date.UTC(2026, 10, 24, 7) })
  expect(it.deps.queue.nextDue()).toBe(Date.UTC(2026, 10, 24, 7))
})

test('the kill switch holds one channel', async () => {
  await it.killSwitch.stop('channel:task')
  await dispatch(it.deps, 0, [sampleRisk()])
  expect(it.decisions()).toEqual(['at-risk-alert: kill-switch', 're-engagement-trigger: send'])
})

test('who was erased is decided about no more, and nothing takes a key', async () => {
  it.erased.add('M1')
  await dispatch(it.deps, 0, [sampleRisk()])
  expect(it.decisions()).toEqual(['at-risk-alert: erased', 're-engagement-trigger: erased'])
  expect(it.deps.queue.jobs()).toEqual([])
})

test('the kill switch holds one play, or all', async () => {
  await it.killSwitch.stop('re-engagement-trigger')
  await dispatch(it.deps, 0, [sampleRisk()])
  await it.killSwitch.stop('*')
  await dispatch(it.deps, 0, [sampleRisk({ memberId: 'M2' })])
  expect(it.decisions().slice(0, 2)).toEqual(['at-risk-alert: send', 're-engagement-trigger: kill-switch'])
  expect(it.deps.queue.jobs()).toHaveLength(1)
})

test('of two plays at once the weightier gets the last place under the cap, whichever is named first', async () => {
  it = setUp(parseFiles([simplePlay('a', 'priority: 10\n'), simplePlay('b', 'priority: 11\n')], fingerprint).plays)
  await dispatch(it.deps, 0, [sampleRisk()])
  expect(it.decisions()).toEqual(['a: cap', 'b: send'])
})

test('two plays at once share the cap: the second is held by the store, and its gate says so', async () => {
  it = setUp(parseFiles([simplePlay('a'), simplePlay('b')], fingerprint).plays)
  await dispatch(it.deps, 0, [sampleRisk()])
  expect(it.decisions()).toEqual(['a: send', 'b: cap'])
  expect(it.deps.ledger.all()[1]?.answers.find(({ gate }) => gate === 'cap')).toMatchObject({ answer: 'hold' })
})

describe('delivered again', () => {
  test('a record is recognised by its version, and changes nothing', async () => {
    await dispatch(it.deps, 0, [sampleRisk()])
    expect(await dispatch(it.deps, 0, [sampleRisk()])).toEqual({ applied: 0, deduplicated: 1 })
    expect(it.deps.ledger.all()).toHaveLength(2)
    expect(it.decided).toHaveLength(2)
  })

  const steps = ['ledger.record', 'publish', 'queue.add', 'risks.upsert'] as const
  test.each(steps)('after a crash at %s: the same entries and the same jobs, once', async (step) => {
    const { deps, restore } = crashingAt(it.deps, step)
    await expect(dispatch(deps, 0, [sampleRisk()])).rejects.toThrow('crash')
    restore()
    await dispatch(it.deps, 0, [sampleRisk()])
    expect(it.decisions()).toEqual(['at-risk-alert: send', 're-engagement-trigger: send'])
    expect(it.deps.queue.jobs()).toHaveLength(2)
    expect(new Set(it.published.map(({ id }) => id)).size).toBe(2)
  })

  test('a key taken before a crash is let go when the decision is to hold by now', async () => {
    const { deps, restore } = crashingAt(it.deps, 'ledger.record')
    await expect(dispatch(deps, 0, [sampleRisk({ band: 'medium' })])).rejects.toThrow('crash')
    restore()
    await it.killSwitch.stop('*')
    await dispatch(it.deps, 0, [sampleRisk({ band: 'medium' })])
    expect(it.decisions()).toEqual(['re-engagement-trigger: kill-switch'])
    await it.killSwitch.resume('*')
    await dispatch(it.deps, 0, [sampleRisk({ version: 2, previousBand: 'medium' })])
    expect(it.decisions().at(-1)).toBe('re-engagement-trigger: send')
  })
})

test('what a member may still do is worked through in order, whatever the partition mixes', async () => {
  const risks = Array.from({ length: 50 }, (_, n) =>
    sampleRisk({ memberId: `M${n % 10}`, version: 1 + Math.floor(n / 10) }),
  )
  for (let n = 0; n < 10; n++) it.rows.set(`M${n}`, {})
  await dispatch(it.deps, 0, risks)
  expect(it.deps.queue.jobs()).toHaveLength(20)
  expect(it.deps.ledger.all()).toHaveLength(100)
})

type Deps = ReturnType<typeof setUp>['deps']

/** The same dependencies, but one of their calls does not come back. */
function crashingAt(deps: Deps, step: 'ledger.record' | 'publish' | 'queue.add' | 'risks.upsert') {
  let crashed = true
  const crash = async () => {
    if (crashed) throw new Error('crash')
  }
  const [part, method] = step.split('.')
  const changed: DispatchDeps =
    part === 'publish'
      ? { ...deps, publish: crash }
      : { ...deps, [part!]: { ...deps[part as 'ledger' | 'queue' | 'risks'], [method!]: crash } }
  return { deps: changed, restore: () => void (crashed = false) }
}

describe('a Redis that may have lost who was contacted', () => {
  test('is asked about before anything is decided, and only then', async () => {
    await dispatch(it.deps, 0, [sampleRisk({ band: 'low' })])
    expect(it.deps.recall.ensured()).toBe(0)
    await dispatch(it.deps, 0, [sampleRisk({ version: 2 })])
    expect(it.deps.recall.ensured()).toBe(1)
  })

  test('in the middle of it: nothing is written, the keys come free, and the records come again', async () => {
    it.deps.recall.answers.push(false)
    await expect(dispatch(it.deps, 0, [sampleRisk()])).rejects.toThrow('Redis was away')
    expect(it.decisions()).toEqual([])
    expect(it.published).toEqual([])
    expect(await it.deps.queue.counts()).toMatchObject({ waiting: 0, delayed: 0 })
    await dispatch(it.deps, 0, [sampleRisk()])
    expect(it.decisions()).toEqual(['at-risk-alert: send', 're-engagement-trigger: send'])
  })
})
