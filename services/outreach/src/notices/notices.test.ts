import { DAY_MS, HOUR_MS, MINUTE_MS } from '@perennial/member'
import type { NoticeJob } from '@perennial/runtime'
import { memoryJobQueue, NOON, WorkerDied } from '@perennial/testkit'
import { beforeEach, describe, expect, test } from 'vitest'
import { OWNERS, ownersOf, STAKES, world } from './notices.fixture.ts'
import { runNotice } from './run-notice.ts'
import { dueDigests } from './schedule.ts'

let it = world()
beforeEach(() => (it = world()))

describe('a digest', () => {
  test('comes once a day, tells of the day’s alerts with most at stake first, and only once', async () => {
    await it.goesBy(0)
    await it.opens({ id: 'o-1', memberId: 'M1' })
    await it.opens({ id: 'o-2', memberId: 'M2' })
    await it.opens({ id: 'o-3', memberId: 'M3', owner: 'chapters' })
    await it.goesBy(20 * HOUR_MS)
    await it.goesBy(MINUTE_MS)
    expect(it.subjects()).toEqual(['2 alerts for membership-ops, 400 at stake'])
    const [{ message, to } = { message: undefined, to: '' }] = it.told
    expect(to).toBeUndefined()
    expect(message?.text).toMatch(/M2 \(80 %, 300 at stake, act before 2026-11-30\) win-back: why M2\n- M1/)
    expect(message?.html).toContain('<strong>M2</strong>')
    await it.goesBy(HOUR_MS)
    await it.goesBy(DAY_MS)
    expect(it.told).toHaveLength(1)
  })

  test('of a week comes on its day', async () => {
    await it.goesBy(0)
    await it.opens({ id: 'o-3', memberId: 'M3', owner: 'chapters' })
    for (let day = 1; day <= 6; day++) await it.goesBy(DAY_MS)
    expect(it.told).toEqual([])
    await it.goesBy(DAY_MS)
    expect(it.subjects()).toEqual(['1 alert for chapters, 200 at stake'])
  })

  test('does not come where there is nothing to tell', async () => {
    await it.goesBy(DAY_MS)
    expect(it.told).toEqual([])
    expect(it.counted).toContain('alert-digest log nothing')
  })

  test('tells what the alert budget held back', async () => {
    const held = (interventionId: string, memberId: string, owner = 'membership-ops') => {
      const valueAtRisk = STAKES[memberId] ?? 0
      return { interventionId, memberId, playbook: 'win-back', step: 'call', owner, valueAtRisk, heldAt: NOON + 1 }
    }
    await it.heldAlerts.add([held('i-1', 'M1'), held('i-2', 'M4'), held('i-3', 'M2', 'events'), held('i-4', 'M1')])
    await it.goesBy(21 * HOUR_MS)
    expect(it.subjects()).toEqual(['No new alerts for membership-ops, 350 at stake'])
    expect(it.told[0]?.message.text).toMatch(/Held back by the alert budget\n\n- M4 [^\n]*\n- M1 [^\n]*\n\n/)
  })

  test('waits while facts wait to be folded, but no longer than an hour', async () => {
    await it.goesBy(0)
    await it.opens({ id: 'o-1', memberId: 'M1' })
    it.waiting.facts = true
    await it.goesBy(20 * HOUR_MS + MINUTE_MS)
    await it.goesBy(MINUTE_MS)
    expect(it.told).toEqual([])
    it.waiting.facts = false
    await it.goesBy(MINUTE_MS)
    expect(it.told).toHaveLength(1)
    await it.opens({ id: 'o-2', memberId: 'M2' })
    it.waiting.facts = true
    await it.goesBy(DAY_MS)
    await it.goesBy(HOUR_MS)
    expect(it.told).toHaveLength(2)
  })

  test('leaves out what a colleague has seen to', async () => {
    await it.opens({ id: 'o-1', memberId: 'M1' })
    await it.alerts.change('o-1', { kind: 'close', outcome: 'spoke', note: 'her son called', by: 'kim', at: NOON })
    await it.goesBy(21 * HOUR_MS)
    expect(it.told).toEqual([])
  })

  test('that was never sent is told of by the next one', async () => {
    await it.goesBy(0)
    await it.opens({ id: 'o-1', memberId: 'M1' })
    it.answers.push({ kind: 'failed', reason: 'the room is gone' })
    await it.goesBy(21 * HOUR_MS)
    await it.opens({ id: 'o-2', memberId: 'M2' })
    await it.goesBy(DAY_MS)
    expect(it.subjects()).toEqual(['2 alerts for membership-ops, 400 at stake'])
    expect(it.counted).toContain('alert-digest log failed')
  })

  test('that is tried again late is left out once the next one has told of it', async () => {
    await it.goesBy(0)
    await it.opens({ id: 'o-1', memberId: 'M1' })
    it.answers.push({ kind: 'retry', reason: 'busy', afterMs: 2 * DAY_MS })
    await it.goesBy(21 * HOUR_MS)
    await it.goesBy(DAY_MS)
    await it.goesBy(2 * DAY_MS)
    expect(it.subjects()).toEqual(['1 alert for membership-ops, 100 at stake'])
  })
})

test('a role is told of its week, once, whatever there is to tell', async () => {
  const weekly = ownersOf('digests: [{ role: leadership, through: log, on: monday }]\n')
  const deps = { ...it, owners: weekly }
  const queue = memoryJobQueue<NoticeJob>(it.clock, { keepMs: DAY_MS })
  await queue.work({ concurrency: 1, handle: (run) => runNotice(deps, run), abandoned: async () => undefined })
  for (let hour = 0; hour < 15 * 24; hour += 6) {
    await queue.add(dueDigests(weekly, it.clock.now()).map((job) => ({ job, notBefore: it.clock.now() })))
    await queue.runDue()
    it.clock.advance(6 * HOUR_MS)
  }
  expect(it.told.map(({ kind, message }) => [kind, message.subject])).toEqual(
    Array.from({ length: 3 }, () => ['role-digest', 'leadership, 7 days']),
  )
})

