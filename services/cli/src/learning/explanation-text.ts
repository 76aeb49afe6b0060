import { wrap } from '../terminal/table.ts'

const WITHOUT_WEIGHT = /^Without weight: (.+?), because/

/** Sentences of a choice as a list; columns without a weight, often many, in one of them. */
export function learnable(explanation: readonly string[], width: number): string[] {
  const without = explanation.flatMap((line) => WITHOUT_WEIGHT.exec(line)?.[1] ?? [])
  const lines = explanation.filter((line) => !WITHOUT_WEIGHT.test(line))
  const more =
    without.length === 0
      ? []
      : [`Without weight, because unknown, or the same for all, or told by others: ${without.join(', ')}.`]
  return [...lines, ...more].map((line) => item(line, width))
}

/** A sentence of a list, wrapped. */
export function item(line: string, width: number): string {
  return wrap(line, width - 2)
    .map((part, i) => (i === 0 ? `- ${part}` : `  ${part}`))
    .join('\n')
}
