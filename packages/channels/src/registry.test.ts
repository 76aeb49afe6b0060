import { createMetrics, EnvReader } from '@perennial/runtime'
import { quietLogger, settableClock } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { configureChannels, isChannelName } from './registry.ts'

const open = (env: Record<string, string>) =>
  configureChannels(new EnvReader(env))({ logger: quietLogger(), clock: settableClock(0), metrics: createMetrics() })

test('the log is always there, the webhook once it is set up', () => {
  expect([...open({}).keys()]).toEqual(['log'])
  const secret = `whsec_${Buffer.alloc(24).toString('base64')}`
  expect([...open({ WEBHOOK_URL: 'https://x.example', WEBHOOK_SECRET: secret }).keys()]).toEqual(['log', 'webhook'])
})

test('a channel nobody knows is told from one that is not set up', () => {
  expect([isChannelName('webhook'), isChannelName('webhok')]).toEqual([true, false])
})
