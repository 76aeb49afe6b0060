import { type EpochMs, isMemberKey, memberKey, partitionFor, type SubjectKey, type Vocabulary } from '@perennial/member'
import {
  type Clock,
  type ErasedPlace,
  type ErasureKeys,
  type ErasureReceipt,
  type Log,
  type Logger,
  type PartitionStore,
  pause,
  type Platform,
  type Receipts,
} from '@perennial/runtime'
import { topicOf } from '@perennial/streams'
import { note, order } from './orders.ts'
import { restingPlaces } from './resting.ts'
import { clearStores, type MemberStores } from './stores.ts'
import { linkedSubjects, namedSubjects, type Person } from './subjects.ts'

export type ErasureDeps = Readonly<{
  namespace: string
  mode: Platform['mode']
  log: Pick<Log, 'append' | 'partitions' | 'read' | 'startOffsets' | 'endOffsets' | 'committed'>
  store: Pick<PartitionStore, 'scan' | 'rowCount'>
  stores: MemberStores
  receipts: Receipts
  keys: ErasureKeys
  hashEmail: (address: string) => string
  vocabulary: Vocabulary
  clock: Clock
  logger: Pick<Logger, 'info'>
}>

export const ERASURE_STEPS = ['note', 'find', 'order', 'fold', 'withdraw', 'clear'] as const
export type ErasureStep = (typeof ERASURE_STEPS)[number]

/** How long to wait for scoring and the dispatcher, and whom to tell what is going on. */
export type Watching = Readonly<{
  signal?: AbortSignal
  /** Milliseconds for all of it. */
  patienceMs: number
  step?: (step: ErasureStep) => void
  /** Of the rows looked through. */
  progress?: (rows: number, of: number) => void
}>

const LOOK_EVERY_MS = 100

/** The id of the erasure of a member. */
export function erasureId(keys: Pick<ErasureKeys, 'pseudonym'>, memberId: string): string {
  return keys.pseudonym(memberKey(memberId))
}

/**
 * Writes down that a member is to be erased; from then on it can be gone on with by anybody. Asked for again it is the
 * same erasure, unless the member was readmitted since (`again`).
 */
export async function requestErasure(
  { receipts, keys, clock, logger }: ErasureDeps,
  person: Person,
  { by, again }: Readonly<{ by: string; again: boolean }>,
): Promise<ErasureReceipt> {
  const id = erasureId(keys, person.memberId)
  const known = await receipts.get(id)
  if (known?.state === 'running') return known
  const before = again ? undefined : known
  const receipt: ErasureReceipt = {
    id,
    state: 'running',
    requestedAt: before?.requestedAt ?? clock.now(),
    by,
    subjects: before?.subjects ?? 0,
    cleared: before?.cleared ?? [],
    rests: before?.rests ?? [],
    request: sealedRequest(keys, { person, subjects: [] }),
  }
  await receipts.put(receipt)
  logger.info({ erasure: id, by }, 'An erasure was asked for.')
  return receipt
}

/**
 * Does what was asked for, from whichever step: all of it can be done twice, and by several at a time. Answers the receipt; it is still
 * `running` when scoring or the dispatcher did not come as far within the patience: they go on with it when they run.
 */
export async function runErasure(
  deps: ErasureDeps,
  receipt: ErasureReceipt,
  watching: Watching,
): Promise<ErasureReceipt> {
  if (receipt.state === 'done' || receipt.request === undefined) return receipt
  const { memberId } = (JSON.parse(deps.keys.openText(receipt.request)) as Request).person
  const wait = { ...watching, deadline: deps.clock.now() + watching.patienceMs }
  const found = await findSubjects(deps, receipt, watching)
  const ordered = await enter(deps, found.receipt, 'order', watching)
  const ends = await order(deps, { subjects: found.subjects, at: receipt.requestedAt, readmits: false })

  const folding = await enter(deps, ordered, 'fold', watching)
  if (!(await reached(deps, { stage: 'scoring', topic: topicOf('member-activity'), ends }, wait))) return folding

  const withdrawing = await enter(deps, folding, 'withdraw', watching)
  const told = await deps.log.endOffsets(topicOf('member-risk'))
  const own = partitionFor(memberKey(memberId), deps.stores.partitions)
  const risks = new Map([[own, told[own] ?? 0]])
  const withdrawn = { stage: 'dispatcher', topic: topicOf('member-risk'), ends: risks } as const
  if (!(await reached(deps, withdrawn, wait))) return withdrawing

  const clearing = await enter(deps, withdrawing, 'clear', watching)
  const removed = await clearAll(deps, { memberId, subjects: found.subjects }, wait)
  return removed === undefined ? clearing : finish(deps, clearing, removed)
}

async function enter(
  { receipts }: ErasureDeps,
  receipt: ErasureReceipt,
  step: ErasureStep,
  watching: Watching,
): Promise<ErasureReceipt> {
  watching.step?.(step)
  const current = { ...receipt, step }
  await receipts.put(current)
  return current
}

