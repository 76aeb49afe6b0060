/** A recall without a log. `holds` answers what was put into `answers`, then true. */
export function scriptedRecall() {
  const answers: boolean[] = []
  let ensured = 0
  return {
    answers,
    ensured: () => ensured,
    ensure: async (): Promise<void> => void ensured++,
    holds: async (): Promise<boolean> => answers.shift() ?? true,
  }
}
