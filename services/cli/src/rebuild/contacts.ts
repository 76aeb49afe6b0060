import { readPlays } from '@perennial/deployment'
import { type NewContact, newContacts, readDispatcherConfig, type RowChange } from '@perennial/dispatcher'
import { decodeRow, newRows, type Rows } from '@perennial/member'
import {
  createContacts,
  createErasureKeys,
  createErasures,
  createKillSwitch,
  createQuotas,
  erasedMembers,
  type Platform,
} from '@perennial/runtime'
import type { Tally } from '@perennial/scoring'
import type { Context } from '../context.ts'
import { scorerOf, vocabularyOf } from '../views.ts'

/** Whom plays would contact because rows say something else after a switch, by what the dispatcher would decide. */
export async function contactsAfter(
  { env, now }: Context,
  platform: Platform,
  tallies: readonly Tally[],
): Promise<readonly NewContact[]> {
  const vocabulary = vocabularyOf(env)
  const row = (bytes: Uint8Array | undefined): Rows | undefined => {
    if (bytes === undefined) return undefined
    const rows = newRows(1, vocabulary)
    decodeRow(bytes, rows, 0)
    return rows
  }
  const changes = tallies.flatMap(({ differing }) =>
    differing.map(({ memberId, before, after }): RowChange => ({ memberId, before: row(before), after: row(after) })),
  )
  if (changes.length === 0) return []
  const { namespace, partitions } = platform
  const config = readDispatcherConfig(env)
  const plays = readPlays(config.playbooks, vocabulary, config.killSwitch)
  const redis = platform.redis('command')
  const erasures = createErasures(platform, createErasureKeys(namespace, config.identityKey))
  await erasures.refresh()
  const deps = {
    plays,
    contacts: createContacts(redis, namespace, partitions.activity),
    quotas: createQuotas(redis, namespace),
    erased: erasedMembers(erasures),
    scorer: await scorerOf(platform, env),
    kill: await createKillSwitch(redis, namespace, config.killSwitch).read(),
    now: now(),
  }
  return newContacts(deps, changes)
}
