import { goalView } from '@perennial/reporting'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { aimsOf, reportOn } from '../report.ts'

/** Says how goals stand. */
export async function goals(context: Context, life: Life): Promise<void> {
  const aims = aimsOf(context)
  const { kpis } = aims.goals
  if (aims.goals.goals.length === 0 && !context.json)
    return context.out('There are no goals: write goals.yaml beside the plays (packages/playbooks/README.md).')
  const report = await reportOn(await connect(context, life, { log: false }), context, aims)
  const views = report.goals.map((one) => goalView(one, kpis))
  if (context.json) return context.out(JSON.stringify({ goals: views, kpis }))
  const { bold } = context.style
  for (const { title, by, team, words, teams, upstream } of views) {
    context.out(`${bold(title)} (${team}, by ${by})\n  ${words}`)
    const rests = [...upstream.streams, ...upstream.signals].join(', ')
    context.out(`  Rests on ${rests}${teams.length === 0 ? '' : `; answered for by ${teams.join(', ')}`}.`)
  }
}
