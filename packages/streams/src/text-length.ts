const encoder = new TextEncoder()

/** Whether a text takes more than `most` bytes as UTF-8. Looks at the text only where its length leaves that open. */
export function isLonger(text: string, most: number): boolean {
  if (text.length * 3 <= most) return false
  return text.length > most || encoder.encode(text).length > most
}
