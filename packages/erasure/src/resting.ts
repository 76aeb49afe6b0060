import { DAY_MS, type EpochMs } from '@perennial/member'
import type { RestingPlace } from '@perennial/runtime'
import { STATE_TOPIC, type Topic, TOPICS, topicOf } from '@perennial/streams'

const WHY: Readonly<Record<Topic['role'], string>> = {
  source: 'what came in; taken in again it is refused',
  dead: 'what could not be used; repaired and replayed it is refused',
  internal: 'facts; folded again they are refused',
  output: 'what was said to others',
}

const COMPACTED = 'a tombstone is written; the broker removes what came before it'
const TRIMMED = 'a tombstone is written; the embedded log lets records go as newer ones come'

/** Keyed by member or subject. In the embedded mode there are no snapshots. */
const tombstoned = (embedded: boolean) => [topicOf('member-risk'), ...(embedded ? [] : [STATE_TOPIC])] as string[]

/** What of a member a log still holds, and until when: single records cannot be taken out of one. */
export function restingPlaces(at: EpochMs, embedded: boolean): RestingPlace[] {
  return TOPICS.filter(({ name, cleanup }) => cleanup === 'delete' || tombstoned(embedded).includes(name)).map(
    ({ name, cleanup, retentionMs, role }): RestingPlace =>
      cleanup === 'compact'
        ? { where: name, until: embedded ? 'trimming' : 'compaction', why: embedded ? TRIMMED : COMPACTED }
        : { where: name, until: Math.ceil((at + retentionMs) / DAY_MS) * DAY_MS, why: WHY[role] },
  )
}
