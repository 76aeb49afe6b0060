import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BUILT_IN, DAY_MS, SIGNALS } from '@perennial/member'
import { starterModel } from '@perennial/risk'
import { EnvReader } from '@perennial/runtime'
import { describe, expect, test } from 'vitest'
import { checkTemplatesOf, keepPlays, playFiles, playVersions, readPlays } from './plays.ts'
import { readScorer } from './scorer.ts'
import { readTemplateConfig, readTemplates } from './templates.ts'
import { readVocabulary } from './vocabulary.ts'

function fileWith(name: string, text: string): { folder: string; file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-deployment-'))
  writeFileSync(join(folder, name), text)
  return { folder, file: join(folder, name) }
}

const PLAY = `
name: try
title: Try it
purpose: internal
when:
  bandEntered: [high]
for:
  status: [active]
steps:
  - name: alert
    channel: CHANNEL
    owner: somebody
expiry: 7d
`

const TEMPLATE = '---\nsubject: Hello\n---\nDear member\n'

describe('the model', () => {
  test('is the starter where none is named', () => {
    expect(readScorer(undefined, BUILT_IN).model.kind).toBe('starter, not trained')
  })

  test('is refused with all that is wrong with it', () => {
    const { file } = fileWith('model.json', '{"id": 7}')
    expect(() => readScorer(file, BUILT_IN)).toThrow(/is no model here:\n(.*\n)* {2}- id: must be a text, not 7/)
  })

  test('is refused when it is no JSON, or not there', () => {
    expect(() => readScorer(fileWith('model.json', '{').file, BUILT_IN)).toThrow('cannot be read as JSON')
    expect(() => readScorer('/no/such/file', BUILT_IN)).toThrow('cannot be read as JSON')
  })
})

describe('the signals', () => {
  const posted = { stream: 'forum', action: 'posted', family: 'belonging', label: 'forum posts' }
  const read = (signals: unknown) => readVocabulary(fileWith('signals.json', JSON.stringify({ signals })).file)

  test('are the built-in ones where no file is named', () => {
    expect(readVocabulary(undefined).signals).toEqual(SIGNALS)
  })

  test('of a file come after them, in its order', () => {
    const { signals } = read([posted, { stream: 'shift', action: 'missed' }])
    expect(signals.slice(SIGNALS.length)).toEqual([
      { id: SIGNALS.length, name: 'forum.posted', stream: 'forum', family: 'belonging', label: 'forum posts' },
      { id: SIGNALS.length + 1, name: 'shift.missed', stream: 'shift', family: 'open', label: 'shift: missed' },
    ])
  })

  test.each([
    ['no list', {}, 'signals: must be a list, not {}'],
    ['a number for a name', [{ ...posted, stream: 7 }], 'signals[0].stream: must be a text, not 7'],
    ['nothing for an action', [{ stream: 'a' }], 'signals[0].action: must be a text, not missing'],
    ['a typing error', [{ ...posted, famly: 'open' }], 'signals[0].famly: is not a known key'],
    ['a family of its own', [{ ...posted, family: 'fun' }], 'signals[0].family: must be one of "consumption", '],
    ['one twice', [posted, posted], 'signals[1].action: stands twice: forum.posted is signals[0] too'],
    [
      'too many',
      Array.from({ length: 49 }, (_, n) => ({ stream: 's', action: `${n}` })),
      'signals[48].stream: is one too',
    ],
  ])('are refused with path and reason: %s', (_, signals, message) => {
    expect(() => read(signals)).toThrow(message)
    expect(() => read(signals)).toThrow('PERENNIAL_SIGNALS is ')
  })

  test('are refused when the file is no JSON, or not there', () => {
    expect(() => readVocabulary('/no/such/file')).toThrow("PERENNIAL_SIGNALS is '/no/such/file', which cannot be read")
  })

  test('decide which features a model may weigh', () => {
    const own = { name: 'sum_365:forum.posted', weight: -1, reason: 'who posts stays' }
    const json = JSON.stringify({
      ...starterModel(),
      features: [own],
      engagement: { ...starterModel().engagement, weights: {} },
    })
    const { file } = fileWith('model.json', json)
    expect(readScorer(file, read([posted])).contributionNames).toContain('sum_365:forum.posted')
    expect(() => readScorer(file, BUILT_IN)).toThrow(
      'features[0].name: needs the signal forum.posted, which the signals file',
    )
  })
})

