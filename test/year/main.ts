import { parseArgs } from 'node:util'
import { type Break, CHANGES } from './breaks.ts'
import { faultsOf } from './faults.ts'
import { liveThrough, type Year } from './year.ts'

const HELP = `npm run year -- [options]

Lets a year of the sample association pass with all plays on, on the real services and a clock that jumps, and checks what
its members received against what they agreed to. Starts a Redis of its own.

  --members N     members of the association (200)
  --days N        days that pass (365)
  --kills N       how often a service is killed meanwhile, at random (0)
  --seed N        of the association and of the kills (chosen, and printed)
  --broken LIST   leave out ${Object.keys(CHANGES).join(', ')}: the check must find it
  --help
`

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '200' },
    days: { type: 'string', default: '365' },
    kills: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(1 + Math.floor(Math.random() * 1e6)) },
    broken: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else await run()

async function run(): Promise<void> {
  const [members = 0, days = 0, kills = 0, seed = 0] = [values.members, values.days, values.kills, values.seed].map(
    whole,
  )
  const broken = values.broken.split(',').filter((name): name is Break => name in CHANGES)
  process.stderr.write(`Seed ${seed}\n`)
  const began = performance.now()
  const progress = (step: number, of: number) => {
    if (step % 20 !== 0 && step !== of) return
    process.stderr.write(`  day ${step / 2} of ${of / 2}, ${Math.round((performance.now() - began) / 1_000)} s\n`)
  }
  const year = await liveThrough({ members, days, kills, seed, broken, progress })
  process.exitCode = report(year, broken) ? 0 : 1
}

function whole(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new Error(`'${text}' is not a whole number from 0.`)
  return value
}

/** Says what was found; answers whether that is as it should be. */
function report(year: Year, broken: readonly Break[]): boolean {
  const { faults, again } = faultsOf(year)
  const by = (channel: string) => year.messages.filter((message) => message.channel === channel).length
  const held = Map.groupBy(year.lines, ({ reason }) => reason ?? 'send')
  const lines = [
    `${year.facts} facts in ${year.steps} steps, ${year.killed.length} kills${year.killed.map((one) => `\n  ${one}`).join('')}`,
    `${year.lines.length} decisions: ${[...held].map(([reason, list]) => `${reason} ${list.length}`).join(', ')}`,
    `${by('email')} emails, ${by('webhook')} webhooks, ${again} of them once more under the same id`,
    ...faults.slice(0, 20).map(({ rule, text }) => `${rule}: ${text}`),
    `${faults.length} faults${[...Map.groupBy(faults, ({ rule }) => rule)].map(([rule, list]) => ` ${rule} ${list.length}`).join('')}`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  return broken.length === 0 ? faults.length === 0 : faults.length > 0
}
