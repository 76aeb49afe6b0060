import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseFiles, parseGoals, parseOwners } from '@perennial/playbooks'
import type { Target } from '../target.ts'

const SHIPPED = join(import.meta.dirname, '../../../packages/playbooks/playbooks')
const NAMES = { signals: ['login'], streams: ['membership', 'purchase'], plays: ['win-back'] }

/** Plays, the policy, owners and goals: what an input is, its first key says. */
export function createTarget(): Target {
  const texts = readdirSync(SHIPPED).map((name) => readFileSync(join(SHIPPED, name), 'utf8'))
  return {
    shape: 'text',
    samples: [...texts, OWNERS, GOALS].map((text) => Buffer.from(text)),
    words: [
      'when:',
      'all:',
      'days',
      '-1 days',
      '1e9 days',
      '99999999999 weeks',
      '24:60',
      'Europe/Nowhere',
      '!!set',
      '<<:',
    ],
    take(input) {
      const text = input.toString()
      if (text.startsWith('timeZone')) parseOwners('owners.yaml', text)
      else if (text.startsWith('goals')) parseGoals('goals.yaml', text, NAMES)
      else parseFiles([{ file: text.startsWith('cap') ? 'policy.yaml' : 'a.yaml', text }], () => 'version')
    },
  }
}

const OWNERS = `timeZone: Europe/Berlin
alerts:
  - { owner: membership-ops, through: email, to: ops@association.example, when: daily, at: '07:30' }
  - { owner: chapters, through: teams, when: weekly }
digests:
  - { role: leadership, through: log, on: friday }
`
const GOALS = `goals:
  - name: renew-90
    title: Renew 90 % by June
    metric: renewal-rate
    target: 0.9
    from: '2026-07-01'
    by: '2027-06-30'
    team: membership-ops
kpis:
  - { metric: renewal-rate, signals: [login], streams: [purchase], teams: [data-team] }
`
