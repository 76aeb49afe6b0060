/** One thing wrong with a JSON file: where, and what was expected. */
export type Problem = Readonly<{ path: string; reason: string }>

type Json = Readonly<Record<string, unknown>>

/**
 * Reads a JSON object key by key and notes every problem instead of stopping
 * at the first. A value that is missing or wrong reads as a harmless stand-in;
 * the caller throws the result away when there are problems.
 */
export class JsonReader {
  readonly path: string
  readonly problems: Problem[]
  readonly #json: Json
  readonly #read = new Set<string>()

  constructor(json: unknown, path: string, problems: Problem[]) {
    this.path = path
    this.problems = problems
    this.#json = isObject(json) ? json : {}
    if (!isObject(json)) this.problem('', `must be an object, not ${shown(json)}`)
  }

  has(key: string): boolean {
    return this.#json[key] !== undefined
  }

  text(key: string): string {
    const value = this.#take(key)
    if (typeof value === 'string' && value.trim() !== '') return value
    this.problem(key, `must be a text, not ${shown(value)}`)
    return ''
  }

  oneOf<T extends string>(key: string, allowed: readonly [T, ...T[]]): T {
    const value = this.#take(key)
    const found = allowed.find((one) => one === value)
    if (found === undefined) this.problem(key, `must be one of ${allowed.map(shown).join(', ')}, not ${shown(value)}`)
    return found ?? allowed[0]
  }

  /** A finite number for which `holds`; `rule` says so in words: "above 0". */
  number(key: string, rule = 'a number', holds: (x: number) => boolean = () => true): number {
    const value = this.#take(key)
    if (typeof value === 'number' && Number.isFinite(value) && holds(value)) return value
    this.problem(key, `must be ${rule}, not ${shown(value)}`)
    return 0
  }

  share(key: string): number {
    return this.number(key, 'a number from 0 to 1', (x) => x >= 0 && x <= 1)
  }

  positive(key: string): number {
    return this.number(key, 'a number above 0', (x) => x > 0)
  }

  object(key: string): JsonReader {
    return new JsonReader(this.#take(key), this.#at(key), this.problems)
  }

  objects(key: string): readonly JsonReader[] {
    const value = this.#take(key)
    if (Array.isArray(value))
      return value.map((item, k) => new JsonReader(item, `${this.#at(key)}[${k}]`, this.problems))
    this.problem(key, `must be a list, not ${shown(value)}`)
    return []
  }

  numbers(key: string): readonly number[] {
    const value = this.#take(key)
    if (Array.isArray(value) && value.every((x) => typeof x === 'number' && Number.isFinite(x)))
      return value as number[]
    this.problem(key, `must be a list of numbers, not ${shown(value)}`)
    return []
  }

  texts(key: string): readonly string[] {
    const value = this.#take(key)
    if (Array.isArray(value) && value.every((x) => typeof x === 'string' && x.trim() !== '')) return value as string[]
    this.problem(key, `must be a list of texts, not ${shown(value)}`)
    return []
  }

  flag(key: string): boolean {
    const value = this.#take(key)
    if (typeof value === 'boolean') return value
    this.problem(key, `must be true or false, not ${shown(value)}`)
    return false
  }

  /** For objects whose keys are names. */
  keys(): readonly string[] {
    return Object.keys(this.#json)
  }

  /** The object's keys, each with a number. */
  numberByName(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.keys().map((key) => [key, this.number(key)]))
  }

  problem(key: string, reason: string): void {
    this.problems.push({ path: this.#at(key), reason })
  }

  /** Notes every key that nobody asked for: most are typing errors. */
  done(): void {
    for (const key of Object.keys(this.#json)) if (!this.#read.has(key)) this.problem(key, 'is not a known key')
  }

  #take(key: string): unknown {
    this.#read.add(key)
    return this.#json[key]
  }

  #at(key: string): string {
    if (key === '') return this.path === '' ? '(file)' : this.path
    return this.path === '' ? key : `${this.path}.${key}`
  }
}

function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : (JSON.stringify(value) ?? typeof value).slice(0, 60)
}
