import { headerText } from '@perennial/runtime'
import { createMemoryLog, memoryLetterDesk, settableClock } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { replayLetters, type ReplayOptions } from './replay-letters.ts'

const OPTIONS: ReplayOptions = {
  dead: 'purchase.v1.dead',
  source: 'purchase.v1',
  cause: undefined,
  rate: 1_000_000,
  dry: false,
  act: 'send',
}

async function world(letters = 3) {
  const clock = settableClock(0)
  const log = createMemoryLog(clock, { topics: { 'purchase.v1': 2, 'purchase.v1.dead': 2 } })
  await log.append(
    'purchase.v1.dead',
    Array.from({ length: letters }, (_, n) => ({
      partition: 1,
      key: `e${n}`,
      value: Buffer.from(n === 1 ? 'bad' : 'good'),
      headers: {
        trace: 'kept',
        'perennial.errors.partition': '1',
        'perennial.errors.violation.type': n === 2 ? 'Datatype-Mismatch' : 'Required-Missing',
        'perennial.errors.violation.field': 'member',
      },
    })),
  )
  const desk = memoryLetterDesk()
  const pauses: number[] = []
  const deps = {
    log,
    desk,
    mend: async ({ value }: { value: Buffer | null }) =>
      value?.toString() === 'bad'
        ? ({ kind: 'unusable', why: 'still bad', changes: [] } as const)
        : ({ kind: 'usable', value: Buffer.from('mended'), changes: [] } as const),
    now: clock.now,
    pause: async (ms: number) => void pauses.push(ms),
    progress: () => undefined,
  }
  const replay = (options: Partial<ReplayOptions> = {}) => replayLetters(deps, { ...OPTIONS, ...options })
  return { log, desk, pauses, replay, sent: () => log.all('purchase.v1') }
}

test('what can be used goes to where it stood, as what it was but for the cause; a second replay adds nothing', async () => {
  const { replay, sent } = await world()
  expect((await replay()).counts).toEqual({ done: 2, handled: 0, other: 0, unusable: 1 })
  expect(sent().map(({ key, value }) => `${key?.toString()} ${value?.toString()}`)).toEqual(['e0 mended', 'e2 mended'])
  expect(Object.keys(sent()[0]?.headers ?? {})).toEqual(['trace', 'perennial.replayed'])
  expect((await replay()).counts).toEqual({ done: 0, handled: 2, other: 0, unusable: 1 })
  expect(sent()).toHaveLength(2)
})

test('a replay that is cut off after it has sent sends nothing twice, and one that is cut off before sends it', async () => {
  const after = await world()
  after.desk.failOn('replayed')
  await expect(after.replay()).rejects.toThrow('cut off')
  expect(after.sent()).toHaveLength(2)
  expect((await after.replay()).counts.handled).toBe(2)
  expect(after.sent()).toHaveLength(2)

  const before = await world()
  before.log.beforeAppend = () => Promise.reject(new Error('cut off'))
  await expect(before.replay()).rejects.toThrow('cut off')
  before.log.beforeAppend = undefined
  expect((await before.replay()).counts.done).toBe(2)
  expect(before.sent().map(({ headers }) => headerText(headers, 'perennial.replayed'))).toEqual([
    'purchase.v1.dead/1/0',
    'purchase.v1.dead/1/2',
  ])
})

test('a look changes nothing, and shows the first few', async () => {
  const { replay, sent } = await world()
  const { counts, samples } = await replay({ dry: true })
  expect([counts.done, samples.length, sent().length]).toEqual([2, 3, 0])
  expect((await replay()).counts.done).toBe(2)
})

test('only letters of a cause, where one is named', async () => {
  const { replay } = await world()
  expect((await replay({ cause: 'Datatype-Mismatch' })).counts).toMatchObject({ done: 1, other: 2 })
  expect((await replay({ cause: 'Required-Missing:amount' })).counts).toMatchObject({ done: 0, other: 2, handled: 1 })
  expect((await replay({ cause: 'Required-Missing:member' })).counts).toMatchObject({ done: 1, unusable: 1 })
})

test('what was dropped is not sent any more', async () => {
  const { replay, sent } = await world()
  expect((await replay({ act: 'drop' })).counts.done).toBe(3)
  expect((await replay()).counts).toMatchObject({ done: 0, handled: 3 })
  expect(sent()).toEqual([])
})

test('no faster than the rate', async () => {
  const { replay, pauses } = await world(500)
  await replay({ rate: 100 })
  expect(pauses.map(Math.round)).toEqual([1_990, 3_990, 4_990])
})
