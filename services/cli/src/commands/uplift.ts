import { readDispatcherConfig } from '@perennial/dispatcher'
import { readPlays } from '@perennial/deployment'
import { ALL_PLAYS, type Effect, effectInWords, effectOf, rankedPlays, type Tally } from '@perennial/effect'
import type { Goal, Plays } from '@perennial/playbooks'
import { createLedger, createPartitionStore, Fault } from '@perennial/runtime'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { talliesOf } from '../uplift/tallies.ts'
import { vocabularyOf } from '../views.ts'

const GOAL_WORDS: Readonly<Record<Goal, string>> = { renewed: 'renewed', active: 'were active again' }

/** Says what plays have changed, next to members who were left without; those that saved most first. */
export async function uplift(context: Context, life: Life, name: string | undefined): Promise<void> {
  const vocabulary = vocabularyOf(context.env)
  const plays = readPlays(readDispatcherConfig(context.env).playbooks, vocabulary)
  const wanted = plays.playbooks.filter((playbook) => name === undefined || playbook.name === name)
  if (wanted.length === 0)
    throw new Fault('usage', `There is no playbook '${name}'. Those there are: perennial playbook list`)
  const { namespace, partitions, redis, clock } = await connect(context, life, { log: false })
  const connection = redis('command')
  const bar = context.progress('Members')
  const tallies = await talliesOf({
    plays,
    vocabulary,
    ledger: createLedger(connection, namespace, partitions.activity),
    store: createPartitionStore(connection, namespace),
    partitions: partitions.activity,
    now: clock.now(),
    progress: (members) => bar.update(members),
  })
  bar.finish()
  const effects = wanted.flatMap((playbook) => {
    const found = tallies.get(playbook.name)
    return found === undefined || isEmpty(found) ? [] : [{ play: playbook.name, effect: effectOf(found) }]
  })
  const together = tallies.get(ALL_PLAYS)
  report(context, plays, {
    ranked: rankedPlays(effects),
    together: name === undefined && together !== undefined ? effectOf(together) : undefined,
  })
}

/** Nobody was ever up for it: most shipped plays are switched off. */
function isEmpty({ treated, control, waiting }: Tally): boolean {
  return treated.members + control.members + waiting === 0
}

type Report = Readonly<{ ranked: readonly Readonly<{ play: string; effect: Effect }>[]; together: Effect | undefined }>

function report({ json, out, style }: Context, { playbooks, policy }: Plays, { ranked, together }: Report): void {
  if (json) return out(JSON.stringify({ plays: ranked, together: together ?? null }))
  if (ranked.length === 0) out('Nobody has been up for a play yet.')
  for (const { play, effect } of ranked) {
    const goal = playbooks.find(({ name }) => name === play)?.success.goal ?? 'renewed'
    out(`${style.bold(play)}\n  ${effectInWords(effect, GOAL_WORDS[goal])}`)
  }
  if (together !== undefined && together.control.members > 0)
    out(`${style.bold('All plays together')}\n  ${effectInWords(together, GOAL_WORDS.renewed)}`)
  if (policy.holdout === undefined)
    out('Nobody is held out: set `holdout` in policy.yaml, or nobody will ever know what plays do.')
}
