import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BUILT_IN } from '@perennial/member'
import type { SourceFile } from '@perennial/playbooks'
import { createMetrics, createScope, Fault } from '@perennial/runtime'
import { quietLogger } from '@perennial/testkit'
import { beforeEach, expect, test, vi } from 'vitest'
import { createPlaysFollower, followPlays, type FollowSettings } from './follow-plays.ts'

const play = (name: string, expiry = '7d'): SourceFile => ({
  file: `plays/${name}.yaml`,
  text: `name: ${name}\ntitle: T\npurpose: internal\nwhen: { lapsed: {} }\nfor: { status: [lapsed] }\nsteps: [{ name: tell, channel: log }]\nexpiry: ${expiry}\n`,
})

let files: readonly SourceFile[]
const accepted: string[] = []

const follow = (more: Partial<FollowSettings> = {}) =>
  createPlaysFollower(() => files, { vocabulary: BUILT_IN, killSwitch: [], ...more })
const namesOf = ({ plays }: Awaited<ReturnType<typeof follow>>) => plays().playbooks.map(({ name }) => name)

beforeEach(() => {
  files = [play('one')]
  accepted.length = 0
})

test('a change is taken over when two looks have found it alike, and once', async () => {
  const follower = await follow({ accept: async ({ version }) => void accepted.push(version) })
  files = [play('one'), play('two')]
  expect(await follower.look()).toEqual({ kind: 'same' })
  // Still being written.
  files = [...files, play('three')]
  expect(await follower.look()).toEqual({ kind: 'same' })
  expect(namesOf(follower)).toEqual(['one'])
  expect(await follower.look()).toMatchObject({ kind: 'changed' })
  expect(namesOf(follower)).toEqual(['one', 'three', 'two'])
  expect(await follower.look()).toEqual({ kind: 'same' })
  expect(accepted).toHaveLength(2)
  expect(accepted[1]).toBe(follower.plays().version)
})

test('one wrong file, and the plays before stay in force; it is said once, with its place', async () => {
  const follower = await follow()
  files = [play('one', '9d'), play('two', '9')]
  await follower.look()
  expect(await follower.look()).toEqual({
    kind: 'refused',
    problems: [expect.stringMatching(/^plays\/two\.yaml:7:9: expected a duration/)],
  })
  expect(follower.refused()).toBe(true)
  expect(await follower.look()).toEqual({ kind: 'same' })
  expect(follower.plays().playbooks).toMatchObject([{ name: 'one', expiryMs: 7 * 86_400_000 }])
  // Put right as it was: nothing is another, and nothing is refused any more.
  files = [play('one')]
  await follower.look()
  expect(await follower.look()).toEqual({ kind: 'same' })
  expect(follower.refused()).toBe(false)
})

test('a folder that is gone, a kill switch of no play, and what is not accepted are refused alike', async () => {
  const refuse = new Fault('config', 'no template', { details: ['two: there is no template'] })
  const follower = await follow({
    killSwitch: ['one'],
    accept: async ({ playbooks }) => {
      if (playbooks.some(({ name }) => name === 'two')) throw refuse
    },
  })
  const looked = async () => {
    await follower.look()
    return follower.look()
  }
  files = [play('other')]
  expect(await looked()).toMatchObject({ kind: 'refused', problems: [expect.stringContaining("'one'")] })
  files = [play('one'), play('two')]
  expect(await looked()).toEqual({ kind: 'refused', problems: refuse.details })
  expect(namesOf(follower)).toEqual(['one'])
})

test('what fails for another reason is tried again', async () => {
  const fail = vi.fn<() => Promise<void>>().mockResolvedValueOnce().mockRejectedValueOnce(new Error('Redis is away'))
  const follower = await follow({ accept: fail })
  files = [play('two')]
  await follower.look()
  await expect(follower.look()).rejects.toThrow('Redis is away')
  expect(namesOf(follower)).toEqual(['one'])
  expect(await follower.look()).toMatchObject({ kind: 'changed' })
})

test('a folder is followed, and a metric says when it is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-follow-'))
  const { scope, release } = createScope()
  try {
    const write = ({ text }: SourceFile) => writeFileSync(join(folder, 'a.yaml'), text)
    write(play('one'))
    const platform = { logger: quietLogger(), metrics: createMetrics() }
    const plays = await followPlays(platform, scope, {
      folder,
      vocabulary: BUILT_IN,
      killSwitch: [],
      service: 'dispatcher',
    })
    write(play('two'))
    await vi.waitUntil(() => plays().playbooks[0]?.name === 'two', { timeout: 10_000 })
    write(play('three', '7'))
    const refused = async () => (await platform.metrics.metrics()).includes('perennial_dispatcher_playbooks_refused 1')
    await vi.waitUntil(refused, { timeout: 10_000 })
    expect(plays().playbooks[0]?.name).toBe('two')
  } finally {
    await release()
    rmSync(folder, { recursive: true })
  }
}, 30_000)

test('at the start a Redis that takes nothing in is waited for, and plays that are not in order are not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-follow-'))
  const { scope, release } = createScope()
  try {
    const { text } = play('one')
    writeFileSync(join(folder, 'a.yaml'), text)
    const platform = { logger: quietLogger(), metrics: createMetrics() }
    const start = (accept: () => Promise<void>) =>
      followPlays(platform, scope, { folder, vocabulary: BUILT_IN, killSwitch: [], service: 'dispatcher', accept })
    const full = new Error("OOM command not allowed when used memory > 'maxmemory'.")
    const keep = vi.fn<() => Promise<void>>().mockRejectedValueOnce(full).mockResolvedValue()
    const plays = await start(keep)
    expect(plays().playbooks).toMatchObject([{ name: 'one' }])
    expect(keep).toHaveBeenCalledTimes(2)
    await expect(start(() => Promise.reject(new Fault('config', 'no template')))).rejects.toThrow('no template')
  } finally {
    await release()
    rmSync(folder, { recursive: true })
  }
})
