import type { Choices } from '../../torture/random.ts'
import type { Change } from '../draw.ts'
import { ODD_TEXTS } from './odd.ts'

/** Changes that leave JSON what it is, so that they reach what lies behind the parser. Other texts stay as they are. */
export const JSON_CHANGES: readonly Change[] = [
  (input, _, choices, words) => changeOne(input, choices, () => value(choices, words)),
  (input, _, choices) => changeOne(input, choices, () => undefined),
  (input, _, choices) => changeOne(input, choices, (before) => wrapped(before, choices.one([1, 5, 40, 3_000]))),
  (input, _, choices) => changeOne(input, choices, (before) => Array.from({ length: 50 }, () => before)),
  (input, other, choices) => changeOne(input, choices, () => choices.one(placesOf(parsed(other))).get()),
  (input, _, choices, words) =>
    changeOne(input, choices, (before) => withKey(before, value(choices, words), choices, words)),
]

/** A number that JSON has and JavaScript does not is among the changes of texts. */
const VALUES: readonly unknown[] = [null, true, false, 0, -1, 1.5, 1e300, -1e-300, 2 ** 53, [], {}, [[]], [null], '']

function value(choices: Choices, words: readonly string[]): unknown {
  if (words.length > 0 && choices.chance(0.4)) return choices.one(words)
  return choices.chance(0.5) ? choices.one(VALUES) : choices.one(ODD_TEXTS)
}

function wrapped(inner: unknown, times: number): unknown {
  let outer = inner
  for (let n = 0; n < times; n++) outer = n % 2 === 0 ? [outer] : { a: outer }
  return outer
}

function withKey(before: unknown, added: unknown, choices: Choices, words: readonly string[]): unknown {
  const key = choices.one(words.length > 0 && choices.chance(0.5) ? words : ODD_TEXTS)
  if (typeof before !== 'object' || before === null || Array.isArray(before)) return { [key]: added }
  return Object.fromEntries([...Object.entries(before), [key, added]])
}

type Place = Readonly<{ get(): unknown; set(value: unknown): void }>

function changeOne(input: Buffer, choices: Choices, by: (before: unknown) => unknown): Buffer {
  const json = parsed(input)
  if (json === undefined) return input
  const place = choices.one(placesOf(json))
  place.set(by(place.get()))
  return Buffer.from(stringOf(json) ?? '')
}

function parsed(input: Buffer): { root: unknown } | undefined {
  try {
    return { root: JSON.parse(input.toString()) }
  } catch {
    return undefined
  }
}

/** Undefined for what is nested too deeply to be written. */
function stringOf({ root }: { root: unknown }): string | undefined {
  try {
    return JSON.stringify(root)
  } catch {
    return undefined
  }
}

const MOST_PLACES = 2_000

/** Every value inside, and the whole. */
function placesOf(json: { root: unknown } | undefined): Place[] {
  const whole = json ?? { root: null }
  const places: Place[] = [placeIn(whole, 'root')]
  for (let n = 0; n < places.length && places.length < MOST_PLACES; n++) {
    const inner = places[n]?.get()
    if (typeof inner === 'object' && inner !== null)
      places.push(...Object.keys(inner).map((key) => placeIn(inner, key)))
  }
  return places
}

function placeIn(holder: object, key: string): Place {
  return {
    get: () => Reflect.get(holder, key) as unknown,
    set: (to) => void Reflect.set(holder, key, to),
  }
}
