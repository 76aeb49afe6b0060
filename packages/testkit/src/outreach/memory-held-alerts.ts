import { type HeldAlert, type HeldAlerts, mostAtStake } from '@perennial/runtime'

/** `HeldAlerts` without Redis; the same contract suite holds for both. */
export function memoryHeldAlerts(): HeldAlerts {
  const alerts = new Map<string, HeldAlert>()
  return {
    add: async (list) => {
      for (const alert of list) alerts.set(`${alert.interventionId}|${alert.heldAt}`, alert)
    },
    list: async ({ owner, since, until }) =>
      mostAtStake(
        [...alerts.values()].filter(({ heldAt }) => heldAt >= since && heldAt < until),
        owner,
      ),
    async forget(memberId) {
      const theirs = [...alerts].filter(([, alert]) => alert.memberId === memberId)
      for (const [name] of theirs) alerts.delete(name)
      return theirs.length
    },
  }
}
