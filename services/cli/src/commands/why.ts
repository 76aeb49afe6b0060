import { type DecisionView, decisionView } from '@perennial/api'
import { createLedger, Fault } from '@perennial/runtime'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { fate } from '../explanation.ts'
import { holdWords } from '@perennial/reporting'
import type { Life } from '../lifecycle.ts'
import { instant } from '../terminal/words.ts'

/** Answers "why was this member (not) contacted?": every decision, newest first, with what each gate said. */
export async function why(
  context: Context,
  life: Life,
  { memberId, limit }: Readonly<{ memberId: string; limit: number }>,
): Promise<void> {
  const platform = await connect(context, life, { log: false })
  const entries = await createLedger(platform.redis('command'), platform).ofMember(memberId, limit)
  if (entries.length === 0)
    throw new Fault('found', `Nothing was ever decided about a member '${memberId}'. What is known: perennial explain`)
  const views = entries.map(decisionView)
  if (context.json) context.out(JSON.stringify({ memberId, decisions: views }))
  else context.out(views.map((view) => decisionText(view, context)).join('\n\n'))
}

function decisionText(view: DecisionView, { style }: Context): string {
  const { playbook, step, decidedAt, policyVersion, riskVersion, band, answers } = view
  const head = style.bold(`${instant(Date.parse(decidedAt))}  ${playbook}, ${step}: ${fate(view)}`)
  const basis = `  decided by plays ${policyVersion}, risk version ${riskVersion}, band ${band}`
  return [head, basis, ...answers.map((given) => `  ${given.gate}: ${gateWords(given)}`)].join('\n')
}

function gateWords({ answer, reason, until }: DecisionView['answers'][number]): string {
  if (answer === 'hold') return `stands in the way: ${holdWords(reason ?? 'unknown')}`
  return answer === 'delay' && until !== null ? `not before ${instant(Date.parse(until))}` : 'nothing against it'
}
