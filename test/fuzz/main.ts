import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'
import { PLANTS } from './planted.ts'
import { TARGET_NAMES } from './registry.ts'
import { outcomeJson, outcomeText } from './report.ts'

const HELP = `npm run fuzz -- [options]

Gives everything that reads what comes from outside inputs that are not in order: records, blocks, rows and batches with
flipped bits, cuts, repeats and extreme lengths, files and requests with odd texts, huge numbers and deep nesting. Each must
be read or refused: no crash, no hang, no memory without bound. Ends with 1, the seed and the smallest input that failed.

  --inputs N    in all, shared among the targets (10000)
  --seed S      of all inputs; the same seed makes the same ones (1)
  --only LIST   targets (all)
  --from I      the number of the first input of each target (0): with --inputs 1, one again
  --input HEX   this input and no other, for the one target of --only
  --plant FAULT put a fault into the targets (${PLANTS.join(', ')}): must fail
  --json        print JSON, for programs
  --help

Targets: ${TARGET_NAMES.join(', ')}
`

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    from: { type: 'string', default: '0' },
    input: { type: 'string' },
    plant: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else await run()

async function run(): Promise<void> {
  const targets = values.only?.split(',') ?? TARGET_NAMES
  const wrong = problemWith(targets)
  if (wrong !== undefined) {
    process.stderr.write(`${wrong} See: npm run fuzz -- --help\n`)
    process.exitCode = 2
    return
  }
  const { input, plant } = values
  const began = performance.now()
  const outcome = await fuzz({
    seed: Number(values.seed),
    inputs: Number(values.inputs),
    from: Number(values.from),
    targets,
    ...(input !== undefined && { input: Buffer.from(input, 'hex') }),
    ...(plant !== undefined && { plant }),
  })
  process.stdout.write(values.json ? outcomeJson(outcome) : outcomeText(outcome, (performance.now() - began) / 1_000))
  if (outcome.findings.length > 0) process.exitCode = 1
}

/** What is wrong with the options. */
function problemWith(targets: readonly string[]): string | undefined {
  const unknown = targets.find((name) => !TARGET_NAMES.includes(name))
  if (unknown !== undefined) return `There is no target '${unknown}'.`
  if (values.plant !== undefined && !PLANTS.some((plant) => plant === values.plant))
    return `There is no fault '${values.plant}' to plant.`
  if (values.input !== undefined && targets.length !== 1) return '--input is for one target: name it with --only.'
  for (const [name, least] of [
    ['inputs', 1],
    ['seed', 0],
    ['from', 0],
  ] as const)
    if (!(Number.isSafeInteger(Number(values[name])) && Number(values[name]) >= least))
      return `--${name} is '${values[name]}': not a whole number from ${least} on.`
  return undefined
}
