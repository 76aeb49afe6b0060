import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const PURE = 'packages/member/src'
const SERVICE = 'services/ingest/src'

/** [rule, file, source that breaks it on purpose]: a rule never seen failing is not a rule. These are texts, and nothing runs them. */
const BAD: readonly (readonly [string, string, string])[] = [
  ['eslint(max-lines)', `${SERVICE}/long.ts`, 'export {}\n'.repeat(301)],
  ['eslint(max-lines-per-function)', `${SERVICE}/long-function.ts`, longFunction(41)],
  [
    'eslint(max-params)',
    `${SERVICE}/params.ts`,
    'export function f(a: 1, b: 1, c: 1, d: 1, e: 1) { return [a, b, c, d, e] }',
  ],
  [
    'eslint(max-params)',
    `${PURE}/params.ts`,
    'export function f(a: 1, b: 1, c: 1, d: 1, e: 1, g: 1, h: 1, i: 1, j: 1) { return [a, b, c, d, e, g, h, i, j] }',
  ],
  [
    'eslint(max-depth)',
    `${SERVICE}/depth.ts`,
    'export function f(a: number) { if (a) { if (a > 1) { if (a > 2) { if (a > 3) { return 1 } } } } return 0 }',
  ],
  ['import(no-default-export)', `${SERVICE}/default.ts`, 'export default 1'],
  ['import(no-cycle)', `${SERVICE}/cycle.ts`, "import { b } from './cycle-b.ts'\nexport const a = () => b"],
  ['unicorn(filename-case)', `${SERVICE}/camelCase.ts`, 'export const a = 1'],
  ['eslint(no-console)', `${SERVICE}/console.ts`, "console.log('x')"],
  ['eslint(no-warning-comments)', `${SERVICE}/later.ts`, 'export const a = 1 // FIXME: later'],
  ['typescript(no-explicit-any)', `${SERVICE}/any.ts`, 'export const a = (x: any) => x'],
  ['typescript(ban-ts-comment)', `${SERVICE}/ignore.ts`, "// @ts-ignore\nexport const a: number = 'x'"],
  ['typescript(no-non-null-assertion)', `${SERVICE}/bang.ts`, 'export const a = (x?: number) => x!'],
  ['perennial(no-double-assertion)', `${SERVICE}/double.ts`, "export const a = 'x' as unknown as number"],
  ['typescript(no-floating-promises)', `${SERVICE}/floating.ts`, 'Promise.resolve(1)'],
  ['typescript(no-misused-promises)', `${SERVICE}/misused.ts`, 'export const f = (p: Promise<boolean>) => (p ? 1 : 2)'],
  ['typescript(only-throw-error)', `${SERVICE}/throw.ts`, "export function f() { throw 'x' }"],
  [
    'typescript(switch-exhaustiveness-check)',
    `${SERVICE}/switch.ts`,
    "export function f(x: 'a' | 'b') { switch (x) { case 'a': return 1 } return 2 }",
  ],
  ['vitest(no-restricted-vi-methods)', `${SERVICE}/mock.test.ts`, "import { vi } from 'vitest'\nvi.mock('./x.ts')"],
  ['vitest(no-restricted-vi-methods)', `${SERVICE}/timers.test.ts`, "import { vi } from 'vitest'\nvi.useFakeTimers()"],
  [
    'vitest(no-disabled-tests)',
    `${SERVICE}/skip.test.ts`,
    "import { expect, test } from 'vitest'\ntest.skip('x', () => { expect(1).toBe(1) })",
  ],
  [
    'vitest(no-focused-tests)',
    `${SERVICE}/only.test.ts`,
    "import { expect, test } from 'vitest'\ntest.only('x', () => { expect(1).toBe(1) })",
  ],
  ['vitest(expect-expect)', `${SERVICE}/nothing.test.ts`, "import { test } from 'vitest'\ntest('x', () => {})"],
  ...['kafkajs', '@confluentinc/schemaregistry', 'ioredis', 'bullmq', 'pino', 'prom-client'].flatMap((name) =>
    [SERVICE, PURE].map(
      (folder) =>
        [
          'eslint(no-restricted-imports)',
          `${folder}/client-${name.replaceAll(/\W/g, '')}.ts`,
          `import '${name}'`,
        ] as const,
    ),
  ),
  ...['node:fs', 'node:fs/promises', 'node:crypto', 'fs', 'child_process'].map(
    (name) =>
      ['eslint(no-restricted-imports)', `${PURE}/node-${name.replaceAll(/\W/g, '')}.ts`, `import '${name}'`] as const,
  ),
  ...[
    'process.env',
    'globalThis.fetch',
    "fetch('http://x')",
    'setTimeout(() => {}, 1)',
    'setInterval(() => {}, 1)',
    'crypto.randomUUID()',
    "console.log('x')",
    'performance.now()',
  ].map((code, i) => ['eslint(no-restricted-globals)', `${PURE}/global-${i}.ts`, `export const a = ${code}`] as const),
  ['eslint(no-restricted-properties)', `${PURE}/random.ts`, 'export const a = Math.random()'],
  ...['Date.now()', 'new Date()', 'Date()', "Date['now']()"].map(
    (code, i) => ['perennial(no-clock)', `${PURE}/clock-${i}.ts`, `export const a = ${code}`] as const,
  ),
]

