import type { Finding, Outcome } from './fuzz.ts'

/** Bytes of an input; a longer one comes again from its seed, and --json has all of it. */
const MOST_SHOWN = 500

export function outcomeText({ seed, inputs, findings }: Outcome, seconds: number): string {
  const all = Object.values(inputs).reduce((sum, count) => sum + count, 0)
  const counts = Object.entries(inputs).map(([name, count]) => `${name} ${count}`)
  const head = `${all} inputs in ${seconds.toFixed(1)} s (seed ${seed}): ${counts.join(', ')}\n`
  return `${head}${findings.length === 0 ? 'Nothing failed.\n' : findings.map((one) => findingText(one, seed)).join('')}`
}

function findingText({ target, index, what, detail, input }: Finding, seed: number): string {
  const bytes = Buffer.from(input)
  return `
${what} in ${target}, input ${index} of seed ${seed}
  ${detail.replaceAll('\n', '\n  ')}
  ${bytes.length} bytes, smallest found: ${JSON.stringify(bytes.toString('latin1').slice(0, MOST_SHOWN))}
${bytes.length > MOST_SHOWN ? '' : `  npm run fuzz -- --only ${target} --input ${bytes.toString('hex')}\n`}\
  npm run fuzz -- --only ${target} --seed ${seed} --from ${index} --inputs 1
`
}

export function outcomeJson({ findings, ...rest }: Outcome): string {
  const shown = findings.map((one) => ({ ...one, input: Buffer.from(one.input).toString('hex') }))
  return `${JSON.stringify({ ...rest, findings: shown }, null, 2)}\n`
}
