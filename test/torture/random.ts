import { randomFrom } from '@perennial/testkit'

/** Choices that are the same for the same seed. */
export type Choices = Readonly<{
  /** 0 to 1. */
  chance(share: number): boolean
  /** A whole number; both ends count. */
  between(least: number, most: number): number
  one<T>(of: readonly T[]): T
  shuffled<T>(of: readonly T[]): T[]
}>

/** `name`: what the choices are about, so that one more choice here changes none there. */
export function choicesOf(seed: number, name: string): Choices {
  const random = randomFrom(hash(`${seed} ${name}`))
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))
  return {
    between,
    chance: (share) => random() < share,
    one(of) {
      const chosen = of[between(0, of.length - 1)]
      if (chosen === undefined) throw new Error('There is nothing to choose from.')
      return chosen
    },
    shuffled: (of) =>
      of
        .map((item) => ({ item, place: random() }))
        .sort((a, b) => a.place - b.place)
        .map(({ item }) => item),
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let state = 2_166_136_261
  for (const char of text) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 16_777_619)
  return state >>> 0
}
