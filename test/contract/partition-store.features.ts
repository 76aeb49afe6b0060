import type { Change, Lease, PartitionStore, Standing } from '@perennial/runtime'
import fc from 'fast-check'

/** What a test may ask of a store: two stores that follow the same rules give the same answers to any row of these. */
export type StoreStep =
  | Readonly<{ kind: 'acquire'; heard: number; now: number }>
  | Readonly<{ kind: 'commit'; lease: number; change: RoughChange }>
  | Readonly<{ kind: 'resend'; lease: number }>
  | Readonly<{ kind: 'sweep'; until: number; limit: number }>
  | Readonly<{ kind: 'read' }>
  | Readonly<{ kind: 'mark'; lease: number; model: number }>

/** Offsets and revisions as how far off what the lease says they are: mostly right, sometimes not. */
type RoughChange = Readonly<{
  offsetOff: number
  revisionOff: number
  forward: number
  sent: number
  sequence: number | undefined
  gone: readonly number[]
  times: readonly number[]
}> &
  Pick<Change, 'rowsGone' | 'dueGone' | 'aliasDueGone'> &
  Readonly<{ keys: readonly string[]; value: string }>

const KEYS = ['m:anna', 'm:ben', 'a:browser', 'e:é'] as const
const key = fc.constantFrom(...KEYS)
const keys = fc.uniqueArray(key, { maxLength: KEYS.length })
const mostly = (value: number) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: fc.integer({ min: -1, max: 1 }) })

const change: fc.Arbitrary<RoughChange> = fc.record({
  offsetOff: mostly(0),
  revisionOff: mostly(0),
  forward: fc.nat(3),
  sent: fc.nat(50),
  sequence: fc.option(fc.nat(5), { nil: undefined }),
  gone: fc.uniqueArray(fc.nat(5), { maxLength: 2 }),
  times: fc.array(fc.oneof(fc.nat(9), fc.constant(1_700_000_000_123.5)), { minLength: 4, maxLength: 4 }),
  keys,
  value: fc.string({ maxLength: 3 }),
  rowsGone: keys,
  dueGone: keys,
  aliasDueGone: keys,
})

// Mostly whoever acquired last, sometimes one before.
const owner = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) })
export const storeSteps: fc.Arbitrary<StoreStep[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('acquire' as const), heard: fc.nat(9), now: fc.nat(9) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('commit' as const), lease: owner, change }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('resend' as const), lease: owner }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('sweep' as const),
        until: fc.nat(9),
        limit: fc.integer({ min: 1, max: 3 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('mark' as const), lease: owner, model: fc.nat(3) }) },
  ),
  { minLength: 1, maxLength: 25 },
)

const PARTITION = 3

/** Everything the store answers to the steps, in order, epochs by their rank: they depend on the time. Former owners take part too: `lease` counts from the latest. */
export async function answersOf(store: PartitionStore, steps: readonly StoreStep[]): Promise<unknown[]> {
  const owners: Owner[] = []
  const answers: unknown[] = []
  for (const [n, step] of steps.entries()) answers.push(await answerOf(store, owners, step, n))
  return answers
}

/** An owner with what it believes. */
type Owner = { lease: Lease; offset: number; revision: number; latest: Change | undefined }

async function answerOf(store: PartitionStore, owners: Owner[], step: StoreStep, n: number): Promise<unknown> {
  const owner = 'lease' in step ? owners[step.lease] : undefined
  switch (step.kind) {
    case 'acquire': {
      const lease = await store.acquire(PARTITION, { heardUntil: () => Promise.resolve(step.heard), now: step.now })
      owners.unshift({ lease, offset: lease.nextOffset, revision: lease.revision, latest: undefined })
      return { ...lease, epoch: rankOf(owners, lease.epoch) }
    }
    case 'commit': {
      if (owner === undefined) return 'nobody'
      owner.latest = changeOf(owner, step.change, `t${n}`)
      const answer = await store.commit(owner.lease, owner.latest)
      if (answer === 'applied') {
        owner.offset = owner.latest.nextOffset
        owner.revision++
      }
      return answer
    }
    case 'resend':
      return owner?.latest === undefined ? 'nobody' : store.commit(owner.lease, owner.latest)
    case 'sweep':
      const { standing, ...due } = await store.due(PARTITION, step.until, step.limit)
      return [
        due,
        standingIn(owners, standing),
        await store.aliasesBeyond(PARTITION, step.until % 3, step.limit),
        await store.dueCounts(PARTITION),
      ]
    case 'read': {
      const page = await store.scan(PARTITION, '0', 100)
      const inOrder = page.rows
        .map(([name, row]) => [name, row.toString()])
        .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
      const loaded = await store.load(PARTITION, [...KEYS])
      const standings = [page.standing, loaded.standing, await store.standing(PARTITION)]
      return [
        inOrder,
        loaded.rows.map((row) => row?.toString()),
        standings.map((standing) => standingIn(owners, standing)),
        await store.rowCount(PARTITION),
      ]
    }
    case 'mark':
      return owner === undefined
        ? 'nobody'
        : [await store.markScored(owner.lease, step.model), await store.scoredBy(PARTITION)]
  }
}

function standingIn(owners: readonly Owner[], standing: Standing | undefined) {
  return standing && { ...standing, epoch: rankOf(owners, standing.epoch) }
}

/** How many owners came before the one of this epoch; -1: it has not been given out. */
function rankOf(owners: readonly Owner[], epoch: number): number {
  return owners.some(({ lease }) => lease.epoch === epoch)
    ? owners.filter(({ lease }) => lease.epoch < epoch).length
    : -1
}

function changeOf(owner: Owner, rough: RoughChange, token: string): Change {
  const { keys: touched, times, value, sequence } = rough
  const at = touched.map((name, n): [string, number] => [name, times[n] ?? 0])
  return {
    token,
    expectedOffset: owner.offset + rough.offsetOff,
    expectedRevision: owner.revision + rough.revisionOff,
    nextOffset: owner.offset + rough.forward,
    sent: rough.sent,
    rows: touched.map((name) => [name, Buffer.from(`${value}${token}`)]),
    rowsGone: rough.rowsGone,
    due: at,
    dueGone: rough.dueGone,
    aliasDue: at.map(([name, time]) => [name, time + 1]),
    aliasDueGone: rough.aliasDueGone,
    sources: touched.map((name) => [`0.${name.length}`, `${rough.sent} ${token}`]),
    outbox: sequence === undefined ? undefined : { sequence, value: Buffer.from(`${value}${token}`) },
    outboxGone: rough.gone,
  }
}
