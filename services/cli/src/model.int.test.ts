import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { starterModel } from '@perennial/risk'
import { redisServer } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TestCli } from './testing/run-cli.ts'

const starter = starterModel()

describe.skipIf(redisServer() === undefined)('perennial model', () => {
  let cli: TestCli

  beforeAll(async () => {
    cli = await TestCli.create()
    const gloomy = { ...starter, id: 'gloomy', intercept: { value: 1.5, reason: 'for a test' } }
    writeFileSync(join(cli.folder, 'gloomy.json'), JSON.stringify(gloomy))
    writeFileSync(join(cli.folder, 'namesake.json'), JSON.stringify({ ...gloomy, description: 'another' }))
    writeFileSync(join(cli.folder, 'wrong.json'), JSON.stringify({ ...starter, id: 7 }))
  })
  afterAll(() => cli.clear())

  type Shown = { current: { id: string; source: string }; previous: unknown; shadow: { id: string } | null }
  const shown = () => cli.json<Shown>('model', 'show')

  test('a model runs beside the current one, is promoted, and rolled back, a command each', async () => {
    expect(await shown()).toMatchObject({
      current: { id: starter.id, source: 'settings' },
      previous: null,
      shadow: null,
    })
    expect((await cli.run(['model', 'shadow', 'gloomy.json'])).code).toBe(0)
    expect(await shown()).toMatchObject({ current: { id: starter.id }, shadow: { id: 'gloomy' } })
    expect((await cli.run(['model', 'promote', '--shadow'])).out).toContain('gloomy scores from now on')
    expect(await shown()).toMatchObject({
      current: { id: 'gloomy', source: 'promoted' },
      previous: { source: 'settings' },
      shadow: null,
    })
    const { out } = await cli.run(['model', 'show'])
    expect(out).toContain('too few to judge')
    expect((await cli.run(['model', 'rollback'])).code).toBe(0)
    expect(await shown()).toMatchObject({ current: { id: starter.id, source: 'settings' }, previous: { id: 'gloomy' } })
  })

  test('what is wrong with a file is told by path, and nothing is stored', async () => {
    const wrong = await cli.run(['model', 'promote', 'wrong.json'])
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('id: must be a text, not 7') })
    expect((await cli.run(['model', 'promote', 'nowhere.json'])).code).toBe(2)
    expect((await cli.run(['model', 'promote'])).code).toBe(2)
    expect((await cli.run(['model', 'shadow', '--off'])).code).toBe(1)
    const namesake = await cli.run(['model', 'shadow', 'namesake.json'])
    expect(namesake).toMatchObject({ code: 2, err: expect.stringContaining("Another model has the id 'gloomy'") })
    expect(await shown()).toMatchObject({ current: { id: starter.id }, shadow: null })
  })

  test('two models are compared', async () => {
    const diff = await cli.json<{ a: string; b: string; calibration: { same: boolean }; members: { members: number } }>(
      'model',
      'diff',
      'current',
      'gloomy.json',
    )
    expect(diff).toMatchObject({ a: starter.id, b: 'gloomy', calibration: { same: true }, members: { members: 0 } })
    expect((await cli.run(['model', 'diff', 'current', 'gloomy.json'])).out).toContain('No members are known')
  })
})
