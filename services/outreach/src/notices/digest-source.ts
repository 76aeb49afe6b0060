import { readGoals } from '@perennial/deployment'
import type { Vocabulary } from '@perennial/member'
import type { Plays } from '@perennial/playbooks'
import { readDigest, roleDigestMessage } from '@perennial/reporting'
import type { Scorer } from '@perennial/risk'
import {
  type Alerts,
  createPartitionStore,
  createRiskProjection,
  type Ledger,
  type MemberReader,
  type Platform,
  type Redis,
} from '@perennial/runtime'
import type { NoticeDeps } from './deps.ts'

type Sources = Readonly<{
  folder: string
  plays: () => Plays
  vocabulary: Vocabulary
  redis: Redis
  stores: Readonly<{ ledger: Ledger; members: MemberReader; alerts: Alerts }>
  scorer: () => Scorer
}>

/** Writes digests of the week from what is kept in Redis. Goals that are not in order stop the start, as plays do. */
export function digestSource(
  { namespace, partitions: { activity }, clock }: Platform,
  { folder, plays, vocabulary, redis, stores, scorer }: Sources,
): NoticeDeps['roleDigest'] {
  const deps = {
    ...stores,
    goals: readGoals(folder, plays(), vocabulary),
    vocabulary,
    clock,
    partitions: activity,
    store: createPartitionStore(redis, namespace),
    risks: createRiskProjection(redis, namespace, activity),
  }
  return async (role, stretch) =>
    roleDigestMessage(role, await readDigest({ ...deps, plays: plays(), scorer: scorer() }, stretch))
}
