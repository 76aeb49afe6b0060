import { parseArgs } from 'node:util'
import { describeMachine } from '../bench/rig/machine.ts'
import { openRig } from '../bench/rig/rig.ts'
import { reportText } from './report.ts'
import { soak, type SoakOptions } from './soak.ts'

const HELP = `npm run soak -- [options]

Holds a steady load on a real Kafka, schema registry and Redis that it starts itself, and kills a service (kill -9) every
few seconds, in turn. Then, for a minute, it offers more than the services can do. Every member's row is checked in the
end: each fact counted once. Prints memory over time, lag, and how long a contact takes. Run nothing else meanwhile.

  --minutes N    how long the load is held (10)
  --rate N       facts a second (10000)
  --members N    members they are about (100000)
  --kill-every N seconds between two kills (20); 0: none
  --overload N   seconds for which more is offered than can be done (60); 0: none
  --capacity N   facts a second that the services can do: three times as many are offered then (80000)
  --seed N       of the load (1)
  --json         print JSON, for programs
  --help

Exit code 1: a fact was lost or counted twice, memory went over its limit, or the lag kept growing.
`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '10000' },
    members: { type: 'string', default: '100000' },
    'kill-every': { type: 'string', default: '20' },
    overload: { type: 'string', default: '60' },
    capacity: { type: 'string', default: '80000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else await run(readOptions())

async function run(options: SoakOptions | string): Promise<void> {
  const note = (line: string) => void process.stderr.write(`${line}\n`)
  if (typeof options === 'string') {
    note(`${options} See: npm run soak -- --help`)
    process.exitCode = 2
    return
  }
  const rig = await openRig({ env: process.env, nodeArgs: [], report: note })
  try {
    const report = { machine: describeMachine(), ...(await soak(rig, options, note)) }
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report))
    if (report.faults.length > 0) process.exitCode = 1
  } finally {
    await rig.close()
  }
}

/** A text says what is wrong with them. */
function readOptions(): SoakOptions | string {
  const number = (name: Exclude<keyof typeof values, 'json' | 'help'>) => Number(values[name])
  const options = {
    seconds: number('minutes') * 60,
    rate: number('rate'),
    members: number('members'),
    killEverySeconds: number('kill-every'),
    overloadSeconds: number('overload'),
    capacity: number('capacity'),
    seed: number('seed'),
  }
  const wrong = Object.entries(options).find(([name, value]) => !(value >= (name.endsWith('Seconds') ? 0 : 1)))
  return wrong === undefined ? options : `${wrong[0]} is ${wrong[1]}: not a number that makes sense.`
}
