import { expect, test } from 'vitest'
import { outcomeJson, outcomeText } from './report.ts'

const finding = {
  target: 'rows',
  index: 7,
  what: 'crash',
  detail: 'TypeError: x\n    at y',
  input: Uint8Array.of(0, 255),
} as const
const outcome = { seed: 3, inputs: { rows: 8, csv: 2 }, findings: [finding] }

test('a report names the seed, the input, and how it comes again', () => {
  expect(outcomeText(outcome, 1.5)).toBe(`10 inputs in 1.5 s (seed 3): rows 8, csv 2

crash in rows, input 7 of seed 3
  TypeError: x
      at y
  2 bytes, smallest found: "\\u0000ÿ"
  npm run fuzz -- --only rows --input 00ff
  npm run fuzz -- --only rows --seed 3 --from 7 --inputs 1
`)
  expect(outcomeText({ ...outcome, findings: [] }, 1.5)).toContain('Nothing failed.')
  expect(JSON.parse(outcomeJson(outcome)).findings).toMatchObject([{ index: 7, input: '00ff' }])
})

test('a long input comes again from its seed alone', () => {
  const long = { ...finding, input: new Uint8Array(501) }
  expect(outcomeText({ ...outcome, findings: [long] }, 1)).not.toContain('--input ')
})
