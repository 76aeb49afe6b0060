import type { Plays } from '@perennial/playbooks'
import type { PlayReport, Report, Reports } from '@perennial/reporting'
import type { FastifyInstance } from 'fastify'
import { Problem } from './problem.ts'

export type PlaysDeps = Readonly<{ plays: Plays; reports: Pick<Reports, 'read'> }>

const ONE_SCHEMA = {
  params: { type: 'object', properties: { name: { type: 'string', minLength: 1, maxLength: 60 } } },
} as const

/** The plays, and what each has changed next to members who were left without. */
export function addPlays(app: FastifyInstance, { plays, reports }: PlaysDeps): void {
  app.get('/plays', async () => playsView(plays, await reports.read()))

  app.get<{ Params: { name: string } }>('/plays/:name/uplift', { schema: ONE_SCHEMA }, async ({ params: { name } }) => {
    const play = plays.playbooks.find((one) => one.name === name)
    if (play === undefined) throw new Problem('not-found', 'There is no play of this name.')
    const { asOf, effects } = await reports.read()
    const found = effects.ranked.find((one) => one.play === name)
    return { asOf: iso(asOf), play: name, title: play.title, goal: play.success.goal, ...upliftOf(found) }
  })
}

/** Those that saved most dues first, then those that nobody was ever up for. Times are ISO 8601. */
function playsView({ playbooks }: Plays, { asOf, members, effects: { ranked, together } }: Report) {
  const rank = new Map(ranked.map(({ play }, n) => [play, n]))
  const order = ({ name }: { name: string }) => rank.get(name) ?? ranked.length
  return {
    asOf: iso(asOf),
    members,
    plays: playbooks
      .map(({ name, title, enabled, purpose, when, success }) => ({
        name,
        title,
        enabled,
        purpose,
        waitsFor: when.name,
        goal: success.goal,
        ...upliftOf(ranked.find(({ play }) => play === name)),
      }))
      .toSorted((a, b) => order(a) - order(b) || (a.name < b.name ? -1 : 1)),
    together: together === undefined ? null : upliftOf(together),
  }
}

/** `effect` null: nobody was ever up for it. */
function upliftOf(report: PlayReport | undefined) {
  return {
    words: report?.words ?? 'Nobody has been up for it yet.',
    proposedForRetirement: report?.effect.proposedForRetirement ?? false,
    effect: report?.effect ?? null,
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
