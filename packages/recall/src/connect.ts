import {
  connectionCount,
  createContactClaims,
  createDecoder,
  messageOf,
  type Platform,
  type Redis,
  type Scope,
} from '@perennial/runtime'
import { type ContactRecall, createContactRecall } from './contact-recall.ts'
import { DECISIONS, OUTCOMES, type RestoreDeps, restoreContacts } from './restore.ts'

/** How much of the log a recall reads at most when next to nothing was lost. */
const CLAIM_EVERY_MS = 30_000

export type RecallDeps = Pick<RestoreDeps, 'contacts' | 'ledger' | 'queue' | 'erasures'> &
  Readonly<{ platform: Pick<Platform, 'log' | 'schemas' | 'logger' | 'namespace'>; redis: Redis }>

/** The recall of a service. `redis`: the very connection that its contacts and its ledger go through. */
export function connectContactRecall({ platform, redis, ...stores }: RecallDeps, scope: Scope): ContactRecall {
  const { log, schemas, logger, namespace } = platform
  const decode = {
    intervention: createDecoder(schemas, 'intervention'),
    outcome: createDecoder(schemas, 'outreach-outcome'),
  }
  const deps: RestoreDeps = { ...stores, log, logger, decode }
  const recall = createContactRecall({
    claims: createContactClaims(redis, namespace),
    connection: connectionCount(redis),
    ends: async () => ({ [DECISIONS]: await log.endOffsets(DECISIONS), [OUTCOMES]: await log.endOffsets(OUTCOMES) }),
    restore: (from, to) => restoreContacts(deps, from, to),
  })
  const timer = setInterval(() => {
    recall.claim().catch((error: unknown) => logger.debug(`What is on record was not claimed: ${messageOf(error)}`))
  }, CLAIM_EVERY_MS)
  scope.adopt(timer, (held) => clearInterval(held))
  return recall
}
