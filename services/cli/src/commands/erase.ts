import {
  type ErasureDeps,
  erasureId,
  type ErasureStep,
  findRemains,
  namedSubjects,
  openErasure,
  type Person,
  readmit,
  receiptView,
  type Remain,
  untilOf,
  requestErasure,
  runErasure,
} from '@perennial/erasure'
import { memberKey } from '@perennial/member'
import {
  createErasures,
  type ErasureReceipt,
  Fault,
  type Platform,
  readContactKeys,
  readEnv,
  topicSpecs,
} from '@perennial/runtime'
import { TOPICS } from '@perennial/streams'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { found, foundInAnswer } from '../exit.ts'
import type { Life } from '../lifecycle.ts'
import { renderTable } from '../terminal/table.ts'
import { count, date, instant, number } from '../terminal/words.ts'
import { vocabularyOf } from '../views.ts'

const DOING: Readonly<Record<ErasureStep, string>> = {
  note: 'Noting that nothing may come back',
  find: 'Looking for aliases',
  order: 'Writing the erasure into the log',
  fold: 'Waiting for scoring',
  withdraw: 'Waiting for the dispatcher',
  clear: 'Clearing everything else',
}

/** Erases a member, or goes on with it. Ends with 1 when the services did not come as far in time. */
export async function erase(context: Context, life: Life, person: Person, patienceMs: number): Promise<void> {
  const { deps } = await open(context, life)
  const erasures = createErasures(deps, deps.keys)
  await erasures.refresh()
  const again = erasures.noteOf(memberKey(person.memberId))?.readmits === true
  const asked = await requestErasure(deps, person, { by: 'cli', again })
  const progress = context.progress('Rows')
  const receipt = await runErasure(deps, asked, {
    patienceMs,
    signal: life.scope.signal,
    step: (step) => context.note(DOING[step]),
    progress: (rows, of) => progress.update(rows, of),
  })
  if (context.json) context.out(JSON.stringify(receiptView(receipt)))
  else context.out(receiptText(receipt, context))
  if (receipt.state === 'done') return
  throw foundInAnswer(
    `Not done yet: ${receipt.step === 'fold' ? 'scoring' : 'the dispatcher or outreach'} is not as far. Nothing is lost: it takes effect as soon as the services run. Run this again for the receipt.`,
  )
}

/** The audit log: every receipt, the latest first. */
export async function listErasures(context: Context, life: Life): Promise<void> {
  const { deps } = await open(context, life)
  const receipts = await deps.receipts.all()
  if (context.json) return context.out(JSON.stringify({ erasures: receipts.map(receiptView) }))
  if (receipts.length === 0) return context.out('Nobody was ever erased here.')
  const columns = ['erasure', 'asked for', 'by', 'state', 'done'].map((title) => ({ title }))
  const rows = receipts.map(({ id, requestedAt, by, state, completedAt }) => [
    id,
    instant(requestedAt),
    by,
    state,
    completedAt === undefined ? '' : instant(completedAt),
  ])
  context.out(renderTable(columns, rows, context.width))
}

/** Looks for what is left of a member. */
export async function verifyErasure(context: Context, life: Life, person: Person): Promise<void> {
  const { deps, platform } = await open(context, life)
  const receipt = await deps.receipts.get(erasureId(deps.keys, person.memberId))
  const ticker = context.ticker()
  const subjects = namedSubjects(person, deps.hashEmail)
  const remains = await findRemains(
    {
      mode: platform.mode,
      redis: platform.redis('command'),
      namespace: deps.namespace,
      log: platform.log,
      completedAt: receipt?.completedAt,
      progress: (where) => ticker.show(`Looking in ${where} …`),
    },
    { memberId: person.memberId, subjects, emails: person.emails ?? [] },
  )
  ticker.finish()
  const wrong = remains.filter(({ kind }) => kind === 'found')
  const erased = receipt?.state === 'done'
  if (context.json)
    context.out(JSON.stringify({ erased, remains: remains.map((remain) => ({ ...remain, until: untilOf(remain) })) }))
  else context.out(remainsText(remains, context))
  if (!erased) throw foundOr(context, 'This member was not erased, or not to the end: perennial erase MEMBER')
  if (wrong.length > 0)
    throw foundOr(context, `Something is left in ${count(wrong.length, 'place')}: run perennial erase again.`)
}

/** Lets somebody who was erased in again. */
export async function readmitMember(context: Context, life: Life, person: Person): Promise<void> {
  const { deps } = await open(context, life)
  const erasures = createErasures(deps, deps.keys)
  await erasures.refresh()
  if (erasures.barOf(memberKey(person.memberId)) !== Infinity)
    throw new Fault(
      'found',
      'This member was not erased here, or was readmitted already. Who was erased: perennial erase --list',
    )
  const at = deps.clock.now()
  await readmit(deps, person, at)
  if (context.json) context.out(JSON.stringify({ readmitted: true, at: new Date(at).toISOString() }))
  else context.out(`What happens from ${instant(at)} on counts again; nothing of before does.`)
}

async function open(context: Context, life: Life): Promise<Readonly<{ deps: ErasureDeps; platform: Platform }>> {
  const { env } = context
  const platform = await connect(context, life, { log: true })
  await platform.log.ensureTopics(topicSpecs(TOPICS, platform.partitions))
  const settings = readEnv(env, (from) => ({
    identityKey: from.secret('IDENTITY_KEY'),
    contactKeys: readContactKeys(from),
  }))
  return { platform, deps: await openErasure(platform, life.scope, { ...settings, vocabulary: vocabularyOf(env) }) }
}

function foundOr(context: Context, message: string): Fault {
  return context.json ? foundInAnswer(message) : found(message)
}

function receiptText(
  { id, state, requestedAt, completedAt, cleared, rests }: ErasureReceipt,
  { width, style }: Context,
): string {
  const head = `Erasure ${id}, asked for ${instant(requestedAt)}: ${completedAt === undefined ? state : `done ${instant(completedAt)}`}`
  if (state !== 'done') return style.bold(head)
  const places = renderTable(
    [{ title: 'cleared' }, { title: 'how many', align: 'right' }],
    cleared.map(({ where, count: n }) => [where, number(n)]),
    width,
  )
  const resting = renderTable(
    [{ title: 'rests in the log' }, { title: 'until' }, { title: 'why' }],
    rests.map(({ where, until, why }) => [where, typeof until === 'string' ? until : date(until), why]),
    width,
  )
  return [style.bold(head), places, resting].join('\n\n')
}

function remainsText(remains: readonly Remain[], { width, style }: Context): string {
  if (remains.length === 0) return style.green('Nothing is left, in no store and no topic.')
  const rows = remains.map(({ where, count: n, kind, until }) => [
    where,
    number(n),
    kind === 'found'
      ? style.red('should not be there')
      : `rests until ${typeof until === 'string' ? until : date(until ?? 0)}`,
  ])
  return renderTable([{ title: 'where' }, { title: 'how many', align: 'right' }, { title: 'what' }], rows, width)
}
