import { parseDocument } from 'yaml'
import { isPlayFile, type SourceFile } from './parse-files.ts'

/** One setting that is another, by its path: `expiry`, `for.status`, `steps.call.delay`. Undefined: it is not there. */
export type SettingChange = Readonly<{ where: string; before: string | undefined; after: string | undefined }>

/** A play (or `policy.yaml`) that is in one set only, or not the same in both. */
export type FileDiff = Readonly<{
  name: string
  kind: 'added' | 'removed' | 'changed'
  changes: readonly SettingChange[]
}>

/**
 * What is different in the plays of the second set, by name, whatever their files are called. Steps go by their names, so that one put in
 * between moves no other. What a play says as its default says, such as `enabled: true`, is the same as not saying it.
 */
export function diffFiles(before: readonly SourceFile[], after: readonly SourceFile[]): FileDiff[] {
  const [then, now] = [byName(before), byName(after)]
  const names = [...new Set([...then.keys(), ...now.keys()])].toSorted()
  return names.flatMap((name): FileDiff[] => {
    const [old, young] = [then.get(name), now.get(name)]
    const changes = changesOf(old ?? new Map(), young ?? new Map())
    if (old === undefined) return [{ name, kind: 'added', changes }]
    if (young === undefined) return [{ name, kind: 'removed', changes }]
    return changes.length === 0 ? [] : [{ name, kind: 'changed', changes }]
  })
}

type Settings = ReadonlyMap<string, string>

const POLICY = 'policy.yaml'

function byName(files: readonly SourceFile[]): Map<string, Settings> {
  return new Map(
    files.filter(isPlayFile).map(({ file, text }): [string, Settings] => {
      const values: unknown = parseDocument(text).toJS()
      const isPolicy = /(^|\/)policy\.ya?ml$/.test(file)
      const name = isPolicy ? POLICY : String(isObject(values) ? values['name'] : file)
      const settings = new Map(flat(isPolicy ? values : withDefaults(values)))
      return [name, settings]
    }),
  )
}

function withDefaults(values: unknown): unknown {
  return isObject(values) ? { enabled: true, ...values } : values
}

function changesOf(before: Settings, after: Settings): SettingChange[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((where) => ({ where, before: before.get(where), after: after.get(where) }))
    .filter((change) => change.before !== change.after)
}

/** Settings as paths and texts. A list of named things is one by their names, any other is one value. */
function* flat(value: unknown, path = ''): Generator<[string, string]> {
  const within = (key: string) => (path === '' ? key : `${path}.${key}`)
  if (isObject(value)) {
    for (const [key, part] of Object.entries(value)) yield* flat(part, within(key))
  } else if (Array.isArray(value) && value.every((part) => isObject(part) && typeof part['name'] === 'string')) {
    for (const part of value as Record<string, unknown>[]) {
      const { name, ...rest } = part
      yield* flat(rest, within(String(name)))
    }
  } else yield [path, typeof value === 'string' ? value : JSON.stringify(value)]
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