/** Notes whom it is about, with every alias, and writes it all down before any row goes: a row that is gone leads to no alias any more. */
async function findSubjects(
  deps: ErasureDeps,
  receipt: ErasureReceipt,
  watching: Watching,
): Promise<Readonly<{ receipt: ErasureReceipt; subjects: readonly SubjectKey[] }>> {
  const { keys, hashEmail } = deps
  const { person, subjects: before } = JSON.parse(keys.openText(receipt.request ?? '')) as Request
  const at = receipt.requestedAt
  const noting = await enter(deps, receipt, 'note', watching)
  const named = [...new Set([...namedSubjects(await withKnownAddress(deps, person), hashEmail), ...before])]
  await note(deps, { subjects: named, at, readmits: false })
  const finding = await enter(deps, noting, 'find', watching)
  const subjects = await linkedSubjects(findDeps(deps, watching), named)
  await note(deps, { subjects: subjects.filter((subject) => !named.includes(subject)), at, readmits: false })
  const cleared = merged(finding.cleared, await present(deps, person.memberId, subjects))
  const request = sealedRequest(keys, { person, subjects })
  return { subjects, receipt: { ...finding, subjects: Math.max(finding.subjects, subjects.length), cleared, request } }
}

async function finish(
  { receipts, clock, logger, mode }: ErasureDeps,
  { request: _request, step: _step, ...rest }: ErasureReceipt,
  removed: readonly ErasedPlace[],
): Promise<ErasureReceipt> {
  const completedAt = clock.now()
  const done: ErasureReceipt = {
    ...rest,
    state: 'done',
    completedAt,
    cleared: added(rest.cleared, removed),
    rests: restingPlaces(completedAt, mode === 'embedded'),
  }
  await receipts.put(done)
  logger.info({ erasure: done.id, by: done.by }, 'An erasure is done.')
  return done
}

/** What is sealed into a receipt while it runs. */
type Request = Readonly<{ person: Person; subjects: readonly SubjectKey[] }>

function sealedRequest(keys: ErasureKeys, request: Request): string {
  return keys.sealText(JSON.stringify(request))
}

/** From `at` on facts about the member, and the references named, count again. Nothing of before comes back. */
export async function readmit(deps: ErasureDeps, person: Person, at: EpochMs): Promise<void> {
  const subjects = namedSubjects(person, deps.hashEmail)
  await order(deps, { subjects, at, readmits: true })
  await note(deps, { subjects, at, readmits: true })
  deps.logger.info({ erasure: erasureId(deps.keys, person.memberId) }, 'Somebody who was erased is readmitted.')
}

/** The address that mail goes to is a reference, too, where it can be read. */
async function withKnownAddress({ stores }: ErasureDeps, person: Person): Promise<Person> {
  const address = await stores.addresses.addressOf(person.memberId).catch(() => undefined)
  return address === undefined ? person : { ...person, emails: [...(person.emails ?? []), address] }
}

function findDeps({ store, stores, vocabulary }: ErasureDeps, { progress }: Watching) {
  return { store, partitions: stores.partitions, vocabulary, ...(progress === undefined ? {} : { progress }) }
}

/** What scoring and the dispatcher are about to remove. */
async function present(
  { stores }: ErasureDeps,
  memberId: string,
  subjects: readonly SubjectKey[],
): Promise<ErasedPlace[]> {
  const there = await Promise.all(subjects.map((subject) => stores.rows.has(subject)))
  const rows = subjects.filter((_, n) => there[n] === true)
  const members = rows.filter(isMemberKey).length
  const [listed] = await stores.risks.versions(partitionFor(memberKey(memberId), stores.partitions), [memberId])
  return [
    { where: 'member row, score and due-index', count: members },
    { where: 'alias rows', count: rows.length - members },
    { where: 'at-risk list', count: listed === undefined ? 0 : 1 },
  ]
}

type Wait = Watching & Readonly<{ deadline: EpochMs }>

/** How far somebody must have come in a topic. */
type Goal = Readonly<{ stage: 'scoring' | 'dispatcher'; topic: string; ends: ReadonlyMap<number, number> }>

async function reached(
  { namespace, log, clock }: ErasureDeps,
  { stage, topic, ends }: Goal,
  { signal, deadline }: Wait,
): Promise<boolean> {
  for (;;) {
    const committed = await log.committed(`${namespace}-${stage}`, topic)
    if ([...ends].every(([partition, end]) => (committed[partition] ?? 0) >= end)) return true
    if (clock.now() >= deadline || !(await pause(LOOK_EVERY_MS, signal))) return false
  }
}

/** Undefined: a message about the member was still being sent when patience ran out. */
async function clearAll(
  { stores, clock }: ErasureDeps,
  whom: Readonly<{ memberId: string; subjects: readonly SubjectKey[] }>,
  { signal, deadline }: Wait,
): Promise<readonly ErasedPlace[] | undefined> {
  let cleared: readonly ErasedPlace[] = []
  for (;;) {
    const pass = await clearStores(stores, whom)
    cleared = added(cleared, pass.cleared)
    if (pass.running === 0) return cleared
    if (clock.now() >= deadline || !(await pause(LOOK_EVERY_MS, signal))) return undefined
  }
}

/** What was there when it was looked at first, or is by now. */
function merged(before: readonly ErasedPlace[], now: readonly ErasedPlace[]): ErasedPlace[] {
  const known = new Map(before.map(({ where, count }) => [where, count]))
  for (const { where, count } of now) known.set(where, Math.max(count, known.get(where) ?? 0))
  return [...known].map(([where, count]) => ({ where, count }))
}

function added(before: readonly ErasedPlace[], more: readonly ErasedPlace[]): ErasedPlace[] {
  const counts = new Map(before.map(({ where, count }) => [where, count]))
  for (const { where, count } of more) counts.set(where, (counts.get(where) ?? 0) + count)
  return [...counts].map(([where, count]) => ({ where, count }))
}
