import avro from 'avsc'
import { describe, expect, test } from 'vitest'
import { incompatibilities } from './compatibility.ts'
import { parseSchema } from './parse.ts'

const record = (...fields: readonly object[]) => ({ type: 'record', name: 'R', namespace: 'n', fields })
const field = (name: string, type: unknown, rest: object = {}) => ({ name, type, ...rest })
const colours = (...symbols: readonly string[]) => ({ type: 'enum', name: 'E', symbols })

function found(reader: unknown, writer: unknown) {
  return incompatibilities(parseSchema(JSON.stringify(reader)), parseSchema(JSON.stringify(writer)))
}

function avscAgrees(reader: unknown, writer: unknown): boolean {
  try {
    avro.Type.forSchema(Object(reader)).createResolver(avro.Type.forSchema(Object(writer)))
    return true
  } catch {
    return false
  }
}

const before = record(field('a', 'int'))

describe('changes that break a reader, by the rule they break', () => {
  test.each([
    ['field without default added', 'b', record(field('a', 'int'), field('b', 'string')), before],
    ['type changed', 'a', record(field('a', 'string')), before],
    ['type changed', 'a', record(field('a', 'int')), record(field('a', 'long'))],
    ['type changed', 'a', record(field('a', 'string')), record(field('a', ['null', 'string']))],
    ['type changed', 'in.a', record(field('in', record2('string'))), record(field('in', record2('int')))],
    ['name changed', '', { ...before, name: 'Other' }, before],
    ['symbol removed', 'c', record(field('c', colours('red'))), record(field('c', colours('red', 'green')))],
    ['union branch removed', 'a', record(field('a', ['null', 'int'])), record(field('a', ['null', 'int', 'string']))],
    ['size changed', 'f', record(field('f', fixed(8))), record(field('f', fixed(4)))],
  ])('%s', (rule, path, reader, writer) => {
    expect(found(reader, writer)).toMatchObject([{ rule, path }])
    expect(avscAgrees(reader, writer)).toBe(false)
  })

  test('logical type changed, which avsc does not see', () => {
    const time = (logicalType: string) => record(field('at', { type: 'long', logicalType }))
    expect(found(time('timestamp-millis'), time('timestamp-micros'))).toMatchObject([
      { rule: 'logical type changed', path: 'at' },
    ])
  })
})

describe('changes that do not', () => {
  test.each([
    ['nothing', before, before],
    ['field with default added', record(field('a', 'int'), field('b', 'string', { default: '' })), before],
    ['field removed', record(), before],
    ['number widened', record(field('a', 'double')), before],
    ['field made optional', record(field('a', ['null', 'int'])), before],
    ['symbol added', record(field('c', colours('red', 'green'))), record(field('c', colours('red')))],
    [
      'symbol removed from an enum with a default',
      record(field('c', { ...colours('red'), default: 'red' })),
      record(field('c', colours('red', 'green'))),
    ],
    ['field renamed with an alias', record(field('b', 'int', { aliases: ['a'] })), before],
    ['record renamed with an alias', { ...before, name: 'New', aliases: ['n.R'] }, before],
    ['documentation changed', { ...before, doc: 'now with words' }, before],
  ])('%s', (_, reader, writer) => {
    expect(found(reader, writer)).toEqual([])
    expect(avscAgrees(reader, writer)).toBe(true)
  })
})

function record2(type: string) {
  return { type: 'record', name: 'In', fields: [field('a', type)] }
}

function fixed(size: number) {
  return { type: 'fixed', name: 'F', size }
}
