/** The event id of an imported fact, of the two halves of a hash: it names nobody. */
export function eventIdOf(hi: number, lo: number): string {
  return `history-${hex(hi)}${hex(lo)}`
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0')
}
