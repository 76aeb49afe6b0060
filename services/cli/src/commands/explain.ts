import { memberStory } from '@perennial/api'
import { createAlerts, createLedger, createMemberReader, Fault } from '@perennial/runtime'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { explanation } from '../explanation.ts'
import type { Life } from '../lifecycle.ts'
import { scorerOf, vocabularyOf } from '../views.ts'

const LEDGER_ENTRIES = 20

/** Prints everything about one member: score, reasons that add up, what would change it, and what was done. */
export async function explain(context: Context, life: Life, memberId: string): Promise<void> {
  const platform = await connect(context, life, { log: false })
  const { namespace, partitions, clock } = platform
  const redis = platform.redis('command')
  const members = createMemberReader(redis, namespace, partitions.activity, vocabularyOf(context.env))
  const rows = await members.read(memberId)
  if (rows === undefined)
    throw new Fault('found', `Nothing has been heard of a member '${memberId}'. Who is at risk: perennial members`)
  const sources = {
    ledger: createLedger(redis, platform),
    alerts: createAlerts(redis, namespace),
    scorer: await scorerOf(platform, context.env),
  }
  const now = clock.now()
  const story = await memberStory(sources, memberId, { rows, now, decisions: LEDGER_ENTRIES })
  context.out(context.json ? JSON.stringify(story) : explanation(story, now, context))
}
