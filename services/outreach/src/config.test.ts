import { expect, test } from 'vitest'
import { readOutreachConfig } from './config.ts'
import { readScorer } from '@perennial/deployment'

test('without settings: the shipped plays, ten jobs at a time, the starter model', () => {
  const config = readOutreachConfig({})
  expect(config).toMatchObject({ concurrency: 10, killSwitch: [], modelFile: undefined })
  expect(readScorer(config.modelFile).model.kind).toBe('starter, not trained')
})

test('everything that is wrong is said at once', () => {
  const env = { OUTREACH_CONCURRENCY: 'many', WEBHOOK_URL: 'https://x.example' }
  expect(() => readOutreachConfig(env)).toThrow(/OUTREACH_CONCURRENCY is 'many'[\s\S]*WEBHOOK_SECRET is missing/)
})

test('a model file that is not there is said so', () => {
  expect(() => readScorer('/nowhere/model.json')).toThrow("PERENNIAL_MODEL is '/nowhere/model.json'")
})