describe('a process that dies', () => {
  test('after a digest has arrived sends the same one again, under the same id, and then never', async () => {
    await it.goesBy(0)
    await it.opens({ id: 'o-1', memberId: 'M1' })
    it.answers.push('die')
    await expect(it.goesBy(21 * HOUR_MS)).rejects.toThrow(WorkerDied)
    await it.goesBy(MINUTE_MS)
    await it.goesBy(HOUR_MS)
    expect(it.told).toHaveLength(2)
    expect(new Set(it.told.map(({ id }) => id)).size).toBe(1)
  })

  test('and a queue that has forgotten its jobs does not tell of a period a second time', async () => {
    await it.opens({ id: 'o-1', memberId: 'M1' })
    await it.goesBy(21 * HOUR_MS)
    expect(it.told).toHaveLength(1)
    const forgetful = memoryJobQueue<NoticeJob>(it.clock, { keepMs: DAY_MS })
    await forgetful.work({ concurrency: 1, handle: (run) => runNotice(it, run), abandoned: async () => undefined })
    await forgetful.add(dueDigests(OWNERS, it.clock.now()).map((job) => ({ job, notBefore: NOON })))
    expect(await forgetful.runDue()).toBe(2)
    expect(it.told).toHaveLength(1)
  })
})

describe('at once', () => {
  test('an alert is told when it is opened, once, though its job runs twice', async () => {
    await it.opens({ id: 'o-1', memberId: 'M1', owner: 'events' })
    await it.opens({ id: 'o-1', memberId: 'M1', owner: 'events' })
    await it.queue.runDue()
    expect(it.subjects()).toEqual(['Member M1 is in the high band (80 %, 100 at stake)'])
    expect(it.told[0]?.message.text).toContain('- why M1')
  })

  test('one that is over before it could be told is not told', async () => {
    await it.opens({ id: 'o-1', memberId: 'M1', owner: 'events' })
    await it.alerts.recovered('M1', { at: NOON, by: 'i-9' })
    await it.queue.runDue()
    expect(it.told).toEqual([])
  })

  test('nothing goes out while everything, or the channel, is stopped, and it goes out afterwards', async () => {
    await it.opens({ id: 'o-1', memberId: 'M1', owner: 'events' })
    for (const name of ['*', 'channel:slack']) {
      it.stopped.add(name)
      await it.queue.runDue()
      it.clock.advance(11 * MINUTE_MS)
      await it.queue.runDue()
      expect(it.told).toEqual([])
      it.stopped.delete(name)
    }
    it.clock.advance(11 * MINUTE_MS)
    await it.queue.runDue()
    expect(it.told).toHaveLength(1)
  })

  test('an owner that is not in the file is told nothing beside the list', async () => {
    await it.opens({ id: 'o-1', owner: 'somebody' })
    await it.opens({ id: 'o-2', owner: undefined })
    expect(it.queue.jobs()).toEqual([])
  })
})

describe('a recovery', () => {
  test('is told at once to who was alerted, once, and to nobody else', async () => {
    await it.opens({ id: 'o-1', memberId: 'M1', owner: 'events' })
    await it.opens({ id: 'o-2', memberId: 'M1', owner: 'events', step: 'call' })
    await it.queue.runDue()
    it.told.length = 0
    it.clock.advance(12 * DAY_MS + HOUR_MS)
    await it.recovers('M1')
    await it.recovers('M1')
    await it.recovers('M2')
    await it.queue.runDue()
    expect(it.subjects()).toEqual(['Member M1 recovered after 12 days'])
  })

  test('stands in the digest where the alert was told before; what came and went in between is counted', async () => {
    await it.goesBy(0)
    await it.opens({ id: 'o-1', memberId: 'M1' })
    await it.goesBy(21 * HOUR_MS)
    await it.recovers('M1')
    await it.opens({ id: 'o-2', memberId: 'M2' })
    await it.recovers('M2')
    await it.goesBy(DAY_MS)
    expect(it.subjects()[1]).toBe('No new alerts for membership-ops')
    expect(it.told[1]?.message.text).toContain(
      'Recovered\n\n- M1 recovered within a day\n\n1 more alert came and was over',
    )
    await it.goesBy(DAY_MS)
    expect(it.told).toHaveLength(2)
  })

  test('is told although a colleague had closed the alert', async () => {
    await it.opens({ id: 'o-1', memberId: 'M1', owner: 'events' })
    await it.queue.runDue()
    await it.alerts.change('o-1', { kind: 'close', outcome: 'spoke', by: 'kim', at: NOON })
    await it.recovers('M1')
    await it.queue.runDue()
    expect(it.subjects()[1]).toBe('Member M1 recovered within a day')
  })
})

test('what colleagues note about a member goes nowhere, and neither does an address', async () => {
  const lines: unknown[] = []
  it.logger.error = (...given: unknown[]) => void lines.push(given)
  await it.opens({ id: 'o-1', memberId: 'M1', owner: 'events' })
  await it.alerts.change('o-1', { kind: 'snooze', until: NOON, by: 'kim', at: NOON })
  it.answers.push({ kind: 'failed', reason: 'no such room' })
  await it.queue.runDue()
  expect(JSON.stringify(lines)).toContain('no such room')
  expect(JSON.stringify(it.queue.jobs())).not.toMatch(/@|M1/)
})