describe('the plays', () => {
  test('are read from a folder', () => {
    const { folder } = fileWith('try.yaml', PLAY.replace('CHANNEL', 'log'))
    expect(readPlays(folder).playbooks.map(({ name }) => name)).toEqual(['try'])
  })

  test('are refused when a channel does not exist', () => {
    const { folder } = fileWith('try.yaml', PLAY.replace('CHANNEL', 'pigeon'))
    expect(() => readPlays(folder)).toThrow("try: there is no channel 'pigeon'")
  })

  test('that write to the member need a template that exists, and are not internal', () => {
    const mail = PLAY.replace('CHANNEL', 'email')
    expect(() => readPlays(fileWith('try.yaml', mail).folder)).toThrow("try: 'email' goes to the member")
    const service = mail.replace('internal', 'service')
    expect(() => readPlays(fileWith('try.yaml', service).folder)).toThrow("try: 'email' needs a template")
    const named = readPlays(fileWith('try.yaml', service.replace('owner', 'template: hello\n    owner')).folder)
    expect(named.playbooks[0]?.steps[0]?.template).toBe('hello')
    const templates = readTemplates({ folder: fileWith('bye.md', TEMPLATE).folder, links: {} })
    expect(() => checkTemplatesOf(named, templates)).toThrow("try: there is no template 'hello'. There are: bye")
    checkTemplatesOf(named, readTemplates({ folder: fileWith('hello.md', TEMPLATE).folder, links: {} }))
  })

  test('are refused with file, line and reason', () => {
    const { folder } = fileWith('try.yaml', PLAY.replace('purpose', 'purpse'))
    expect(() => readPlays(folder)).toThrow(/try\.yaml:4/)
  })

  test('may end in .yml too, and their policy', () => {
    const { folder } = fileWith('try.yml', PLAY.replace('CHANNEL', 'log'))
    writeFileSync(join(folder, 'policy.yml'), 'cap: { contacts: 1, within: 9d }\ntimeZone: UTC\n')
    const { playbooks, policy } = readPlays(folder)
    expect([playbooks.map(({ name }) => name), policy.cap.withinMs]).toEqual([['try'], 9 * DAY_MS])
  })

  test.each([
    ['is not there', '/nowhere/plays', "PERENNIAL_PLAYBOOKS is '/nowhere/plays': the folder cannot be read"],
    ['holds none', tmpdir(), 'it holds no .yaml or .yml file'],
  ])('are refused where their folder %s', (_, folder, message) => {
    const empty = folder === tmpdir() ? mkdtempSync(join(folder, 'perennial-empty-')) : folder
    expect(() => readPlays(empty)).toThrow(message)
  })

  test('are refused when the kill switch names one that is not there: it would go on', () => {
    const { folder } = fileWith('try.yaml', PLAY.replace('CHANNEL', 'log'))
    for (const names of [['try'], ['all'], ['*'], ['channel:email']])
      expect(readPlays(folder, BUILT_IN, names).playbooks).toHaveLength(1)
    expect(() => readPlays(folder, BUILT_IN, ['channel:emial'])).toThrow("names 'channel:emial'")
    expect(() => readPlays(folder, BUILT_IN, ['try', 'tri'])).toThrow(
      "KILL_SWITCH names 'tri', which is no playbook (did you mean 'try'?). Examples: KILL_SWITCH=all, KILL_SWITCH=channel:email",
    )
  })
})

