import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const LOGGER = new URL('./logger.ts', import.meta.url).href

function logged(format: string, line: string): string {
  const script = `const { createLogger } = await import('${LOGGER}'); const log = createLogger('svc', { level: 'info', format: '${format}' }); ${line}; process.exit(0)`
  return execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
}

test('writes JSON lines that survive an exit, and keeps personal data out of them', () => {
  const out = logged(
    'json',
    `log.info({ email: 'a@b.c', member: { email: 'a@b.c', tier: 'gold' }, token: 't' }, 'Hello')`,
  )
  const line: unknown = JSON.parse(out)
  expect(line).toMatchObject({ service: 'svc', msg: 'Hello', email: '[private]', token: '[private]' })
  expect(line).toMatchObject({ member: { email: '[private]', tier: 'gold' } })
  expect(out).not.toContain('a@b.c')
})

test('is readable on a terminal', () => {
  expect(logged('pretty', `log.warn({ partition: 3 }, 'Hello')`)).toMatch(/WARN.*Hello/)
})
