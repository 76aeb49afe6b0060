import type { Headers, HeaderValue } from '../ports.ts'

/** All values of one header, in order. */
export function headerValues(value: HeaderValue): readonly (Buffer | string)[] {
  if (value === undefined) return []
  return typeof value === 'string' || Buffer.isBuffer(value) ? [value] : value
}

/** The (first) value of a header as text, undefined when there is none. */
export function headerText(headers: Headers | undefined, name: string): string | undefined {
  return headerValues(headers?.[name])[0]?.toString()
}
