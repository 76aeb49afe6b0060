import { alertView, type AlertView, changeAlert, UNFINISHED_STATES } from '@perennial/api'
import {
  type AlertOutcome,
  type AlertState,
  type OutcomeReason,
  createAlerts,
  createSourceWriter,
  Fault,
} from '@perennial/runtime'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { renderTable } from '../terminal/table.ts'
import { percent } from '../terminal/words.ts'

export type AlertsOptions = Readonly<{ owner: string | undefined; state: AlertState | undefined; limit: number }>

/** Lists what is to be done about members, due first. */
export async function alerts(context: Context, life: Life, { owner, state, limit }: AlertsOptions): Promise<void> {
  const { redis, namespace, clock } = await connect(context, life, { log: false })
  const now = clock.now()
  const found = await createAlerts(redis('command'), namespace).list({
    states: state === undefined ? UNFINISHED_STATES : [state],
    now,
    limit,
    ...(owner === undefined ? {} : { owner }),
  })
  const views = found.map((alert) => alertView(alert, now))
  if (context.json) return context.out(JSON.stringify({ alerts: views }))
  if (views.length === 0) return context.out('Nothing is to be done.')
  const columns = ['alert', 'member', 'owner', 'due', 'state', 'risk', 'why'].map((title) => ({ title }))
  context.out(renderTable(columns, views.map(rowOf), context.width))
}

function rowOf({
  id,
  memberId,
  owner,
  dueAt,
  overdue,
  state,
  lapseRisk,
  playbook,
  step,
  outcome,
}: AlertView): string[] {
  const due = `${dueAt.slice(0, 10)}${overdue ? ' overdue' : ''}`
  const what = outcome === null ? state : `${state}: ${outcome}`
  return [id, memberId, owner ?? '', due, what, percent(lapseRisk), `${playbook}, ${step}`]
}

export type AlertWish =
  | Readonly<{ kind: 'acknowledge'; by: string }>
  | Readonly<{ kind: 'snooze'; by: string; until: number }>
  | Readonly<{ kind: 'close'; by: string; outcome: AlertOutcome; reason?: OutcomeReason; note?: string }>

/** Changes one alert, and says what it is now. */
export async function alertChange(context: Context, life: Life, id: string, wish: AlertWish): Promise<void> {
  const platform = await connect(context, life, { log: wish.kind === 'close' })
  const { redis, namespace, clock } = platform
  const store = createAlerts(redis('command'), namespace)
  const writer = wish.kind === 'close' ? await createSourceWriter(platform) : { write: async () => undefined }
  const after = await changeAlert({ alerts: store, writer, clock }, id, wish)
  if (after === undefined) throw new Fault('found', `There is no alert '${id}'. Those there are: perennial alerts`)
  const view = alertView(after, clock.now())
  context.out(
    context.json ? JSON.stringify(view) : `${id} is ${view.state}${view.outcome === null ? '' : `: ${view.outcome}`}.`,
  )
}
