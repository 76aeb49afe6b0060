import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'

const MODULE = new URL('./process.ts', import.meta.url).href
const LOGGER = new URL('./logger.ts', import.meta.url).href

let child: ChildProcess | undefined
afterEach(() => child?.kill('SIGKILL'))

type Ended = Readonly<{ code: number | null; output: string }>

/** Runs a process whose body is `run`; sends `signals` one by one, each when a line says it is its turn. */
async function process_(run: string, signals: readonly NodeJS.Signals[], deadlineMs = 5_000): Promise<Ended> {
  const script = `
    const { runProcess } = await import('${MODULE}')
    const { createLogger } = await import('${LOGGER}')
    const logger = createLogger('svc', { level: 'debug', format: 'json' })
    setInterval(() => {}, 1000)
    await runProcess({ name: 'svc', logger, shutdownDeadlineMs: ${deadlineMs} }, async ({ scope, fatal }) => { ${run} })`
  child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  const waiting = [...signals]
  child.stdout?.on('data', (text: Buffer) => {
    output += text
    for (const _ of String(text).matchAll(/NOW/g)) {
      const signal = waiting.shift()
      if (signal !== undefined) child?.kill(signal)
    }
  })
  await once(child, 'close')
  return { code: child.exitCode, output }
}

const STUCK = `scope.adopt(1, () => { console.log('NOW'); return new Promise(() => {}) }); console.log('NOW')`

test('a signal releases everything in order and ends with 0', async () => {
  const run = `
    scope.adopt('first', () => console.log('released first'))
    scope.adopt('second', async () => console.log('released second'))
    scope.signal.addEventListener('abort', () => console.log('told'))
    console.log('NOW')`
  const { code, output } = await process_(run, ['SIGTERM'])
  expect(code).toBe(0)
  expect(output).toMatch(/told[^]*released second[^]*released first[^]*Stopped/)
})

test('a second signal ends it at once', async () => {
  expect((await process_(STUCK, ['SIGINT', 'SIGINT'])).code).toBe(130)
})

test('what cannot be released in time is left behind', async () => {
  const { code, output } = await process_(STUCK, ['SIGTERM'], 100)
  expect(code).toBe(1)
  expect(output).toContain('took too long')
})

test('a start that fails lets go of what it had, and ends with 1', async () => {
  const { code, output } = await process_(
    `scope.adopt(1, () => console.log('released')); throw new Error('no broker')`,
    [],
  )
  expect(code).toBe(1)
  expect(output).toMatch(/no broker[^]*released/)
})

test('a start that a signal cuts short is no failure', async () => {
  const run = `
    scope.adopt(1, () => console.log('released'))
    console.log('NOW')
    await new Promise((_, reject) => scope.signal.addEventListener('abort', () => reject(new Error('aborted'))))`
  const { code, output } = await process_(run, ['SIGTERM'])
  expect(code).toBe(0)
  expect(output).toContain('released')
})

test.each([
  ['fatal()', `fatal(new Error('the consumer died'))`],
  ['an error that nobody caught', `setTimeout(() => { throw new Error('the consumer died') }, 1)`],
  ['a rejection that nobody handled', `void Promise.reject(new Error('the consumer died'))`],
])('%s ends it in order, with 1', async (_, cause) => {
  const { code, output } = await process_(`scope.adopt(1, () => console.log('released')); ${cause}`, [])
  expect(code).toBe(1)
  expect(output).toMatch(/the consumer died[^]*released/)
})
