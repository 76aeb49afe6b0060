import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { redisServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TestCli } from '../testing/run-cli.ts'

const WAIT = 120_000

describe.runIf(redisServer() !== undefined)('a history that is imported', { timeout: WAIT }, () => {
  let cli: TestCli
  let signals: Readonly<Record<string, string>>

  beforeAll(async () => {
    cli = await TestCli.create()
    const folder = join(cli.folder, 'history')
    await mkdir(folder)
    const days = Array.from({ length: 12 }, (_, n) => `M1,2026-0${1 + (n % 9)}-1${n % 9},choir,sang`)
    await writeFile(join(folder, 'activity.csv'), ['member_id,at,stream,action', ...days, ''].join('\n'))
    await writeFile(join(folder, 'members.csv'), 'member_id,joined_at,left_at\nM1,2025-01-01,\n')
    const file = join(cli.folder, 'signals.json')
    await writeFile(file, JSON.stringify({ signals: [{ stream: 'choir', action: 'sang', label: 'evenings sung' }] }))
    signals = { PERENNIAL_SIGNALS: file }
  }, WAIT)

  afterAll(() => cli.clear(), WAIT)

  test('is scored, and brings nothing new a second time', async () => {
    const first = await cli.run(['import', 'history', '--json'], signals)
    expect([first.code, JSON.parse(first.out)]).toEqual([0, { records: 13, members: 1, unnamed: [] }])
    const before = await scored()
    expect(before).toContain('evenings sung')
    expect((await cli.run(['import', 'history'], signals)).out).toContain('13 records of 1 member imported')
    expect(await scored()).toEqual(before)
  })

  test('says which actions the deployment has no signal for', async () => {
    const { out } = await cli.run(['import', 'history'])
    expect(out).toContain(
      'Nothing is made of 1 action that the signals file (PERENNIAL_SIGNALS) does not name: choir.sang',
    )
  })

  /** How often each signal was seen. */
  async function scored(): Promise<string> {
    const up = await cli.run(['up', '--once', '--example', 'none'], signals)
    expect(up.code).toBe(0)
    const { out } = await cli.run(['explain', 'M1', '--json'], signals)
    const { timeline } = JSON.parse(out) as { timeline: unknown }
    return JSON.stringify(timeline)
  }
})
