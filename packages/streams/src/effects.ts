import { signalId } from '@perennial/member'
import type { Meaning } from './vocabulary.ts'

/** What one type counts as: how much of which signal, by its stored number. */
export type Effect = Readonly<{ signal: number; amount: number }>

/** The effects of a stream's types as the vocabulary states them; a type without one is not engagement. */
export function effectsOf<T extends string>(
  meanings: Readonly<Record<T, Meaning>>,
): Readonly<Partial<Record<T, Effect>>> {
  const effects: Partial<Record<T, Effect>> = {}
  for (const type in meanings) {
    const { signal, amount } = meanings[type]
    if (signal !== undefined) effects[type] = { signal: signalId(signal), amount: amount ?? 1 }
  }
  return effects
}
