import { pause, type SourceInput } from '@perennial/runtime'
import { registrySubject, SCHEMAS } from '@perennial/streams'
import type { Deployment } from '../../e2e/harness/deployment.ts'
import type { Choices } from '../random.ts'
import type { Person } from './cast.ts'
import { createWorkload, newerSchema, newerVisit, WEBSITE } from './workload.ts'

export type Feed = Readonly<{
  /** Ids of what the broker has acknowledged. */
  produced: ReadonlySet<string>
  people: readonly Person[]
  /** When the last of those who ripen has ripened. */
  ripeUntil: number
  produce(inputs: readonly SourceInput[]): Promise<void>
  /** Records with a schema that is registered just before: nobody has asked for it yet. */
  produceNewer(): Promise<void>
  /** Nothing more comes in, for now. */
  rest(): void
  goOn(): void
  stop(): Promise<void>
}>

const EVERY_MS = 120
/** People who ripen are made known so long before they do, at most. */
const RIPE_WITHIN_MS = 12_000
/** Few: should they be set aside, ingest must not take it for a broken producer. */
const NEWER_TOGETHER = 2

/** Feeds a workload in without end; what the broker does not take is tried again. */
export async function createFeed(
  deployment: Deployment,
  { choices, seed }: Readonly<{ choices: Choices; seed: number }>,
): Promise<Feed> {
  const { log, schemas } = deployment.platform
  const schemaId = await schemas.register(registrySubject(WEBSITE), SCHEMAS['website-activity'])
  const workload = createWorkload({ choices, schemaId, ripeWithinMs: RIPE_WITHIN_MS })
  const produced = new Set<string>()
  const stopping = new AbortController()
  let resting = false
  let ripeUntil = 0
  let newer = 0

  async function untilTaken(append: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        return void (await append())
      } catch (error) {
        if (stopping.signal.aborted) throw error
        await pause(200)
      }
    }
  }

  async function produce(inputs: readonly SourceInput[]): Promise<void> {
    await untilTaken(() => deployment.produce(inputs))
    for (const { record } of inputs) produced.add(record.eventId)
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await pause(EVERY_MS, stopping.signal)
      if (resting) continue
      const known = workload.people.length
      const step = workload.next()
      if (step.kind === 'raw') await untilTaken(() => log.append(WEBSITE, step.records))
      else await produce(step.inputs)
      if (workload.people.slice(known).some(({ part }) => part === 'ripening')) ripeUntil = Date.now() + RIPE_WITHIN_MS
    }
  }

  const running = run()
  return {
    produced,
    people: workload.people,
    get ripeUntil() {
      return ripeUntil
    },
    produce,
    async produceNewer() {
      const { subject, schema } = newerSchema(`Newer, number ${newer++} of seed ${seed}.`)
      const id = await schemas.register(subject, schema)
      const records = Array.from({ length: NEWER_TOGETHER }, (_, n) => newerVisit(`newer-${newer}-${n}`, `m-${n}`, id))
      await untilTaken(() => log.append(WEBSITE, records))
      for (const { key } of records) produced.add(String(key))
    },
    rest: () => void (resting = true),
    goOn: () => void (resting = false),
    async stop() {
      stopping.abort()
      await running
      // Whoever is counted among the people must have been made known.
      await produce(workload.remaining())
    },
  }
}
