/** Something wrong in a template, where a person finds it. Line and column count from 1. */
export type TemplateProblem = Readonly<{ file: string; line: number; column: number; reason: string }>

export type Position = Readonly<{ line: number; column: number }>

/** The place of the character at `index`. */
export function positionAt(text: string, index: number): Position {
  const before = text.slice(0, Math.max(0, index))
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') }
}
