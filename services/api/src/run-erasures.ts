import { type ErasureDeps, requestErasure, runErasure } from '@perennial/erasure'
import { memberKey } from '@perennial/member'
import {
  createErasures,
  type ErasureReceipt,
  gauge,
  type Logger,
  messageOf,
  pause,
  type Registry,
  type Scope,
} from '@perennial/runtime'
import type { Erasures } from './erasures.ts'

const LOOK_EVERY_MS = 5_000
/** Of one at a time: then the next one has its turn. */
const PATIENCE_MS = 30_000

type Deps = Readonly<{ erasure: ErasureDeps; logger: Logger; metrics: Registry }>

/** Takes requests, and works through whatever is not done, by whomever it was asked for, until the scope ends. */
export function runErasures({ erasure, logger, metrics }: Deps, scope: Scope): Erasures {
  const { receipts } = erasure
  let wake = Promise.withResolvers<void>()
  measure(metrics, () => receipts.all())

  async function work(): Promise<void> {
    while (!scope.signal.aborted) {
      for (const receipt of (await unfinished()).toReversed())
        await runErasure(erasure, receipt, { patienceMs: PATIENCE_MS, signal: scope.signal }).catch((error: unknown) =>
          logger.error({ err: error, erasure: receipt.id }, `An erasure did not get on: ${messageOf(error)}`),
        )
      await Promise.race([pause(LOOK_EVERY_MS, scope.signal), wake.promise])
      wake = Promise.withResolvers<void>()
    }
  }

  const unfinished = async (): Promise<readonly ErasureReceipt[]> => {
    const all = await receipts.all().catch(() => [])
    return all.filter(({ state }) => state === 'running')
  }
  void scope.adopt(work(), (held) => held)

  return {
    get: (id) => receipts.get(id),
    all: () => receipts.all(),
    async request(person, by) {
      const known = createErasures(erasure, erasure.keys)
      await known.refresh()
      const again = known.noteOf(memberKey(person.memberId))?.readmits === true
      const before = again ? undefined : await receipts.get(erasure.keys.pseudonym(memberKey(person.memberId)))
      if (before?.state === 'done') return before
      const receipt = await requestErasure(erasure, person, { by, again })
      wake.resolve()
      return receipt
    },
  }
}

function measure(metrics: Registry, all: () => Promise<readonly ErasureReceipt[]>): void {
  gauge(metrics, {
    name: 'perennial_erasures',
    help: 'Erasures on record, by state: running ones should be done within minutes.',
    labels: ['state'],
    async collect(metric) {
      const states = (await all()).map(({ state }) => state)
      for (const state of ['running', 'done'] as const)
        metric.set({ state }, states.filter((one) => one === state).length)
    },
  })
}
