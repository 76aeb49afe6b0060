import * as fc from 'fast-check'
import { Command } from 'ioredis'
import { expect, test } from 'vitest'
import { CommandWriter } from './ready-command.ts'

const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme', maxLength: 100 }))
const data = fc.uint8Array({ maxLength: 70_000 }).map((bytes) => Buffer.from(bytes))

test('a command is written, byte for byte, as ioredis writes it', () => {
  const writer = new CommandWriter()
  fc.assert(
    fc.property(fc.array(fc.oneof(text, data), { minLength: 1 }), (args) => {
      writer.begin()
      writer.text('evalsha')
      for (const value of args) {
        if (typeof value === 'string') writer.text(value)
        else writer.data(value)
      }
      const written = new Command('evalsha', [...args]).toWritable(Object.create(null))
      expect(writer.finish().equals(Buffer.from(written))).toBe(true)
    }),
  )
})

test('a command keeps its memory when the next one is written', () => {
  const writer = new CommandWriter()
  writer.begin()
  writer.text('PING')
  const first = writer.finish()
  writer.begin()
  writer.text('QUIT')
  writer.finish()
  expect(first.toString()).toBe('*1\r\n$4\r\nPING\r\n')
})
