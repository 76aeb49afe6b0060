import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { createProgram } from './program.ts'

const program = createProgram(() => undefined)
const commands = program.commands.flatMap(withParts)

/** A command, and what it is made of. */
function withParts(command: Command): (readonly [string, Command])[] {
  const parts = command.commands.flatMap(withParts).map(([name, part]) => [`${command.name()} ${name}`, part] as const)
  return [[command.name(), command], ...parts]
}

test('has the commands that people were told of', () => {
  const names = commands.map(([name]) => name)
  const told = ['up', 'replay', 'members', 'explain', 'dead-letters', 'dead-letters show', 'doctor', 'model promote']
  expect(names).toEqual(expect.arrayContaining(told))
})

test.each(commands)('`%s --help` says what it does, and in its list in a few words', (_, command) => {
  expect(command.description()).toMatch(/^[A-Z][^]*\.$/)
  expect(command.summary()).toMatch(/^[a-z].*[^.]$/)
})

test.each(commands.filter(([, { commands: parts }]) => parts.length === 0))(
  '`%s` has --json and an example',
  (name, command) => {
    expect(command.options.map(({ long }) => long)).toContain('--json')
    let help = ''
    command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp()
    expect(help).toContain(`\nExamples:\n`)
    expect(help).toContain(`perennial ${name}`)
  },
)