/** Files beside which the same rules must stay silent. */
const GOOD: readonly (readonly [string, string])[] = [
  [`${SERVICE}/cycle-b.ts`, "import { a } from './cycle.ts'\nexport const b = () => a"],
  [
    `${PURE}/date.ts`,
    'export const iso = (ms: number) => new Date(ms).toISOString()\nexport const utc = Date.UTC(2020, 1)',
  ],
  [
    `${PURE}/params-8.ts`,
    'export const f = (a: 1, b: 1, c: 1, d: 1, e: 1, g: 1, h: 1, i: 1) => [a, b, c, d, e, g, h, i]',
  ],
  [`${SERVICE}/function.ts`, longFunction(36)],
  [`${SERVICE}/clock.ts`, 'export const a = Date.now()\nexport const b = Math.random()'],
  ['packages/runtime/src/client.ts', "import 'kafkajs'\nimport 'ioredis'"],
  [
    `${PURE}/pure.test.ts`,
    "import 'node:fs'\nimport { expect, test } from 'vitest'\ntest('x', () => { expect(Date.now()).toBe(1) })",
  ],
]

let reported: readonly (readonly [string, string])[]
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perennial-lint-'))
  cpSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  cpSync(join(ROOT, 'test/lint/rules.mjs'), join(folder, 'test/lint/rules.mjs'))
  write(
    'tsconfig.json',
    '{ "compilerOptions": { "strict": true, "types": [], "allowImportingTsExtensions": true, "noEmit": true } }',
  )
  for (const [, path, text] of BAD) write(path, text)
  for (const [path, text] of GOOD) write(path, text)
  reported = lint()
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each(BAD)('%s reports %s', (rule, path) => {
  expect(reported).toContainEqual([rule, path])
})

test.each(GOOD.filter(([path]) => !path.includes('cycle')))('nothing is reported for %s', (path) => {
  expect(reported.filter(([, file]) => file === path)).toEqual([])
})

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

function lint(): [string, string][] {
  const oxlint = join(ROOT, 'node_modules', '.bin', 'oxlint')
  let out: string
  try {
    out = execFileSync(oxlint, ['--format', 'json'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
  } catch (error) {
    out = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
  }
  const answer: { diagnostics: { code: string; filename: string }[] } = JSON.parse(out)
  return answer.diagnostics.map(({ code, filename }) => [code, filename])
}

function longFunction(lines: number): string {
  return `export function f(a: number) {\n${'  a += 1\n'.repeat(lines)}  return a\n}`
}
