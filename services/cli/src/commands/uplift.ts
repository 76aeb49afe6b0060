import { readDispatcherConfig } from '@perennial/dispatcher'
import { readPlays } from '@perennial/deployment'
import type { Plays } from '@perennial/playbooks'
import { type PlayEffects, playEffects, survey, tallyCounter } from '@perennial/reporting'
import { createLedger, createPartitionStore, Fault } from '@perennial/runtime'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { vocabularyOf } from '../views.ts'

/** Says what plays have changed, next to members who were left without; those that saved most first. */
export async function uplift(context: Context, life: Life, name: string | undefined): Promise<void> {
  const vocabulary = vocabularyOf(context.env)
  const plays = readPlays(readDispatcherConfig(context.env).playbooks, vocabulary)
  const wanted = plays.playbooks.filter((playbook) => name === undefined || playbook.name === name)
  if (wanted.length === 0)
    throw new Fault('usage', `There is no playbook '${name}'. Those there are: perennial playbook list`)
  const platform = await connect(context, life, { log: false })
  const { namespace, partitions, redis, clock } = platform
  const connection = redis('command')
  const bar = context.progress('Members')
  const counter = tallyCounter({ plays, now: clock.now() })
  const deps = {
    vocabulary,
    ledger: createLedger(connection, platform),
    store: createPartitionStore(connection, namespace),
    partitions: partitions.activity,
    progress: (members: number) => bar.update(members),
  }
  await survey(deps, [counter])
  bar.finish()
  const { ranked, together } = playEffects(wanted, counter.tallies())
  report(context, plays, { ranked, together: name === undefined ? together : undefined })
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
