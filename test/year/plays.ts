import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rules } from './story.ts'

const SHIPPED = join(import.meta.dirname, '../../packages/playbooks/playbooks')
const DAY_MS = 86_400_000
/** These write to members by email here too, one template for each step. Their steps stand on a line each. */
const BY_EMAIL = ['renewal-series', 'win-back']

/**
 * Writes the shipped plays into a folder, all of them switched on, and templates that name play and step, so that a message
 * tells where it comes from.
 */
export function writePlays(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const file of readdirSync(SHIPPED).filter((name) => name.endsWith('.yaml'))) {
    const play = file.replace('.yaml', '')
    const text = readFileSync(join(SHIPPED, file), 'utf8').replace('enabled: false', 'enabled: true')
    writeFileSync(join(folder, file), BY_EMAIL.includes(play) ? byEmail(folder, play, text) : byWebhook(text))
  }
}

function byEmail(folder: string, play: string, text: string): string {
  return text.replaceAll(/name: ([\w-]+), channel: email, fallback: log, template: [\w-]+/g, (_, step: string) => {
    const template = `${play}-${step}`
    const about = `{{ memberId }} ${play} ${step}`
    writeFileSync(join(folder, `${template}.md`), `---\nsubject: '${about}'\n---\nA message of {{ association }}.\n`)
    return `name: ${step}, channel: email, template: ${template}`
  })
}

/** The others tell marketing automation, so that both channels are under way. */
function byWebhook(text: string): string {
  return text.replaceAll(/channel: email\n( +)fallback: log\n +template: [\w-]+/g, 'channel: webhook\n$1fallback: log')
}

/** What the policy of the shipped plays says, read by other means than the services read it. */
export function shippedRules(): Rules {
  const text = readFileSync(join(SHIPPED, 'policy.yaml'), 'utf8')
  const caps = [...text.matchAll(/^ *(?:cap:|-) \{ contacts: (\d+), within: (\d+)d(?:, purpose: (\w+))? \}/gm)]
  const quiet = /^quietHours: \{ from: '(\d\d):00', to: '(\d\d):00' \}/m.exec(text)
  if (caps.length < 2 || quiet === null) throw new Error('policy.yaml is not laid out as it was: read it anew.')
  return {
    caps: caps.map(([, contacts, days, purpose]) => ({
      contacts: Number(contacts),
      withinMs: Number(days) * DAY_MS,
      ...(purpose === undefined ? {} : { purpose }),
    })),
    quiet: { from: Number(quiet[1]), to: Number(quiet[2]) },
  }
}
