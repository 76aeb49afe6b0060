import { EnvReader } from '@perennial/runtime'
import { quietLogger } from '@perennial/testkit'
import { channelFeatures, type MakeOptions, type Seen } from '../testing/channel-features.ts'
import { expect, test } from 'vitest'
import { sampleOutreach } from '../testing/sample-outreach.ts'
import { log } from './index.ts'
import { render } from './render.ts'

const make = async ({ deps }: MakeOptions) => {
  const seen: Seen[] = []
  const logger = quietLogger()
  // The double is the destination, not the logger.
  logger.info = (fields: unknown, message?: string) => {
    const { job } = fields as { job: string }
    seen.push({ id: job, payload: message ?? '' })
  }
  const open = log.configure(new EnvReader({}))!
  return { channel: open({ ...deps, logger }), seen: () => seen }
}

channelFeatures('log', make, { limited: false })

test('a line reads as a sentence', () => {
  expect(render(sampleOutreach).message).toBe(
    'Outreach for marketing: re-engagement-trigger, member M-17 is in the high band (risk 81 %)',
  )
})
