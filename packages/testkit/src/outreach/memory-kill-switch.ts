import { killSwitchState, type KillSwitchStore } from '@perennial/runtime'

/** `KillSwitchStore` without Redis. */
export function memoryKillSwitch(): KillSwitchStore {
  const names = new Set<string>()
  return {
    read: async () => killSwitchState(names),
    stop: async (name) => void names.add(name),
    resume: async (name) => void names.delete(name),
  }
}
