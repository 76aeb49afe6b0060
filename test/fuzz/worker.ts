import { choicesOf } from '../torture/random.ts'
import { attempt } from './attempt.ts'
import { type Job, openDesk } from './desk.ts'
import { drawInput } from './draw.ts'
import { planted } from './planted.ts'
import { loadTarget } from './registry.ts'
import { shrink } from './shrink.ts'
import type { Failure, Target } from './target.ts'

/** What the worker tells; inputs in hex. A failure is told twice: as it was drawn, then with what is left of its input. */
export type Told =
  | Readonly<{ kind: 'failed'; target: string; index: number; failure: Failure; input: string }>
  | Readonly<{ kind: 'done'; target: string; inputs: number }>

const job = JSON.parse(process.argv[2] ?? '') as Job
const desk = openDesk(job.desk)

for (const [name, count] of Object.entries(job.counts))
  tell({ kind: 'done', target: name, inputs: await run(name, count) })
// What a target has left open ends with the process.
process.once('disconnect', () => process.exit())
process.disconnect()

/** Up to the first input that fails; answers how many there were. */
async function run(name: string, count: number): Promise<number> {
  const loaded = await loadTarget(name)
  const target = job.plant === undefined ? loaded : planted(loaded, job.plant)
  for (let index = job.from; index < job.from + count; index++) {
    const input = inputOf(target, name, index)
    desk.put(index, input)
    const failure = await attempt(target, input)
    if (failure === undefined) continue
    tell({ kind: 'failed', target: name, index, failure, input: input.toString('hex') })
    const smallest = await shrink(input, (smaller) => failsAlike(target, index, smaller, failure))
    const last = (await attempt(target, smallest)) ?? failure
    tell({ kind: 'failed', target: name, index, failure: last, input: smallest.toString('hex') })
    return index - job.from + 1
  }
  return count
}

function inputOf(target: Target, name: string, index: number): Buffer {
  if (job.input !== undefined) return Buffer.from(job.input, 'hex')
  return drawInput(target, choicesOf(job.seed, `${name} ${index}`))
}

async function failsAlike(target: Target, index: number, input: Buffer, failure: Failure): Promise<boolean> {
  desk.put(index, input)
  const found = await attempt(target, input)
  return found?.what === failure.what && kindOf(found) === kindOf(failure)
}

/** The name of the error. */
function kindOf({ detail }: Failure): string {
  return detail.slice(0, Math.max(0, detail.indexOf(':')))
}

function tell(told: Told): void {
  process.send?.(told)
}
