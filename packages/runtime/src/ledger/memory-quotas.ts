import type { Quota, QuotaAsk, Quotas, QuotaState } from './quotas.ts'

type Known = { places: Map<string, number>; asked: Map<string, Readonly<{ at: number; worth: number }>> }

/** `Quotas` without Redis, for simulations and tests; the same contract suite holds for both. */
export function memoryQuotas(): Quotas {
  const byName = new Map<string, Known>()

  function known({ name, withinMs }: Quota, at: number): Known {
    const found = byName.get(name) ?? { places: new Map(), asked: new Map() }
    byName.set(name, found)
    for (const [id, taken] of found.places) if (taken <= at - withinMs) found.places.delete(id)
    for (const [id, asked] of found.asked) if (asked.at <= at - withinMs) found.asked.delete(id)
    return found
  }

  function stateOf({ id, at }: QuotaAsk, quota: Quota): QuotaState {
    const { places, asked } = known(quota, at)
    const { worth } = quota
    const above = worth === undefined ? 0 : [...asked.values()].filter((other) => other.worth > worth).length
    return { taken: [...places.keys()].filter((other) => other !== id).length, above, mine: places.has(id) }
  }

  /** Answers what undoes it, or undefined where there is no place. */
  function claimOne(ask: QuotaAsk, quota: Quota): (() => void) | undefined {
    const { places, asked } = known(quota, ask.at)
    if (quota.worth !== undefined) asked.set(ask.id, { at: asked.get(ask.id)?.at ?? ask.at, worth: quota.worth })
    const { taken, above, mine } = stateOf(ask, quota)
    if (mine) return () => undefined
    if (taken >= quota.most || above >= quota.most) return undefined
    places.set(ask.id, ask.at)
    return () => void places.delete(ask.id)
  }

  return {
    view: async (asks) => asks.map((ask) => ask.quotas.map((quota) => stateOf(ask, quota))),
    claim: async (asks) =>
      asks.map((ask) => {
        const undo: (() => void)[] = []
        for (const quota of ask.quotas) {
          const got = claimOne(ask, quota)
          if (got === undefined) {
            for (const back of undo) back()
            return quota.name
          }
          undo.push(got)
        }
        return undefined
      }),
  }
}