test.each([
  [
    'complaint: { opened: [desk.ticket], closed: [complaint_closed], within: 9d }',
    "policy: complaint: there is no signal 'desk.ticket'",
  ],
  [
    'alertBudget: { perDay: 9, owners: { sombody: 2 } }',
    "policy: alertBudget: no play has the owner 'sombody' (did you mean 'somebody'?)",
  ],
  ['caps: [{ contacts: 1, within: 7d, channel: emial }]', "policy: caps: there is no channel 'emial'"],
])('a policy with %s is refused', (line, message) => {
  const { folder } = fileWith('try.yaml', PLAY.replace('CHANNEL', 'log'))
  writeFileSync(join(folder, 'policy.yaml'), `cap: { contacts: 1, within: 7d }\ntimeZone: UTC\n${line}\n`)
  expect(() => readPlays(folder)).toThrow(message)
})

test('plays are known by the version that something was decided by, though the files have changed', async () => {
  const kept = new Map<string, readonly { file: string; text: string }[]>()
  const texts = {
    keep: async (version: string, files: readonly { file: string; text: string }[]) => void kept.set(version, files),
    of: async (version: string) => kept.get(version),
  }
  const { folder, file } = fileWith('try.yaml', PLAY.replace('CHANNEL', 'log'))
  const before = readPlays(folder)
  await keepPlays(texts, before, playFiles(folder))
  writeFileSync(file, PLAY.replace('CHANNEL', 'log').replace('somebody', 'somebody-else'))
  const of = playVersions(texts, () => readPlays(folder))
  expect((await of(before.version))?.playbooks[0]?.steps[0]?.owner).toBe('somebody')
  expect(await of('of another deployment')).toBeUndefined()
})

describe('the templates', () => {
  const config = (env: Readonly<Record<string, string>>) => {
    const from = new EnvReader(env)
    return { ...readTemplateConfig(from), problems: from.problems }
  }

  test('that are shipped need their links, and are in order with them', () => {
    const names = ['renew', 'events', 'home', 'payment']
    const given = names.map((name) => `${name}=https://association.example/${name}`).join(', ')
    const { folder, links, problems } = config({ EMAIL_LINKS: given })
    expect(problems).toEqual([])
    const templates = readTemplates({ folder, links })
    expect(templates.byName.size).toBeGreaterThan(10)
    // And every shipped play finds its own, each of them says something to members.
    const shipped = readPlays(join(import.meta.dirname, '../../playbooks/playbooks'))
    const switchedOn = shipped.playbooks.map((play) => ({ ...play, enabled: true }))
    expect(() => checkTemplatesOf({ ...shipped, playbooks: switchedOn }, templates)).not.toThrow()
    // Who has templates of their own is not asked for those of plays that are switched off.
    expect(() => checkTemplatesOf(shipped, { byName: new Map(), links })).not.toThrow()
    const used = new Set(shipped.playbooks.flatMap(({ steps }) => steps.map(({ template }) => template)))
    expect([...templates.byName.keys()].filter((name) => !used.has(name))).toEqual(['we-miss-you'])
    expect(() => readTemplates({ folder, links: {} })).toThrow(/welcome\.md:11:\d+: there is no link 'home'/)
  })

  test('of a folder are refused with file, line and reason; a README is none of them', () => {
    const { folder, file } = fileWith('hello.md', TEMPLATE.replace('member', '{{ firstName }}'))
    writeFileSync(join(folder, 'README.md'), 'About these')
    expect(() => readTemplates({ folder, links: {} })).toThrow(`${file}:4:9: there is no variable 'firstName'`)
  })

  test.each(['renew', 'renew=', 'renew=javascript:alert(1)', 'a b=https://x.example', '=https://x.example'])(
    'take no link like %s',
    (entry) => {
      expect(config({ EMAIL_LINKS: entry }).problems[0]).toContain(`EMAIL_LINKS holds '${entry}'`)
    },
  )
})
