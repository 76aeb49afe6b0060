import { isMap, isScalar, type Pair, parseDocument, type Scalar, type YAMLMap } from 'yaml'

/**
 * The text of a play's file with the play switched on or off, every other character as it was: comments, order and layout
 * are the author's. Undefined where that cannot be done by a small edit: the file is no block of keys. The text must be a play in order.
 */
export function switchPlay(text: string, on: boolean): string | undefined {
  const { contents } = parseDocument(text)
  if (!isMap(contents)) return undefined
  const known = pairOf(contents, 'enabled')
  const edited = known === undefined ? insert(text, contents, on) : replace(text, known, on)
  return edited !== undefined && changesOnlyThat(text, edited, on) ? edited : undefined
}

type Found = Pair<Scalar, Scalar>

function pairOf(map: YAMLMap, key: string): Found | undefined {
  return map.items.find((pair): pair is Found => isScalar(pair.key) && pair.key.value === key && isScalar(pair.value))
}

function replace(text: string, { value }: Found, on: boolean): string | undefined {
  const [start, end] = value?.range ?? []
  if (start === undefined || end === undefined) return undefined
  return `${text.slice(0, start)}${on}${text.slice(end)}`
}

/** Behind the title, as the shipped plays have it. */
function insert(text: string, contents: YAMLMap, on: boolean): string | undefined {
  const title = pairOf(contents, 'title')
  const end = title?.value?.range?.[1]
  if (end === undefined || contents.flow === true) return undefined
  const line = text.indexOf('\n', Math.max(0, end - 1))
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  if (line === -1) return `${text}${newline}enabled: ${on}${newline}`
  return `${text.slice(0, line + 1)}enabled: ${on}${newline}${text.slice(line + 1)}`
}

function changesOnlyThat(before: string, after: string, on: boolean): boolean {
  const [then, now] = [valuesOf(before), valuesOf(after)]
  return now['enabled'] === on && JSON.stringify({ ...then, enabled: on }) === JSON.stringify({ ...then, ...now })
}

function valuesOf(text: string): Readonly<Record<string, unknown>> {
  const document = parseDocument(text)
  return document.errors.length > 0 ? {} : (document.toJS() as Record<string, unknown>)
}
