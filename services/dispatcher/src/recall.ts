import { audienceOf, type Purpose } from '@perennial/playbooks'
import type { Contacts, Log, Logger, Reservation } from '@perennial/runtime'
import { type InterventionV1, type MemberRiskV1, topicOf } from '@perennial/streams'
import type { Decode } from './decode.ts'

const TOPIC = topicOf('intervention')
/** Decisions read and written back together. */
const PAGE = 1_000

export type RecallDeps = Readonly<{
  log: Pick<Log, 'read' | 'startOffsets' | 'endOffsets'>
  decode: Decode<'intervention'>
  contacts: Pick<Contacts, 'reserve' | 'settle'>
  logger: Pick<Logger, 'warn'>
}>

/** To be called with the risks of a partition before they are acted on, in their order. */
export type Recall = (partition: number, risks: readonly Pick<MemberRiskV1, 'replay'>[]) => Promise<void>

/**
 * History that comes again says that Redis has lost what it had, the contacts too. What was decided stands in
 * `intervention`, so the keys of contacts are taken from there, before anything new is decided: else who was
 * contacted in this term would be once more. Whether a contact was really made is not asked: not twice is what
 * counts. Reading it again is harmless, so nothing is noted but what this process has read.
 */
export function createRecall(deps: RecallDeps): Recall {
  const replaying = new Set<number>()

  return async (partition, risks) => {
    if (risks.some(({ replay }) => replay) && !replaying.has(partition)) {
      const taken = await restore(deps, partition)
      deps.logger.warn({ partition, taken }, 'State was lost: contacts were taken over from the log of decisions.')
    }
    const last = risks.at(-1)
    if (last?.replay === true) replaying.add(partition)
    else if (last !== undefined) replaying.delete(partition)
  }
}

/** Answers how many keys were missing. */
async function restore({ log, decode, contacts }: RecallDeps, partition: number): Promise<number> {
  const [starts, ends] = await Promise.all([log.startOffsets(TOPIC), log.endOffsets(TOPIC)])
  const end = ends[partition] ?? 0
  let taken = 0
  for (let from = starts[partition] ?? 0; from < end;) {
    const page = await log.read({ topic: TOPIC, partition }, from, PAGE)
    const last = page.at(-1)
    if (last === undefined) break
    const { records } = await decode(page)
    const wanted = records.filter(({ decision }) => decision === 'send').map(reservationOf)
    const answers = await contacts.reserve(wanted)
    const missing = wanted.filter((_, n) => answers[n]?.kind === 'reserved')
    for (const { ref, interventionId } of missing) await contacts.settle(ref, interventionId, 'sent')
    taken += missing.length
    from = last.offset + 1
  }
  return taken
}

function reservationOf({
  interventionId,
  memberId,
  termId,
  playbook,
  step,
  purpose,
  decidedAt,
}: InterventionV1): Reservation {
  const ref = { memberId, termId, playbook, step, audience: audienceOf(purpose as Purpose) }
  return { ref, interventionId, plannedAt: decidedAt, caps: [] }
}
