import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAll, readEnv } from './env.ts'
import { Fault, isFault } from './fault.ts'

const folder = mkdtempSync(join(tmpdir(), 'env-'))

test('reads what is set, and falls back where nothing or an empty text is', () => {
  const env = { A: ' x ', B: '', N: '1.5', I: '-3', F: 'off', L: 'a, b,,c', K: 'two', U: 'redis://h:1' }
  const config = readEnv(env, (from) => ({
    a: from.text('A', 'd'),
    b: from.text('B', 'd'),
    n: from.number('N', 0),
    i: from.integer('I', 0, { min: -5 }),
    f: from.flag('F', true),
    g: from.flag('G', true),
    l: from.list('L'),
    k: from.oneOf('K', ['one', 'two'], 'one'),
    u: from.url('U', '', { protocols: ['redis:'], example: 'redis://localhost:6379' }),
  }))
  expect(config).toEqual({
    a: 'x',
    b: 'd',
    n: 1.5,
    i: -3,
    f: false,
    g: true,
    l: ['a', 'b', 'c'],
    k: 'two',
    u: 'redis://h:1',
  })
})

test('lists every problem at once, each with the value, the reason and an example', () => {
  const env = { N: 'many', I: '2.5', R: '99', F: 'perhaps', K: 'three', U: 'foo' }
  const read = () =>
    readEnv(env, (from) => {
      from.number('N', 4)
      from.integer('I', 4)
      from.integer('R', 4, { min: 1, max: 10 })
      from.flag('F', false)
      from.oneOf('K', ['one', 'two'], 'one')
      from.url('U', '', { protocols: ['redis:'], example: 'redis://localhost:6379' })
      from.required('M', 'abc')
    })
  expect(problemsOf(read)).toEqual([
    "N is 'many': not a number. Example: N=4",
    "I is '2.5': not a whole number. Example: I=4",
    "R is '99': above 10. Example: R=4",
    "F is 'perhaps': neither true nor false. Example: F=true",
    "K is 'three': not one of one, two. Example: K=one",
    "U is 'foo': not a redis:// address. Example: U=redis://localhost:6379",
    'M is missing. Example: M=abc',
  ])
})

test('a secret comes from its variable or from the file that _FILE names, never from both, and is never quoted', () => {
  const path = join(folder, 'secret')
  writeFileSync(path, 'from a file\n')
  expect(readEnv({ S: 'direct' }, (from) => from.secret('S'))).toBe('direct')
  expect(readEnv({ S_FILE: path }, (from) => from.secret('S'))).toBe('from a file')
  expect(readEnv({}, (from) => from.secret('S'))).toBeUndefined()

  const [both] = problemsOf(() => readEnv({ S: 'hush', S_FILE: path }, (from) => from.secret('S')))
  expect(both).toContain('both set')
  expect(both).not.toContain('hush')
  const [missing] = problemsOf(() => readEnv({ S_FILE: join(folder, 'no') }, (from) => from.secret('S')))
  expect(missing).toContain('no such file')
})

test('several configurations are read together, and a problem they share is told once', () => {
  const port = (env: Record<string, string | undefined>) => readEnv(env, (from) => from.integer('PORT', 1))
  const name = (env: Record<string, string | undefined>) => readEnv(env, (from) => from.required('NAME', 'x'))
  expect(readAll({ NAME: 'n' }, [port, name])).toEqual([1, 'n'])
  expect(problemsOf(() => readAll({ PORT: 'x' }, [port, name, port]))).toHaveLength(2)
  expect(() =>
    readAll({}, [
      () => {
        throw new Error('a bug')
      },
    ]),
  ).toThrow('a bug')
})

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read()
  } catch (error) {
    if (isFault(error, 'config')) return error.details
    throw error
  }
  throw new Fault('test', 'nothing was wrong')
}
