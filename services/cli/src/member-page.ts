import type { Held } from './commands/export-member.ts'
import { percent } from './terminal/words.ts'

/** All that is kept of a member as a page for people, in Markdown. */
export function memberPage(held: Held): string {
  const { memberId, asOf, address, aliases } = held
  return `${[
    `# What is kept of member ${plain(memberId)}`,
    `As of ${asOf}. Times are UTC.`,
    ...stateOf(held.state),
    '## Addresses and references',
    list([`Address: ${address === null ? 'none is kept' : plain(address)}`, ...aliases.map((alias) => `\`${alias}\``)]),
    '## Decisions about messages',
    list(
      held.decisions.map(({ decidedAt, playbook, step, decision, reason, channel, outcome }) =>
        [decidedAt, `${playbook}, ${step}`, decision, reason ?? channel, outcome?.outcome].filter(Boolean).join(' · '),
      ),
    ),
    '## Contacts',
    list(held.contacts.map(({ key, state, at }) => `${at} · ${key} · ${state}`)),
    '## Alerts to colleagues',
    list(
      held.alerts.map(({ openedAt, playbook, state, owner, outcome, note }) =>
        [openedAt, playbook, state, owner, outcome, note === null ? null : plain(note)].filter(Boolean).join(' · '),
      ),
    ),
    '## Jobs',
    list(held.jobs.map(({ id, playbook, step, state }) => `${id} · ${playbook}, ${step} · ${state}`)),
    '## Predictions and what became of them',
    list(
      held.predictions.map(
        ({ saidAt, about, risk, outcome, modelId }) =>
          `${saidAt} · ${about} · ${percent(risk)} · ${outcome} · ${modelId}`,
      ),
    ),
  ].join('\n\n')}\n`
}

function stateOf(state: Held['state']): string[] {
  if (state === null) return ['No facts are kept.']
  const { status, chapter, tier, timeZone, joinedAt, term, consent, risk, timeline } = state
  const said = { status, chapter, tier, timeZone, joinedAt, 'term until': term?.end ?? null, dues: term?.dues ?? null }
  return [
    '## Membership',
    list([
      ...Object.entries(said).map(([name, value]) => `${name}: ${value === null ? 'not known' : plain(String(value))}`),
      ...Object.entries(consent).map(
        ([purpose, given]) => `consent to ${plain(purpose)}: ${given ? 'given' : 'refused'}`,
      ),
    ]),
    '## Score and its reasons',
    risk === null
      ? 'None is worked out: the member objects to being profiled.'
      : list([
          `Risk of leaving by ${risk.horizon.at}: ${percent(risk.lapseRisk)}, band ${risk.band ?? 'none'}, by model ${risk.model.id}`,
          `Engagement: ${Math.round(risk.engagementScore)} of 100`,
          ...risk.contributions.map(({ words, contribution }) => `${words}: ${contribution.toFixed(3)}`),
        ]),
    '## What was seen',
    list(timeline.map(({ signal, count, lastAt }) => `${signal}: ${count} times, last ${lastAt}`)),
  ]
}

function list(lines: readonly string[]): string {
  return lines.length === 0 ? 'None.' : lines.map((line) => `- ${line}`).join('\n')
}

/** Text that came from elsewhere, as text. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>#|]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ')
}
