import { expect, test } from 'vitest'
import { readOutreachConfig } from './config.ts'
import { readScorer } from '@perennial/deployment'
import { BUILT_IN } from '@perennial/member'

test('without settings: the shipped plays, ten jobs at a time, the starter model', () => {
  const config = readOutreachConfig({})
  expect(config).toMatchObject({ concurrency: 10, killSwitch: [], modelFile: undefined })
  expect(readScorer(config.modelFile, BUILT_IN).model.kind).toBe('starter, not trained')
})

test('everything that is wrong is said at once', () => {
  const env = { OUTREACH_CONCURRENCY: 'many', WEBHOOK_URL: 'https://x.example' }
  expect(() => readOutreachConfig(env)).toThrow(/OUTREACH_CONCURRENCY is 'many'[\s\S]*WEBHOOK_SECRET is missing/)
})

test('a model file that is not there is said so', () => {
  expect(() => readScorer('/nowhere/model.json', BUILT_IN)).toThrow("PERENNIAL_MODEL is '/nowhere/model.json'")
})
