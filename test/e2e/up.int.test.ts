import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeRedis, openRedis } from '@perennial/runtime'
import { quietLogger, redisServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ServiceProcess } from './harness/service-process.ts'
import { waitFor } from './harness/wait-for.ts'

const READY = 'Perennial is ready at '
/** What a new user is promised, on a machine that runs nothing else. */
const PATIENCE_MS = 150_000

/** As the one who has just cloned the repository and types `npm start`, on the Redis for tests. */
describe.runIf(redisServer() !== undefined)('a first start', () => {
  const namespace = `up-${randomUUID().slice(0, 8)}`
  let folder: string
  let first: ServiceProcess
  let url: string

  function up(): ServiceProcess {
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      REDIS_URL: redisServer(),
      PERENNIAL_NAMESPACE: namespace,
      PERENNIAL_PORT: '0',
    }
    return new ServiceProcess('up', 'services/cli/src/main.ts', { args: ['up'], env, cwd: folder })
  }

  const addressOf = async (process: ServiceProcess, deadlineMs: number): Promise<string> =>
    (await process.line(READY, deadlineMs)).slice(READY.length)

  /** With the token that a newcomer finds where he is told. */
  const ask = (path: string, body?: object) => {
    const token = readFileSync(join(folder, '.perennial/token'), 'utf8').trim()
    const authorization = `Basic ${Buffer.from(`${token}:`).toString('base64')}`
    if (body === undefined) return fetch(url + path, { headers: { authorization } })
    const headers = { authorization, 'content-type': 'application/json' }
    return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  async function json(path: string): Promise<Record<string, unknown>> {
    const answer = await ask(path)
    expect([path, answer.status]).toEqual([path, 200])
    return (await answer.json()) as Record<string, unknown>
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'perennial-up-'))
    first = up()
    url = await addressOf(first, PATIENCE_MS)
  }, PATIENCE_MS + 5_000)

  afterAll(async () => {
    await first.crash()
    rmSync(folder, { recursive: true, force: true })
    const redis = openRedis(redisServer() ?? '', 'command', quietLogger())
    let cursor = '0'
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', `*${namespace}*`, 'COUNT', 1_000)
      if (keys.length > 0) await redis.unlink(...keys)
      cursor = next
    } while (cursor !== '0')
    await closeRedis(redis)
  }, 60_000)

  test('says that the members are simulated, and prints those at risk with reasons', () => {
    const said = first.lines.join('\n')
    expect(said).toMatch(/simulat/i)
    expect(said).toMatch(/^\d+ members? at high risk/m)
    expect(said).toMatch(/M-\d{5} /)
    expect(first.lines.filter((line) => line.startsWith(READY))).toEqual([`${READY}${url}`])
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })

  test('answers over HTTP', async () => {
    await json('/healthz')
    await json('/readyz')
    expect((await fetch(`${url}/members`)).status).toBe(401)
    expect(await (await ask('/metrics')).text()).toContain('perennial_ingest_records_total')
    const { members } = (await json('/members?band=high&limit=3')) as { members: { memberId: string }[] }
    expect(members.length).toBeGreaterThan(0)
    expect(await json(`/members/${members[0]?.memberId}`)).toMatchObject({ memberId: members[0]?.memberId })
  })

  test('measures whatever an alert rule asks about, and each rule has its runbook', async () => {
    const rules = readFileSync('deploy/prometheus/alerts.yaml', 'utf8')
    const asked = new Set(rules.match(/perennial_[a-z_]+/g))
    const measured = await (await ask('/metrics')).text()
    const known = [...measured.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name = '', kind]) =>
      kind === 'histogram' ? [`${name}_bucket`] : [name],
    )
    expect(asked.size).toBeGreaterThan(10)
    expect([...asked].filter((name) => !known.includes(name))).toEqual([])
    const pages = readdirSync('docs/runbooks').filter((page) => page !== 'README.md')
    const alerts = [...rules.matchAll(/- alert: (\S+)/g)].map(([, alert]) => `${alert}.md`)
    expect(pages.sort()).toEqual(alerts.sort())
  })

  test('takes a live fact', async () => {
    const posts = async () => {
      const { timeline } = (await json('/members/M-00005')) as { timeline: { signal: string; count: number }[] }
      return timeline.find(({ signal }) => signal === 'posted')?.count ?? 0
    }
    const before = await posts()
    const answer = await ask('/v1/track', { userId: 'M-00005', event: 'Post Created', messageId: 'live' })
    expect(answer.status).toBe(200)
    expect(await waitFor('it to count', async () => (await posts()) === before + 1)).toBe(true)
  })

  test('erases a member who asks for it, and says when it is done', async () => {
    const asked = await ask('/v1/erasures', { memberId: 'M-00005' })
    expect(asked.status).toBe(202)
    const receipt = asked.headers.get('location') ?? ''
    expect(await waitFor('the receipt', async () => (await json(receipt))['state'] === 'done')).toBe(true)
    expect((await ask('/members/M-00005')).status).toBe(404)
    expect(JSON.stringify(await json('/v1/erasures'))).not.toContain('M-00005')
  })

  test('stops on Ctrl-C with exit code 0, and leaves nothing behind', async () => {
    const { pid } = first
    first.kill('SIGINT')
    expect(await first.ended).toEqual({ code: 0, signal: null })
    expect(existsSync(join(folder, '.perennial/token'))).toBe(false)
    const parents = (existsSync('/proc') ? readdirSync('/proc') : [])
      .filter((name) => /^\d+$/.test(name))
      .map((name) => parentOf(name))
    expect(parents).not.toContain(pid)
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed')
  })

  test('starts again without replaying, and stops on SIGTERM', async () => {
    const second = up()
    await addressOf(second, 40_000)
    expect(second.lines.join('\n')).toMatch(/^\d+ members? at high risk/m)
    expect(second.lines.join('\n')).not.toMatch(/replay/i)
    expect(await second.stop()).toEqual({ code: 0, signal: null })
  }, 60_000)
})

/** Linux only; elsewhere there is nothing to read. */
function parentOf(pid: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
  } catch {
    return undefined
  }
}
