import { type Alert, type Alerts, alertStateAt, changedAlert, recoveredAlert } from '@perennial/runtime'

/** `Alerts` without Redis; the same contract suite holds for both. */
export function memoryAlerts(): Alerts {
  const alerts = new Map<string, Alert>()
  return {
    open: async (alert) => {
      if (!alerts.has(alert.id)) alerts.set(alert.id, alert)
    },
    get: async (id) => alerts.get(id),
    list: async ({ owner, states, now, limit }) =>
      [...alerts.values()]
        .filter((alert) => states.includes(alertStateAt(alert, now)) && (owner === undefined || alert.owner === owner))
        .toSorted((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit),
    ofMember: async (memberId) =>
      [...alerts.values()].filter((alert) => alert.memberId === memberId).toSorted((a, b) => b.openedAt - a.openedAt),
    async recovered(memberId, recovery) {
      const own = [...alerts.values()].filter((alert) => alert.memberId === memberId)
      const after = own.flatMap((alert) => recoveredAlert(alert, recovery) ?? [])
      for (const alert of after) alerts.set(alert.id, alert)
      return after
    },
    async forget(memberId) {
      const own = [...alerts.values()].filter((alert) => alert.memberId === memberId)
      for (const { id } of own) alerts.delete(id)
      return own.length
    },
    async change(id, change) {
      const alert = alerts.get(id)
      if (alert === undefined) return undefined
      const after = changedAlert(alert, change)
      alerts.set(id, after)
      return after
    },
  }
}
