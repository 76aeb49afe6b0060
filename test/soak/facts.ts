import type { SourceInput } from '@perennial/runtime'
import { Expected } from '../bench/load/expected.ts'
import { activity, endingSoon, memberIdAt, memberships } from '../bench/load/facts.ts'
import { createRandom } from '../bench/load/random.ts'
import { createZipf } from '../bench/load/zipf.ts'

/** One record in so many is a new member whose term ends soon, for whom the shipped plays make a job. */
const JOB_EVERY = 100

export type Offered = Readonly<{
  /** What every member's row must hold of it. */
  expected: Expected
  /** When the record that leads to a job was handed to the producer, by the member's id. */
  sentAt: ReadonlyMap<string, number>
  /** The next record, counted as told to happen now. */
  next(): SourceInput
}>

export type LoadOptions = Readonly<{ seed: number; members: number }>

/** A load without an end: members by Zipf's law, as of now. Their membership records are appended at once. */
export async function createLoad(
  options: LoadOptions,
  write: (inputs: readonly SourceInput[]) => Promise<void>,
): Promise<Offered> {
  const random = createRandom(options.seed)
  const draw = createZipf(options.members, 1)
  const expected = new Expected(options.members)
  const sentAt = new Map<string, number>()
  let n = 0

  const joined: SourceInput[] = []
  for (const loaded of memberships({ ...options, facts: 0 })) {
    expected.add(loaded)
    joined.push(loaded.input)
  }
  for (let from = 0; from < joined.length; from += 2_000) await write(joined.slice(from, from + 2_000))

  return {
    expected,
    sentAt,
    next() {
      if (n++ % JOB_EVERY === 0) {
        const memberId = `J${n}`
        sentAt.set(memberId, performance.timeOrigin + performance.now())
        return endingSoon(random, memberId, Date.now())
      }
      const member = draw(random)
      const input = activity(random, memberIdAt(member), Date.now())
      expected.add({ member, input, repeated: false })
      return input
    },
  }
}
