import { signalId, type Vocabulary } from '@perennial/member'
import { type Drop, NO_SIGNAL, UNKNOWN_SIGNAL } from './verdict.ts'
import { CUSTOM_VOCABULARY, type Meaning, VOCABULARY } from './vocabulary.ts'

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

const BUILT_IN: ReadonlyMap<string, ReadonlyMap<string, Effect | Drop>> = new Map(
  Object.entries({ ...VOCABULARY, ...CUSTOM_VOCABULARY }).map(([stream, types]) => {
    const effects = effectsOf<string>(types)
    return [stream, new Map(Object.keys(types).map((type) => [type, effects[type] ?? NO_SIGNAL]))]
  }),
)

/**
 * What an activity counts as that says no more than its stream and its action,
 * in a history or in `custom-activity`: the deployment's own signal of that
 * name, once; else what the built-in table has for that type of that stream;
 * else nothing, and why.
 */
export function effectOfAction(vocabulary: Vocabulary, stream: string, action: string): Effect | Drop {
  const open = vocabulary.open(stream, action)
  if (open !== undefined) return { signal: open.id, amount: 1 }
  return BUILT_IN.get(stream)?.get(action) ?? UNKNOWN_SIGNAL
}
