import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { redisServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TestCli } from './testing/run-cli.ts'

const WAIT = 120_000

describe.runIf(redisServer() !== undefined)('the command, on Redis alone', { timeout: WAIT }, () => {
  let cli: TestCli
  let file: string

  beforeAll(async () => {
    cli = await TestCli.create()
    file = join(cli.folder, 'small.jsonl.gz')
    await cli.run(['sample', file, '--members', '80', '--days', '200', '--seed', '7'])
  }, WAIT)

  afterAll(() => cli.clear(), WAIT)

  test('replays what is in order, counts and lists what is not, and ends with 1', async () => {
    const lines = gunzipSync(await readFile(file))
      .toString('utf8')
      .trimEnd()
      .split('\n')
    const broken = join(cli.folder, 'broken.jsonl')
    await writeFile(broken, [lines[0], '{"stream":', lines[1], '{"stream":"emails","record":{}}', lines[2]].join('\n'))
    const { code, out, err } = await cli.run(['replay', broken])
    expect(code).toBe(1)
    expect(out).toMatch(/^3 records replayed/)
    expect(out).toContain(`${broken}:2  Not JSON`)
    expect(out).toContain(`${broken}:4  stream is "emails"`)
    expect(err).toContain('2 rows of')
    // To a machine in one document, though the exit code is 1.
    type Replayed = { records: number; broken: number; rows: { line: number }[] }
    const { records, broken: count, rows } = await cli.json<Replayed>('replay', broken)
    expect([records, count, rows.map(({ line }) => line)]).toEqual([3, 2, [2, 4]])
  })

  test('scores, reports, stays up, takes live facts, and ends with 0', async () => {
    expect((await cli.run(['replay', file])).code).toBe(0)
    const up = cli.start(['up', '--example', 'none'])
    const [, url = ''] = await up.says(/^Perennial is ready at (http:\/\/127\.0\.0\.1:\d+)$/m)
    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ status: 'ready' })

    const seen = await timesSeen(cli, 'M-00003', 'posted')
    const call = { userId: 'M-00003', event: 'Post Created', messageId: 'live-1' }
    const body = JSON.stringify({ batch: [{ type: 'track', ...call }] })
    const [, token] = await up.says(/^ {2}(prn_\S+)$/m)
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    expect(await (await fetch(`${url}/v1/batch`, { method: 'POST', headers, body })).json()).toMatchObject({
      accepted: 1,
    })
    await expect.poll(() => timesSeen(cli, 'M-00003', 'posted'), { timeout: 20_000 }).toBe(seen + 1)

    const { code, out, err } = await up.stop('SIGTERM')
    expect([code, err.trim().split('\n').at(-1)]).toEqual([0, 'Stopping …'])
    expect(out).toMatch(/^\d+ members? at high risk, \d+ at medium risk\.$/m)
    expect(out).toMatch(/^ {2}re-engagement-trigger: /m)
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed')
  })

  test('brings nothing new when the same file is replayed again', async () => {
    const before = await cli.json('explain', 'M-00001')
    await cli.run(['replay', file])
    await cli.run(['up', '--once', '--example', 'none'])
    const after = await cli.json('explain', 'M-00001')
    expect(timelineOf(after)).toEqual(timelineOf(before))
  })

  test('lists who is at risk, and explains each exactly', async () => {
    const { total, members } = await cli.json<{ total: number; members: { memberId: string; lapseRisk: number }[] }>(
      'members',
    )
    expect(members.length).toBe(Math.min(25, total))
    expect(total).toBeGreaterThan(0)
    const id = members[0]?.memberId ?? ''
    type Explained = { risk: { logit: number; contributions: { contribution: number }[] } }
    const { risk } = await cli.json<Explained>('explain', id)
    expect(risk.contributions.reduce((sum, { contribution }) => sum + contribution, 0)).toBe(risk.logit)

    const text = (await cli.run(['explain', id])).out
    for (const title of ['Why', 'What would change it', 'Last seen', 'Outreach']) expect(text).toContain(`\n${title}\n`)
    const printed = [...text.matchAll(/^ {2}([+−]\d+\.\d\d) {2}(.*)$/gm)]
    const parts = printed.map(([, number = '']) => Math.round(Number(number.replace('−', '-')) * 100))
    expect(printed.at(-1)?.[2]).toMatch(/^log-odds/)
    expect(parts.slice(0, -1).reduce((sum, part) => sum + part, 0)).toBe(parts.at(-1))
  })

  test('shows what a play would say to a member, and what it cannot say', async () => {
    const plays = join(cli.folder, 'plays')
    await mkdir(plays)
    const steps = 'steps: [{ name: mail, channel: email, template: we-miss-you }, { name: hook, channel: webhook }]'
    const play = `name: miss\ntitle: T\npurpose: service\nwhen: { silent: { for: 60d } }\nfor: { status: [active] }\n${steps}\nexpiry: 9d\n`
    await writeFile(join(plays, 'miss.yaml'), play)
    const links = ['renew', 'events', 'home', 'payment']
      .map((name) => `${name}=https://guild.example/${name}`)
      .join(',')
    const env = { PERENNIAL_PLAYBOOKS: plays, EMAIL_LINKS: links }
    const { out } = await cli.run(['playbook', 'preview', 'miss', '--member', 'M-00003'], env)
    expect(out).toMatch(/^mail, through email\n {2}Subject: We have missed you$/m)
    expect(out).toContain('https://guild.example/events')
    expect(out).toMatch(/^hook, through webhook\n {2}no words of its own/m)
    // A shipped play can be looked at before anything is set up.
    const series = await cli.run(['playbook', 'preview', 'renewal-series', '--member', 'M-00003'])
    expect([series.code, series.out]).toEqual([0, expect.stringContaining('https://association.example/renew')])
    const unknown = await cli.run(['playbook', 'preview', 'mist', '--member', 'M-00003'], env)
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining("There is no playbook 'mist'")])
    expect((await cli.run(['playbook', 'preview', 'miss', '--member', 'nobody'], env)).code).toBe(1)
  })

  test('does not know who never was', async () => {
    const { code, out, err } = await cli.run(['explain', 'nobody'])
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain("Nothing has been heard of a member 'nobody'")
  })

  test('shows dead letters, and one of them whole', async () => {
    const { total } = await cli.json<{ total: number }>('dead-letters')
    expect(total).toBeGreaterThan(0)
    type Letters = { letters: { partition: number; offset: number; violation: string; field: string }[] }
    const { letters } = await cli.json<Letters>('dead-letters', 'purchase')
    expect(letters.map(({ violation }) => violation)).toContain('Required-Missing')
    const { partition = 0, offset = 0 } = letters[0] ?? {}
    const shown = await cli.json('dead-letters', 'show', 'purchase.v1', String(partition), String(offset))
    expect(shown).toMatchObject({ topic: 'purchase.v1.dead', record: { source: 'shop' } })
    expect((await cli.run(['dead-letters', 'show', 'purchase', '0', '999999'])).code).toBe(1)
    expect((await cli.run(['dead-letters', 'nonsense'])).code).toBe(2)
  })

  test('repairs dead letters: looks first, then sends each once, and writes down who did it', async () => {
    type Done = { acted: boolean; counts: { done: number; handled: number; unusable: number }; samples: unknown[] }
    const { causes } = await cli.json<{ causes: { cause: string; count: number }[] }>(
      'dead-letters',
      'list',
      'purchase',
    )
    const [{ cause, count } = { cause: '', count: 0 }] = causes.filter((each) =>
      each.cause.startsWith('Required-Missing'),
    )
    const repair = ['dead-letters', 'repair', 'purchase', '--cause', cause, '--set', 'member.memberId=M-00003']
    const looked = await cli.json<Done>(...repair)
    expect([looked.acted, looked.counts.done]).toEqual([false, count])
    const text = (await cli.run(repair)).out
    expect(text).toContain('+ member')
    expect(text).toContain('nothing was changed: --yes does it')
    const replay = await cli.json<Done>('dead-letters', 'replay', 'purchase', '--cause', cause)
    expect(replay.counts).toMatchObject({ done: 0, unusable: count })
    expect((await cli.json<Done>(...repair, '--yes')).counts.done).toBe(count)
    expect((await cli.json<Done>(...repair, '--yes')).counts).toMatchObject({ done: 0, handled: count })
    const { actions } = await cli.json<{ actions: { action: string; what: string; by: string }[] }>(
      'dead-letters',
      'log',
    )
    expect(actions[1]).toMatchObject({ action: 'repair', what: `set member.memberId; ${cause}` })
    expect(actions[1]?.by).not.toBe('')
    expect((await cli.run([...repair.slice(0, 3), '--schema', '999'])).out).toContain('the registry has no schema 999')
    expect((await cli.run(['dead-letters', 'replay', 'member-activity'])).code).toBe(2)
    expect((await cli.run(['dead-letters', 'repair', 'purchase', '--set', 'currency'])).code).toBe(2)
  })

  test('prints blocks readably', async () => {
    const { out } = await cli.run(['blocks', '--partition', '1', '--from', '0', '--limit', '1', '--facts', '5'])
    expect(out).toMatch(/^Block 0: [\d,]+ facts?, [\d,]+ bytes, \d{4}-/)
    expect(out).toMatch(/ {2}[meax]:\S+ +\S/)
    expect((await cli.run(['blocks', '--partition', '99'])).code).toBe(2)
  })

  test('finds nothing wrong where nothing is', async () => {
    type Report = { failed: number; checks: { name: string; status: string; detail: string; remedy?: string }[] }
    const { failed, checks } = await cli.json<Report>('doctor')
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([])
    expect(failed).toBe(0)
    const names = ['Node', 'Settings', 'Redis', 'Clock', 'Log', 'Topics', 'Schemas', 'Backlog', 'Playbooks', 'Model']
    expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
    expect(checks.filter(({ status, remedy }) => status !== 'ok' && remedy === undefined)).toEqual([])
  })
})

