/** Something wrong in a file, where a person finds it. Line and column count from 1. */
export type Problem = Readonly<{ file: string; line: number; column: number; reason: string }>

/** One line for a person, in the form editors and terminals make clickable. */
export function problemText({ file, line, column, reason }: Problem): string {
  return `${file}:${line}:${column}: ${reason}`
}
