import { expect, test } from 'vitest'
import { readDispatcherConfig } from './config.ts'
import { readPlays } from '@perennial/deployment'

test('without settings, the shipped plays are used and nothing is switched off', () => {
  const config = readDispatcherConfig({})
  expect(config.killSwitch).toEqual([])
  const { playbooks } = readPlays(config.playbooks)
  expect(playbooks.filter(({ enabled }) => enabled).map(({ name }) => name)).toEqual([
    'at-risk-alert',
    're-engagement-trigger',
  ])
})

test('the switch is a list', () => {
  expect(readDispatcherConfig({ KILL_SWITCH: 'a, b' }).killSwitch).toEqual(['a', 'b'])
})

test('a folder that is not there is said so', () => {
  expect(() => readPlays('/nowhere/plays')).toThrow(
    "PERENNIAL_PLAYBOOKS is '/nowhere/plays': the folder cannot be read",
  )
})
