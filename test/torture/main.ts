import { parseArgs } from 'node:util'
import { runCampaign } from './campaign.ts'
import { FAULTS } from './faults/registry.ts'
import { MUTANTS } from './mutants.ts'
import { outcomeText } from './report.ts'

const HELP = `npm run torture -- [options]

Lets faults strike the pipeline at random while a workload of known truth runs on a real Kafka, schema registry and Redis,
all of which it starts itself on free ports; then holds rows, risks, contacts and counts against that truth. Prints what
struck and how long recovery took. Ends with 1, the seed and what is broken when a promise was not kept.

  --minutes N   how long faults strike (3)
  --seed S      of all choices; the same seed strikes the same way (1)
  --only LIST   kinds of faults (all)
  --crew N      processes of each service (2)
  --mutant NAME take a safeguard out of the services (${MUTANTS.map(({ name }) => name).join(', ')}): must fail
  --keep        keep the data of the servers, and say where
  --json        print JSON, for programs
  --help

Kinds: ${FAULTS.map(({ name }) => name).join(', ')}
`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    crew: { type: 'string', default: '2' },
    mutant: { type: 'string' },
    keep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else await run()

async function run(): Promise<void> {
  const crew = number('crew')
  const mutant = MUTANTS.find(({ name }) => name === values.mutant)
  if (mutant === undefined && values.mutant !== undefined) throw new Error(`There is no mutant '${values.mutant}'.`)
  const outcome = await runCampaign({
    seed: number('seed'),
    ms: number('minutes') * 60_000,
    crew: { ingest: crew, scoring: crew, dispatcher: crew, outreach: crew },
    keep: values.keep,
    ...(values.only !== undefined && { only: values.only.split(',') }),
    // In its own course, that is what brings it to light.
    ...mutant,
    report: (line) => void process.stderr.write(`${line}\n`),
  })
  process.stdout.write(values.json ? `${JSON.stringify(outcome, null, 2)}\n` : outcomeText(outcome))
  if (outcome.broken.length > 0) process.exitCode = 1
}

function number(name: 'minutes' | 'seed' | 'crew'): number {
  const value = Number(values[name])
  if (!(value > 0)) throw new Error(`--${name} is '${values[name]}': not a number above 0.`)
  return value
}
