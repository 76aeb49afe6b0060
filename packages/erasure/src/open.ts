import { randomBytes } from 'node:crypto'
import { partitionFor, type SubjectKey, type Vocabulary } from '@perennial/member'
import {
  type ContactKeys,
  contactKey,
  createAddressBook,
  createAgenda,
  createAlerts,
  createContacts,
  createEmailHash,
  createErasureKeys,
  createGenerations,
  createHeldAlerts,
  createLedger,
  createMemberJobs,
  createModelStore,
  createOutcomeStore,
  createPartitionStore,
  createReceipts,
  createRiskProjection,
  createShadowStore,
  guessableIdentityKey,
  type PartitionStore,
  type Platform,
  type Redis,
  type Scope,
} from '@perennial/runtime'
import type { ErasureDeps } from './erase.ts'
import { createSnapshotTombstones } from './snapshots.ts'
import type { MemberStores } from './stores.ts'

export type ErasureSettings = Readonly<{
  /** Undefined: one that can be guessed. */
  identityKey: string | undefined
  contactKeys: ContactKeys | undefined
  vocabulary: Vocabulary
}>

/** Everything that an erasure has to do with, through one connection to Redis. */
export async function openErasure(
  platform: Platform,
  scope: Scope,
  { identityKey, contactKeys, vocabulary }: ErasureSettings,
): Promise<ErasureDeps> {
  const { mode, namespace, log, clock, logger, partitions } = platform
  const { activity } = partitions
  const redis = platform.redis('command')
  const store = createPartitionStore(redis, namespace)
  const jobs = scope.adopt(await createMemberJobs({ namespace, clock, logger, redis }), (held) => held.close())
  return {
    mode,
    namespace,
    log,
    store,
    stores: {
      ...storesOf(platform, redis, contactKeys),
      jobs,
      rows: { has: (subject) => isThere(store, subject, activity) },
    },
    receipts: createReceipts(redis, namespace),
    keys: createErasureKeys(namespace, identityKey),
    hashEmail: createEmailHash(identityKey ?? guessableIdentityKey(namespace)),
    vocabulary,
    clock,
    logger,
  }
}

function storesOf(
  platform: Platform,
  redis: Redis,
  contactKeys: ContactKeys | undefined,
): Omit<MemberStores, 'jobs' | 'rows'> {
  const { namespace, partitions } = platform
  const { activity } = partitions
  return {
    partitions: activity,
    generations: createGenerations(redis, namespace),
    snapshots: createSnapshotTombstones(platform),
    risks: createRiskProjection(redis, namespace, activity),
    agenda: createAgenda(redis, namespace, activity),
    ledger: createLedger(redis, platform),
    contacts: createContacts(redis, namespace, activity),
    alerts: createAlerts(redis, namespace),
    heldAlerts: createHeldAlerts(redis, namespace),
    // Without the key what is kept can still be removed.
    addresses: createAddressBook(redis, namespace, activity, contactKeys ?? [contactKey(randomBytes(32))]),
    outcomes: createOutcomeStore(redis, namespace, activity),
    shadows: createShadowStore(redis, namespace, activity),
    models: createModelStore(redis, namespace),
  }
}

async function isThere(store: PartitionStore, subject: SubjectKey, partitions: number): Promise<boolean> {
  return (await store.load(partitionFor(subject, partitions), [subject])).rows[0] instanceof Uint8Array
}
