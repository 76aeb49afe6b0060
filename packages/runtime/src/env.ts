import { readFileSync } from 'node:fs'
import { Fault, messageOf } from './fault.ts'

export type Env = Readonly<Record<string, string | undefined>>

type Range = Readonly<{ min?: number; max?: number }>
type UrlRules = Readonly<{ protocols: readonly string[]; example: string }>

/**
 * Reads environment variables and remembers everything that is wrong with them, so that a person sees all
 * problems at once. An empty value counts as absent. A reader whose value is wrong answers its fallback: the
 * result is thrown away by `readEnv` anyway.
 */
export class EnvReader {
  readonly problems: string[] = []
  readonly #env: Env

  constructor(env: Env) {
    this.#env = env
  }

  /** The raw value, undefined when absent or empty. */
  optional(name: string): string | undefined {
    const value = this.#env[name]?.trim()
    return value === undefined || value === '' ? undefined : value
  }

  text(name: string, fallback: string): string {
    return this.optional(name) ?? fallback
  }

  required(name: string, example: string): string {
    const value = this.optional(name)
    if (value === undefined) this.problems.push(`${name} is missing. Example: ${name}=${example}`)
    return value ?? ''
  }

  number(name: string, fallback: number, range: Range = {}): number {
    return this.#number(name, fallback, range, 'a number')
  }

  integer(name: string, fallback: number, range: Range = {}): number {
    return this.#number(name, fallback, range, 'a whole number')
  }

  /** A switch: true, 1, yes, on or false, 0, no, off. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.optional(name)?.toLowerCase()
    if (value === undefined) return fallback
    if (['true', '1', 'yes', 'on'].includes(value)) return true
    if (['false', '0', 'no', 'off'].includes(value)) return false
    return this.#wrong(name, 'neither true nor false', String(!fallback), fallback)
  }

  oneOf<const T extends string>(name: string, values: readonly T[], fallback: T): T {
    const value = this.optional(name)
    if (value === undefined) return fallback
    const match = values.find((candidate) => candidate === value)
    return match ?? this.#wrong(name, `not one of ${values.join(', ')}`, values[0] ?? '', fallback)
  }

  /** A comma-separated list. */
  list(name: string): readonly string[] {
    const parts = this.optional(name)?.split(',') ?? []
    return parts.map((part) => part.trim()).filter((part) => part !== '')
  }

  url(name: string, fallback: string, rules: UrlRules): string {
    const value = this.optional(name)
    if (value === undefined || isUrl(value, rules)) return value ?? fallback
    return this.#wrong(name, `not a ${kindsOf(rules)} address`, rules.example, fallback)
  }

  /** An address that may hold a password, from the variable or from the file that `<NAME>_FILE` names. Never quoted. */
  secretUrl(name: string, fallback: string, rules: UrlRules): string {
    const value = this.secret(name)
    if (value === undefined || isUrl(value, rules)) return value ?? fallback
    this.problems.push(`${name} is not a ${kindsOf(rules)} address. Example: ${name}=${rules.example}`)
    return fallback
  }

  /** A secret, from the variable itself or from the file that `<NAME>_FILE` names. Never quoted in a problem. */
  secret(name: string): string | undefined {
    const direct = this.optional(name)
    const file = this.optional(`${name}_FILE`)
    if (direct !== undefined && file !== undefined) {
      this.problems.push(`${name} and ${name}_FILE are both set: keep one of them.`)
    }
    return direct ?? this.file(`${name}_FILE`, `/run/secrets/${name.toLowerCase()}`)?.trim()
  }

  /** The text of the file that the variable names, undefined when it names none. */
  file(name: string, example: string): string | undefined {
    const path = this.optional(name)
    if (path === undefined) return undefined
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      return this.#wrong(name, `cannot be read (${messageOf(error)})`, example, undefined)
    }
  }

  #number(name: string, fallback: number, range: Range, kind: string): number {
    const raw = this.optional(name)
    if (raw === undefined) return fallback
    const value = Number(raw)
    if (!Number.isFinite(value) || (kind === 'a whole number' && !Number.isInteger(value))) {
      return this.#wrong(name, `not ${kind}`, String(fallback), fallback)
    }
    if (value < (range.min ?? -Infinity)) return this.#wrong(name, `below ${range.min}`, String(fallback), fallback)
    if (value > (range.max ?? Infinity)) return this.#wrong(name, `above ${range.max}`, String(fallback), fallback)
    return value
  }

  #wrong<T>(name: string, why: string, example: string, fallback: T): T {
    this.problems.push(`${name} is '${this.optional(name) ?? ''}': ${why}. Example: ${name}=${example}`)
    return fallback
  }
}

function isUrl(value: string, { protocols }: UrlRules): boolean {
  const url = URL.parse(value)
  return url !== null && protocols.includes(url.protocol)
}

function kindsOf({ protocols }: UrlRules): string {
  return protocols.map((protocol) => `${protocol}//`).join(' or ')
}

/** Builds a configuration from the environment, or throws one Fault (`config`) that lists every problem. */
export function readEnv<T>(env: Env, read: (from: EnvReader) => T): T {
  const reader = new EnvReader(env)
  const config = read(reader)
  if (reader.problems.length > 0) throw configFault(reader.problems)
  return config
}

/** Reads several configurations and lists the problems of all of them in one Fault. */
export function readAll<const T extends readonly ((env: Env) => unknown)[]>(
  env: Env,
  readers: T,
): { [K in keyof T]: T[K] extends (env: Env) => infer R ? R : never } {
  const problems: string[] = []
  const configs = readers.map((read) => {
    try {
      return read(env)
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'config') throw error
      problems.push(...error.details)
      return undefined
    }
  })
  if (problems.length > 0) throw configFault([...new Set(problems)])
  return configs as { [K in keyof T]: T[K] extends (env: Env) => infer R ? R : never }
}

function configFault(problems: readonly string[]): Fault {
  const lead = problems.length === 1 ? 'A setting is wrong' : `${problems.length} settings are wrong`
  return new Fault('config', `${lead}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`, {
    details: problems,
  })
}
