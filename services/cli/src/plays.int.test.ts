import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { redisServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TestCli } from './testing/run-cli.ts'

const WAIT = 60_000
const GOOD = `name: call
title: Call
purpose: internal
when: { silent: { for: 60d } }
for: { status: [active] }
steps: [{ name: call, channel: log }]
expiry: 7d
`

describe.runIf(redisServer() !== undefined)('plays on the command line', { timeout: WAIT }, () => {
  let cli: TestCli
  let folder: string

  beforeAll(async () => {
    cli = await TestCli.create()
    folder = join(cli.folder, 'plays')
    await mkdir(folder)
    await writeFile(join(folder, 'call.yaml'), GOOD)
  }, WAIT)

  afterAll(() => cli.clear(), WAIT)

  test('a folder in order is said to be, and listed', async () => {
    expect(await cli.run(['playbook', 'check', folder])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^1 playbook in order, 1 switched on\. Version [0-9a-f]{24}\.$/m),
    })
    expect(await cli.json('playbook', 'list', folder)).toMatchObject({
      playbooks: [{ name: 'call', waitsFor: 'silent' }],
    })
    const { out } = await cli.run(['playbook', 'list'])
    expect(out).toMatch(/^renewal-series +no +termEnd +service +webhook, task +Remind of the renewal$/m)
  })

  test('what is wrong is told with file, line, column and reason, and ends with 2', async () => {
    await writeFile(
      join(folder, 'wrong.yaml'),
      GOOD.replace('silent:', 'silence:').replace('name: call', 'name: wrong'),
    )
    const { code, err } = await cli.run(['playbook', 'check', folder])
    expect(code).toBe(2)
    expect(err).toContain(`${folder}/wrong.yaml:4:9: unknown key 'silence'`)
    await writeFile(
      join(folder, 'wrong.yaml'),
      GOOD.replace('silent: { for: 60d }', 'notYet: { signals: [lgoin], within: 9d }').replace(
        'name: call',
        'name: wrong',
      ),
    )
    expect((await cli.run(['playbook', 'check', folder])).err).toContain("wrong: there is no signal 'lgoin'")
  })

  test('the schema for editors is JSON', async () => {
    const { out } = await cli.run(['playbook', 'schema'])
    expect(JSON.parse(out)).toMatchObject({ type: 'object', additionalProperties: false })
  })

  test('why nobody was contacted about whom nothing was decided', async () => {
    const { code, err } = await cli.run(['why', 'nobody'])
    expect(code).toBe(1)
    expect(err).toContain("Nothing was ever decided about a member 'nobody'")
  })
})
