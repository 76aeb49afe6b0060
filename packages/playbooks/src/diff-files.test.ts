import { expect, test } from 'vitest'
import { diffFiles } from './diff-files.ts'

const play = (more: string, steps = '- { name: mail, channel: webhook }\n  - { name: call, channel: task }') => ({
  file: 'plays/win-back.yaml',
  text: `name: win-back\ntitle: T\nwhen: { bandEntered: [high] }\nsteps:\n  ${steps}\n${more}`,
})

test('tells setting by setting what is another, was left out, or has come', () => {
  const before = [play('expiry: 7d\nholdout: 0.1\n')]
  const after = [
    {
      ...play('expiry: 9d\nenabled: false\n', '- { name: card, channel: log }\n  - { name: mail, channel: email }'),
      file: 'other-name.yml',
    },
  ]
  expect(diffFiles(before, after)).toEqual([
    {
      name: 'win-back',
      kind: 'changed',
      changes: [
        { where: 'enabled', before: 'true', after: 'false' },
        { where: 'steps.mail.channel', before: 'webhook', after: 'email' },
        { where: 'steps.call.channel', before: 'task', after: undefined },
        { where: 'expiry', before: '7d', after: '9d' },
        { where: 'holdout', before: '0.1', after: undefined },
        { where: 'steps.card.channel', before: undefined, after: 'log' },
      ],
    },
  ])
})

test('plays that came and went, and the policy, are told by name', () => {
  const policy = (contacts: number) => ({ file: 'p/policy.yaml', text: `cap: { contacts: ${contacts}, within: 7d }\n` })
  const other = { file: 'x.yaml', text: 'name: other\ntitle: O\n' }
  const found = diffFiles([play(''), policy(1)], [other, policy(2)])
  expect(found.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    'added other',
    'changed policy.yaml',
    'removed win-back',
  ])
  expect(found[1]?.changes).toEqual([{ where: 'cap.contacts', before: '1', after: '2' }])
})

test('comments, layout and what is the default anyway are no difference', () => {
  expect(diffFiles([play('')], [play('# more\nenabled: true\n\n')])).toEqual([])
})
