import { EnvReader } from '@perennial/runtime'
import { expect, test } from 'vitest'
import { configureChannels, isChannelName, isTemplated } from './registry.ts'
import { testDeps } from './testing/test-deps.ts'

const open = (env: Record<string, string>) => configureChannels(new EnvReader(env))(testDeps())

test('the log, the alerts list and the topic are always there, the webhook once it is set up', () => {
  expect([...open({}).keys()]).toEqual(['log', 'task', 'recovery', 'kafka'])
  const secret = `whsec_${Buffer.alloc(24).toString('base64')}`
  expect([...open({ WEBHOOK_URL: 'https://x.example', WEBHOOK_SECRET: secret }).keys()]).toEqual([
    'log',
    'task',
    'recovery',
    'kafka',
    'webhook',
  ])
})

test('a channel nobody knows is told from one that is not set up', () => {
  expect([isChannelName('webhook'), isChannelName('webhok')]).toEqual([true, false])
})

test('a channel that writes to members is told from one that tells colleagues', () => {
  expect([isTemplated('email'), isTemplated('slack'), isTemplated('nothing')]).toEqual([true, false, false])
})
