import { valuesOf } from '@perennial/channels'
import { checkTemplatesOf, readPlays, readTemplates, type TemplateConfig } from '@perennial/deployment'
import { describeMember, readOutreachConfig } from '@perennial/outreach'
import { ownerOf } from '@perennial/playbooks'
import { createMemberReader, Fault } from '@perennial/runtime'
import { renderMessage } from '@perennial/templates'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { scorerOf, vocabularyOf } from '../views.ts'

export type Preview = Readonly<{ playbook: string; memberId: string }>

/** What the shipped templates name, so that they can be looked at before any address is set. */
const EXAMPLE_LINKS = Object.fromEntries(
  ['renew', 'events', 'home', 'payment'].map((name) => [name, `https://association.example/${name}`]),
)

/** Addresses from EMAIL_LINKS or, where none are set, made-up ones. */
function withLinks({ folder, links }: TemplateConfig): TemplateConfig {
  return { folder, links: Object.keys(links).length === 0 ? EXAMPLE_LINKS : links }
}

type Shown = Readonly<{
  step: string
  channel: string
  owner?: string
  subject?: string
  text?: string
  problem?: string
}>

/** Shows what the steps of a play would say to one member. Nothing is sent, and nobody is asked whether it may be. */
export async function preview(context: Context, life: Life, { playbook: name, memberId }: Preview): Promise<void> {
  const vocabulary = vocabularyOf(context.env)
  const config = readOutreachConfig(context.env)
  const plays = readPlays(config.playbooks, vocabulary)
  const playbook = plays.playbooks.find((play) => play.name === name)
  if (playbook === undefined)
    throw new Fault('usage', `There is no playbook '${name}'. Those there are: perennial playbook list`)
  const platform = await connect(context, life, { log: false })
  const { redis, namespace, partitions, clock } = platform
  const members = createMemberReader(redis('command'), namespace, partitions.activity, vocabulary)
  const scorer = await scorerOf(platform, context.env)
  const about = await describeMember({ members, scorer: () => scorer, clock }, memberId)
  if (about === undefined)
    throw new Fault('found', `Nothing has been heard of a member '${memberId}'. Who is at risk: perennial members`)
  const templates = playbook.steps.some(({ template }) => template !== undefined)
    ? readTemplates(withLinks(config.templates))
    : undefined
  if (templates !== undefined) checkTemplatesOf({ ...plays, playbooks: [{ ...playbook, enabled: true }] }, templates)
  const around = { association: 'your association', links: templates?.links ?? {}, now: clock.now() }
  const shown = playbook.steps.map((step): Shown => {
    const template = step.template === undefined ? undefined : templates?.byName.get(step.template)
    const owner = ownerOf(step.owner, memberId, about)
    const base = { step: step.name, channel: step.channel, ...(owner !== undefined && { owner }) }
    if (template === undefined) return base
    const rendered = renderMessage(template, valuesOf({ memberId, owner, playbook: name }, about, around))
    if (rendered.kind === 'ok') return { ...base, subject: rendered.message.subject, text: rendered.message.text }
    const { file, line, column, reason } = rendered.problem
    return { ...base, problem: `${file}:${line}:${column}: ${reason}` }
  })
  if (context.json) context.out(JSON.stringify({ playbook: name, memberId, steps: shown }))
  else context.out(shown.map((step) => stepText(context, step)).join('\n\n'))
}

function stepText({ style }: Context, { step, channel, owner, subject, text, problem }: Shown): string {
  const head = style.bold(`${step}, through ${channel}${owner === undefined ? '' : `, for ${owner}`}`)
  if (problem !== undefined) return `${head}\n  cannot be said of this member: ${problem}`
  if (subject === undefined) return `${head}\n  no words of its own: the ids of member, play and step go out`
  return `${head}\n  Subject: ${subject}\n\n${(text ?? '').replaceAll(/^(?=.)/gm, '  ')}`
}
