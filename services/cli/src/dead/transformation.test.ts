import { describe, expect, test } from 'vitest'
import { differences, toldOf, transformationOf, transformed } from './transformation.ts'

const change = (options: Partial<Parameters<typeof transformationOf>[0]>) =>
  transformationOf({ rename: [], remove: [], set: [], ...options })

describe('a transformation', () => {
  const record = { eventId: 'e1', total: 12, member: { memberId: null }, note: 'x' }

  test('renames, then removes, then sets, along paths', () => {
    const steps = change({
      rename: ['total=amount', 'gone=never'],
      remove: ['note'],
      set: ['member.memberId=M-1', 'n=3'],
    })
    expect(transformed(record, steps)).toEqual({ eventId: 'e1', amount: 12, member: { memberId: 'M-1' }, n: 3 })
    expect(record.note).toBe('x')
  })

  test('makes the records on the way to what it sets, and no others', () => {
    expect(transformed({}, change({ set: ['member.email=a@example.org'] }))).toEqual({
      member: { email: 'a@example.org' },
    })
    expect(transformed({ a: 1 }, change({ remove: ['b.c'], rename: ['b.c=d'] }))).toEqual({ a: 1 })
  })

  test('takes values as JSON, and else as text; whatever a field is called', () => {
    expect(transformed({}, change({ set: ['a=null', 'b="7"', 'c=seven', 'd=x=y'] }))).toEqual({
      a: null,
      b: '7',
      c: 'seven',
      d: 'x=y',
    })
    transformed({}, change({ set: ['__proto__.polluted=1'] }))
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test.each(['--set', '--rename'])('refuses %s without =', (option) => {
    const options = option === '--set' ? { set: ['currency'] } : { rename: ['currency'] }
    expect(() => change(options)).toThrow(`${option} is 'currency'`)
  })

  test('is told without its values, and what it changed field by field', () => {
    const steps = change({ set: ['member.memberId=M-1'], remove: ['note'] })
    expect(toldOf(steps)).toBe('remove note, set member.memberId')
    expect(differences(record, transformed(record, steps))).toEqual([
      { path: 'member.memberId', before: null, after: 'M-1' },
      { path: 'note', before: 'x', after: undefined },
    ])
  })
})
