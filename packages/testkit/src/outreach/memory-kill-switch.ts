import { killSwitchState, type KillSwitchStore } from '@perennial/runtime'

/** `KillSwitchStore` without Redis. */
export function memoryKillSwitch(): KillSwitchStore {
  const names = new Set<string>()
  return {
    read: async () => killSwitchState(names),
    stop: async (playbook) => void names.add(playbook),
    resume: async (playbook) => void names.delete(playbook),
  }
}
