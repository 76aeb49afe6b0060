import type { Target } from './target.ts'

/** Faults to put into a target, to see that they are found. */
export const PLANTS = ['crash', 'hang', 'memory'] as const

/** Few inputs hold this byte in this place: one in some hundred. */
const AT = 7
const BYTE = 0xff

/** The target with a fault that some inputs bring out. */
export function planted(target: Target, plant: string): Target {
  return {
    ...target,
    take(input) {
      if (input[AT] === BYTE) bringOut(plant)
      return target.take(input)
    },
  }
}

function bringOut(plant: string): void {
  switch (plant) {
    case 'crash':
      throw new TypeError('A planted fault.')
    case 'hang':
      for (;;);
    case 'memory':
      held.push(Buffer.alloc(100 * 2 ** 20))
  }
}

const held: Buffer[] = []
