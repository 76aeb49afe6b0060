import { expect, test } from 'vitest'
import { choicesOf } from '../torture/random.ts'
import { drawInput } from './draw.ts'
import { fuzz, type Outcome } from './fuzz.ts'
import { loadTarget, TARGET_NAMES } from './registry.ts'

/** The same in every run; the nightly one draws others. */
const SEED = 1

test('ten thousand inputs are read or refused', { timeout: 120_000 }, async () => {
  const { inputs, findings } = await fuzz({ seed: SEED, inputs: 10_000 })
  expect(findings.map(({ input, ...rest }) => ({ ...rest, input: Buffer.from(input).toString('hex') }))).toEqual([])
  expect(Object.keys(inputs)).toEqual(TARGET_NAMES)
  expect(Object.values(inputs).reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(10_000)
})

const one = ({ findings }: Outcome) => findings.map(({ what, target }) => `${what} in ${target}`)

test('a fault that few inputs bring out is found, made small, and comes again from the seed', async () => {
  const options = { seed: SEED, inputs: 2_000, targets: ['batches'], plant: 'crash' }
  const outcome = await fuzz(options)
  expect(one(outcome)).toEqual(['crash in batches'])
  const [{ index, input, detail } = { index: -1, input: new Uint8Array(), detail: '' }] = outcome.findings
  expect(detail).toContain('A planted fault.')
  // Seven bytes that may be anything, and the one that must not.
  expect([...input]).toEqual([0, 0, 0, 0, 0, 0, 0, 0xff])
  const again = await fuzz({ ...options, from: index, inputs: 1 })
  expect(again.findings).toEqual(outcome.findings)
  expect((await fuzz({ ...options, input })).findings).toMatchObject([{ what: 'crash', input }])
  expect((await fuzz({ ...options, input, plant: '' })).findings).toEqual([])
})

test('what hangs and what hoards is found, and the others have their turn', { timeout: 60_000 }, async () => {
  const options = { seed: SEED, inputs: 4_000, targets: ['batches', 'rows'] }
  expect(one(await fuzz({ ...options, plant: 'hang', deadlineMs: 1_000 }))).toEqual(['hang in batches', 'hang in rows'])
  expect(one(await fuzz({ ...options, plant: 'memory' }))).toEqual(['memory in batches', 'memory in rows'])
})

test('the same seed makes the same inputs, another one others', async () => {
  for (const name of ['decoder', 'yaml', 'http']) {
    const target = await loadTarget(name)
    const drawn = (seed: number) =>
      Array.from({ length: 20 }, (_, n) => drawInput(target, choicesOf(seed, `${name} ${n}`)).toString('hex'))
    expect(drawn(1)).toEqual(drawn(1))
    expect(drawn(1)).not.toEqual(drawn(2))
  }
})
