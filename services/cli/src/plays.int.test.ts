import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLedger, systemClock } from '@perennial/runtime'
import { redisServer, sampleEntry, testPlatform, type TestPlatform } from '@perennial/testkit'
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
    expect(out).toMatch(/^renewal-series +no +termEnd +service +email, task +Remind of the renewal$/m)
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

  test('a play is switched off and on in its own file, and what is different is told', async () => {
    const own = join(cli.folder, 'own')
    await mkdir(own)
    const file = join(own, 'call.yaml')
    await writeFile(file, `# Ours\n${GOOD}`)
    const off = await cli.run(['playbook', 'disable', 'call', '--playbooks', 'own'])
    expect(off).toMatchObject({ code: 0, out: expect.stringContaining("'call' is switched off in") })
    expect(await readFile(file, 'utf8')).toBe(
      `# Ours\n${GOOD.replace('title: Call\n', 'title: Call\nenabled: false\n')}`,
    )
    expect(await readdir(own)).toEqual(['call.yaml'])
    await writeFile(join(cli.folder, 'before.yaml'), GOOD)
    const { out } = await cli.run(['playbook', 'diff', 'before.yaml', 'own'])
    expect(out.trim()).toBe('~ call changes\n    enabled: true → false')
    // What is not in order, or not one's own, is left alone.
    const text = (await readFile(file, 'utf8')).replace('expiry: 7d', 'expiry: 7')
    await writeFile(file, text)
    const wrong = await cli.run(['playbook', 'enable', 'call', '--playbooks', 'own'])
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('own/call.yaml:9:9: expected a duration') })
    expect(await readFile(file, 'utf8')).toBe(text)
    const shipped = await cli.run(['playbook', 'enable', 'win-back'])
    expect(shipped).toMatchObject({ code: 2, err: expect.stringContaining('an update would undo the change') })
  })

  test('a play, by its file, is simulated on records of the past, beside those in force', async () => {
    await cli.run(['sample', 'past.jsonl', '--members', '40', '--days', '200', '--end', '2026-11-01'])
    await writeFile(join(cli.folder, 'call.yaml'), GOOD.replace('channel: log', 'channel: task, owner: ops'))
    const args = ['simulate', 'call.yaml', '--history', 'past.jsonl', '--from', '2026-06-01', '--to', '2026-11-01']
    const { code, out, err } = await cli.run([...args, '--diff', '--out', 'out/contacts.csv', '--json'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const report = JSON.parse(out) as Readonly<{ contacts: number }>
    expect(report).toMatchObject({
      members: 40,
      playbooks: [{ playbook: 'call', steps: [{ step: 'call', owner: 'ops' }] }],
      load: [{ owner: 'ops', contacts: report.contacts }],
      displaces: [],
      diff: { added: report.contacts, gone: 0 },
    })
    expect(report.contacts).toBeGreaterThan(2)
    const lines = (await readFile(join(cli.folder, 'out/contacts.csv'), 'utf8')).trim().split('\n')
    expect(lines.filter((line) => line.includes(',sent,') && line.endsWith(',added'))).toHaveLength(report.contacts)
    expect((await cli.run(args)).out).toMatch(
      /^\d+ contacts with \d+ of 40 members, 2026-06-01 to 2026-11-01\. Nothing was sent\./,
    )
    const unknown = await cli.run(['simulate', 'cal', '--sample'])
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining("There is no playbook 'cal'") })
  })

  test('why nobody was contacted about whom nothing was decided', async () => {
    const { code, err } = await cli.run(['why', 'nobody'])
    expect(code).toBe(1)
    expect(err).toContain("Nothing was ever decided about a member 'nobody'")
  })

  describe('the ledger as a file', () => {
    const now = systemClock.now()
    const DAY = 86_400_000
    let stored: TestPlatform

    beforeAll(async () => {
      stored = await testPlatform({ namespace: cli.namespace })
      const { platform } = stored
      const entries = ['M1', 'M2', 'M3'].flatMap((memberId) =>
        [1, 2, 3].map((n) => sampleEntry({ id: `i-${n}-${memberId}`, memberId, decidedAt: now - n * DAY })),
      )
      await createLedger(platform.redis('command'), platform).record(entries)
    })

    afterAll(() => stored.release())

    const run = (...args: string[]) => cli.run(['ledger', 'export', ...args], { ACTIVITY_PARTITIONS: '3' })
    const dayBefore = (days: number) => new Date(now - days * DAY).toISOString()

    test('is whole, one decision a line, for its owner alone', async () => {
      const { code, out } = await run('--out', 'out/all.jsonl')
      const path = join(cli.folder, 'out/all.jsonl')
      expect([code, out]).toEqual([0, `9 decisions about 3 members: ${path}\n`])
      const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
      // Member by member, in the order of partitions.
      const ids = lines.map((line): string => JSON.parse(line).memberId)
      expect([...Map.groupBy(ids, (id) => id).values()].map((own) => own.length)).toEqual([3, 3, 3])
      expect((await stat(path)).mode & 0o777).toBe(0o600)
    })

    test('or a range of it, as a table', async () => {
      const { out } = await run(
        '--format',
        'csv',
        '--from',
        dayBefore(2.5),
        '--to',
        dayBefore(1.5),
        '--out',
        'some.csv',
      )
      expect(out).toMatch(/^3 decisions about 3 members/)
      const lines = (await readFile(join(cli.folder, 'some.csv'), 'utf8')).split('\r\n')
      expect(lines).toHaveLength(3 + 2)
      expect(lines.slice(1, 4).every((line) => line.includes('i-2-M'))).toBe(true)
    })

    test('an end before the beginning is refused', async () => {
      expect(await run('--from', dayBefore(1), '--to', dayBefore(2), '--out', 'x')).toMatchObject({
        code: 2,
        err: expect.stringContaining('--from must be before --to.'),
      })
    })
  })
})
