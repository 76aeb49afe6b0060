import type { Plays } from '@perennial/playbooks'
import type { PlayEffects } from '@perennial/reporting'
import { Fault } from '@perennial/runtime'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { aimsOf, reportOn } from '../report.ts'

/** Says what plays have changed, next to members who were left without; those that saved most first. */
export async function uplift(context: Context, life: Life, name: string | undefined): Promise<void> {
  const aims = aimsOf(context)
  const { plays } = aims
  if (name !== undefined && !plays.playbooks.some((playbook) => playbook.name === name))
    throw new Fault('usage', `There is no playbook '${name}'. Those there are: perennial playbook list`)
  const { effects } = await reportOn(await connect(context, life, { log: false }), context, aims)
  const ranked = effects.ranked.filter(({ play }) => name === undefined || play === name)
  report(context, plays, { ranked, together: name === undefined ? effects.together : undefined })
}

function report({ json, out, style }: Context, { policy }: Plays, { ranked, together }: PlayEffects): void {
  if (json) {
    const plays = ranked.map(({ play, effect }) => ({ play, effect }))
    return out(JSON.stringify({ plays, together: together?.effect ?? null }))
  }
  if (ranked.length === 0) out('Nobody has been up for a play yet.')
  for (const { play, words } of ranked) out(`${style.bold(play)}\n  ${words}`)
  if (together !== undefined && together.effect.control.members > 0)
    out(`${style.bold('All plays together')}\n  ${together.words}`)
  const retiring = ranked.filter(({ effect }) => effect.proposedForRetirement).map(({ play }) => play)
  if (retiring.length > 0) out(`Proposed for retirement: ${retiring.join(', ')}.`)
  if (policy.holdout === undefined)
    out('Nobody is held out: set `holdout` in policy.yaml, or nobody will ever know what plays do.')
}