describe.runIf(redisServer() !== undefined)('a start', { timeout: WAIT }, () => {
  let cli: TestCli

  beforeAll(async () => {
    cli = await TestCli.create()
  })

  afterAll(() => cli.clear(), WAIT)

  test('feeds an empty deployment with the example, once', async () => {
    const first = await cli.run(['up', '--once', '--example', 'retail'])
    expect(first.err).toContain('doi 10.24432/C5BW33')
    expect(first.err).toMatch(/^Replay +100 % {2}22,190 of 22,190 /m)
    expect(first.code).toBe(0)
    const second = await cli.run(['up', '--once', '--example', 'retail'])
    expect(second.err).not.toContain('Replay')
    const [count] = /^.* at medium risk\.$/m.exec(first.out) ?? []
    expect(second.out).toContain(count)
  })

  test('names every wrong setting at once, and ends with 2', async () => {
    const { code, err } = await cli.run(['up'], { PERENNIAL_PORT: '99999', ACTIVITY_PARTITIONS: 'many' })
    expect(code).toBe(2)
    expect(err).toContain("PERENNIAL_PORT is '99999'")
    expect(err).toContain("ACTIVITY_PARTITIONS is 'many'")
  })

  test.each([
    [['token', 'create', '', '--scope', 'all'], 'Name who gets the token'],
    [
      ['token', 'create', 'site', '--scope', 'all', '--expires', '2020-01-01'],
      '--expires is 2020-01-01, which is over',
    ],
    [['digest', '--role', 'leadership', '--week', '2999-W10'], "--week is '2999-W10', which has not begun"],
    [['erase', 'M-00003', '--list'], '--list shows every receipt: leave the member out'],
    [['simulate', 'call', '--sample', '--playbooks', 'none'], /^✗ --playbooks is '.*none': the folder cannot be read/m],
    [['playbook', 'disable', 'call', '--playbooks', '.'], /^✗ --playbooks is '.*': it holds no .yaml or .yml file/m],
    [['playbook', 'diff', 'none'], "'none' is not there. Name a folder of plays"],
  ])('%j is refused, with what to do instead, and ends with 2', async (args, message) => {
    const { code, err } = await cli.run(args)
    expect([code, err]).toEqual([2, expect.stringMatching(message)])
  })

  test('says that a port is taken, before it does anything long, and ends with 2', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const address = taken.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const { code, err } = await cli.run(['up', '--example', 'none'], { PERENNIAL_PORT: port })
    taken.close()
    expect(code).toBe(2)
    expect(err).toContain(`Port ${port} on 127.0.0.1 is in use already`)
    expect(err).toContain('PERENNIAL_PORT=')
  })

  test('says that no Redis answers, and ends with 3', async () => {
    const { code, err } = await cli.run(['members'], { REDIS_URL: 'redis://127.0.0.1:1' })
    expect(code).toBe(3)
    expect(err).toContain('REDIS_URL (redis://127.0.0.1:1): no Redis answers there')
    const doctor = await cli.run(['doctor'], { REDIS_URL: 'redis://127.0.0.1:1' })
    expect(doctor.code).toBe(1)
    expect(doctor.out).toContain('✗ Redis')
    const machine = await cli.run(['doctor', '--json'], { REDIS_URL: 'redis://127.0.0.1:1' })
    const { checks } = JSON.parse(machine.out) as { checks: { name: string; status: string; detail: string }[] }
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'Redis', status: 'fail', detail: expect.stringContaining('Start it, or leave') }),
    )
  })

  test.each([
    [['nonsense'], 2],
    [['members', '--band', 'low'], 2],
    [['members', '--limit', '0'], 2],
    [['replay', '/nowhere/at/all'], 2],
    [['explain'], 2],
    [['dead-letters', 'show', 'purchase', 'x', '1'], 2],
    [['--help'], 0],
    [['--version'], 0],
  ])('%j ends with %i', async (args, code) => {
    expect((await cli.run(args)).code).toBe(code)
  })

  test.each([
    [['members', '--band', 'low'], 'usage', "option '--band <band>' argument 'low' is invalid. "],
    [['nonsense'], 'usage', "unknown command 'nonsense'"],
    [['dead-letters', 'show', 'purchase', 'x', '1'], 'usage', "partition is 'x': it must be a whole number"],
    [['explain', 'nobody'], 'found', 'Nothing has been heard of a member'],
  ])('%j tells a machine what is wrong', async (args, code, message) => {
    const answer = await cli.json(...args)
    expect(answer).toEqual({ error: { code, message: expect.stringContaining(message) } })
  })
})

type Seen = { timeline: { signal: string; count: number; lastAt: string }[] }

function timelineOf(explained: unknown): Seen['timeline'] {
  return (explained as Seen).timeline
}

async function timesSeen(cli: TestCli, memberId: string, signal: string): Promise<number> {
  const { timeline } = await cli.json<Seen>('explain', memberId)
  return timeline.find((each) => each.signal === signal)?.count ?? 0
}
