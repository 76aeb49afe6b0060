import type { ChannelDeps } from '@perennial/channels'
import { checkTemplatesOf, readTemplates } from '@perennial/deployment'
import type { Plays } from '@perennial/playbooks'
import type { Scorer } from '@perennial/risk'
import {
  type Alerts,
  createAddressBook,
  createOutputWriter,
  type MemberReader,
  pause,
  type Platform,
  type Redis,
  type Scope,
} from '@perennial/runtime'
import type { OutreachConfig } from './config.ts'
import { describeMember } from './describe-member.ts'

export type Sources = Readonly<{
  tellOwners: ChannelDeps['tellOwners']
  config: Pick<OutreachConfig, 'contactKeys' | 'templates'>
  plays: Plays
  redis: Redis
  members: Pick<MemberReader, 'read'>
  alerts: Alerts
  scorer(): Scorer
}>

/** What channels are opened with. */
export function channelDeps(platform: Platform, scope: Scope, sources: Sources): ChannelDeps {
  const { logger, clock, metrics, namespace, partitions } = platform
  const { config, plays, redis, members, alerts, scorer, tellOwners } = sources
  return {
    logger,
    clock,
    metrics,
    wait: async (ms) => void (await pause(ms, scope.signal)),
    describe: (memberId) => describeMember({ members, scorer, clock }, memberId),
    addresses: config.contactKeys && createAddressBook(redis, namespace, partitions.activity, config.contactKeys),
    alerts,
    tellOwners,
    requests: createOutputWriter('outreach-request', platform),
    templates() {
      const templates = readTemplates(config.templates)
      checkTemplatesOf(plays, templates)
      return templates
    },
  }
}
