const ZERO = 48
/** So many digits make a whole number below 2^53, and ten to this power is exact: one division, rightly rounded. */
const EXACT_DIGITS = 15

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const ascii = new TextDecoder('latin1')

/** The number written between two places of `bytes`, with a point as the decimal mark; NaN when it is none. */
export function decimalOf(bytes: Uint8Array, start: number, end: number): number {
  let digits = 0
  let whole = 0
  let scale = 1
  let at = bytes[start] === 45 ? start + 1 : start
  let point = false
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= ZERO && byte <= ZERO + 9) {
      whole = whole * 10 + byte - ZERO
      digits++
      if (point) scale *= 10
    } else if (byte === 46 && !point) point = true
    else break
  }
  if (at === end && digits > 0 && digits <= EXACT_DIGITS) return (bytes[start] === 45 ? -whole : whole) / scale
  const text = ascii.decode(bytes.subarray(start, end))
  const number = NUMBER.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? number : Number.NaN
}
