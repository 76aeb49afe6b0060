import type { Handling, LetterAction, LetterDesk } from '@perennial/runtime'

/** Notes about dead letters in memory. `failOn`: the next note of that state fails, once. */
export function memoryLetterDesk(): LetterDesk & Readonly<{ failOn(state: Handling['state']): void }> {
  const handled = new Map<string, Handling>()
  const actions: LetterAction[] = []
  let failing: Handling['state'] | undefined
  return {
    failOn: (state) => void (failing = state),
    handlings: async (topic, places) =>
      places.map(({ partition, offset }) => handled.get(`${topic}/${partition}/${offset}`)),
    async note(topic, places, handling) {
      if (handling.state === failing) {
        failing = undefined
        throw new Error('cut off')
      }
      for (const { partition, offset } of places) handled.set(`${topic}/${partition}/${offset}`, handling)
    },
    log: async (action) => void actions.unshift(action),
    actions: async (limit) => actions.slice(0, limit),
  }
}
