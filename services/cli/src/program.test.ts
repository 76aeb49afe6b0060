import { type Command, CommanderError } from 'commander'
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

test.each([
  ['rebuild --compare-only --yes', "option '--yes' cannot be used with option '--compare-only'"],
  ['simulate call --sample --history past', "option '--sample' cannot be used with option '--history <path>'"],
  ['erase --list --verify', "option '--list' cannot be used with option '--verify'"],
  ['erase M-1 --email jo.example.org', 'It must be an address such as jo@example.org.'],
  ['erase M-1 --external crm:', 'It must be the name of the system and the id: crm:17.'],
])('`%s` is refused before anything is done', async (line, message) => {
  const told: string[] = []
  const strict = createProgram(() => expect.unreachable())
  for (const [, command] of strict.commands.flatMap(withParts))
    command.configureOutput({ writeErr: (text) => void told.push(text) })
  await expect(strict.parseAsync(['node', 'perennial', ...line.split(' ')])).rejects.toThrow(CommanderError)
  expect(told.join('')).toContain(message)
})
