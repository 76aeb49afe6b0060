import type { ChannelDeps } from '@perennial/channels'
import type { Scorer } from '@perennial/risk'
import { type MemberReader, pause, type Platform, type Scope } from '@perennial/runtime'
import { describeMember } from './describe-member.ts'

export type Sources = Readonly<{ members: Pick<MemberReader, 'read'>; scorer(): Scorer }>

/** What channels are opened with. */
export function channelDeps(platform: Platform, scope: Scope, { members, scorer }: Sources): ChannelDeps {
  const { logger, clock, metrics } = platform
  return {
    logger,
    clock,
    metrics,
    wait: async (ms) => void (await pause(ms, scope.signal)),
    describe: (memberId) => describeMember({ members, scorer, clock }, memberId),
  }
}
