import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseFiles } from './parse-files.ts'
import { DEFAULT_POLICY } from './policy.ts'
import { problemText } from './yaml/problem.ts'

const folder = new URL('../playbooks/', import.meta.url)
const shipped = readdirSync(folder).map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }))
const DRAWS = {
  file: 'policy.yaml',
  text: 'cap: { contacts: 1, within: 7d }\ntimeZone: UTC\nholdout: { salt: guild, share: 0.1 }\n',
}
const hash = (text: string) => `v${text.length}`

test('the shipped plays are in order, and their policy is the one in force without a file', () => {
  const { plays, problems } = parseFiles(shipped, hash)
  expect(problems.map(problemText)).toEqual([])
  // The others contact members, or give colleagues work: an association switches them on when it has read them.
  expect(plays?.playbooks.filter(({ enabled }) => enabled).map(({ name }) => name)).toEqual([
    'at-risk-alert',
    're-engagement-trigger',
  ])
  expect(shipped.filter(({ text }) => !text.includes('# Why: ')).map(({ file }) => file)).toEqual(['policy.yaml'])
  expect(plays?.policy).toEqual(DEFAULT_POLICY)
})

test('one wrong file, and no play counts', () => {
  const broken = [...shipped, { file: 'x.yaml', text: 'name: x' }]
  expect(parseFiles(broken, hash).plays).toBeUndefined()
})

test('two plays of one name are refused: the ledger could not tell them apart', () => {
  const play = shipped.find(({ file }) => file === 'at-risk-alert.yaml')!
  const { problems } = parseFiles([play, { ...play, file: 'b.yaml' }], hash)
  expect(problems.map(problemText)).toEqual(["b.yaml:1:1: 'at-risk-alert' is the play of at-risk-alert.yaml already"])
})

test('the version changes with any text, and not with the order of the files', () => {
  const same = parseFiles(shipped.toReversed(), (text) => text).plays?.version
  expect(parseFiles(shipped, (text) => text).plays?.version).toBe(same)
  const other = shipped.map(({ file, text }) => ({ file, text: `${text}# more\n` }))
  expect(parseFiles(other, (text) => text).plays?.version).not.toBe(same)
})

test('a policy with a zone nobody knows is refused', () => {
  const text = 'cap: { contacts: 1, within: 7d }\ntimeZone: Berlin\n'
  expect(parseFiles([{ file: 'policy.yaml', text }], hash).problems.map(problemText)).toEqual([
    "policy.yaml:2:11: expected a time zone such as Europe/Berlin, found 'Berlin'",
  ])
})

test.each([
  [
    'contacts: 1, within: 7d',
    "policy.yaml:2:9: a cap of the list needs a 'purpose' or a 'channel'; 'cap' is the one over all",
  ],
  [
    'contacts: 1, within: 7d, purpose: marketng',
    "policy.yaml:2:45: expected one of internal, service, marketing, found 'marketng' (did you mean 'marketing'?)",
  ],
  ['contacts: 1, channel: email', "policy.yaml:2:9: 'within' is missing"],
])('a policy with a further cap of { %s } is refused', (cap, problem) => {
  const text = `cap: { contacts: 1, within: 7d }\ncaps: [ { ${cap} } ]\ntimeZone: UTC\n`
  expect(parseFiles([{ file: 'policy.yaml', text }], hash).problems.map(problemText)).toEqual([problem])
})

test('a share held out is refused where the policy draws nobody', () => {
  const play = shipped.find(({ file }) => file === 'at-risk-alert.yaml')!
  const drawing = { ...play, text: `${play.text.trimEnd()}\nholdout: 0.2\n` }
  const line = drawing.text.split('\n').length - 1
  expect(parseFiles([drawing], hash).problems.map(problemText)).toEqual([
    `at-risk-alert.yaml:${line}:1: nobody is drawn: policy.yaml has no \`holdout: { salt: …, share: … }\``,
  ])
  expect(parseFiles([drawing, DRAWS], hash).problems).toEqual([])
})

test('what README.md shows of a play, and of each trigger, can be written so', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, example = ''] = /```yaml\n(name: [\s\S]*?)```/.exec(readme) ?? []
  expect(parseFiles([{ file: 'README.md', text: example }, DRAWS], hash).problems.map(problemText)).toEqual([])
  const triggers = [...readme.matchAll(/^\| `([a-zA-Z]+)` +\| `([^|]+)` +\|/gm)].map(
    ([, name, settings]) => `${name}: ${settings}`,
  )
  expect(triggers.length).toBeGreaterThan(10)
  for (const trigger of triggers) {
    const text = example.replace(/bandEntered: .*/, trigger.replace(/` or `.*/, ''))
    expect(parseFiles([{ file: trigger, text }, DRAWS], hash).problems.map(problemText)).toEqual([])
  }
})
