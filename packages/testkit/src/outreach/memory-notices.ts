import type { Notices, Told } from '@perennial/runtime'

/** `Notices` without Redis; the same contract suite holds for both. */
export function memoryNotices(): Notices {
  const known = new Map<string, Told>()
  return {
    last: async (name) => known.get(name),
    async told(name, told) {
      const last = known.get(name)
      if (last === undefined || last.period < told.period) known.set(name, told)
    },
  }
}
