import { memoryAgenda } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { fillAgenda } from './fill-agenda.ts'

function setUp() {
  const agenda = memoryAgenda()
  let scans = 0
  const pages = { '0': { cursor: '7', rows: ['m:anna', 'e:0f3a'] }, '7': { cursor: '0', rows: ['m:bert'] } }
  const store = {
    async scan(_: number, cursor: string) {
      scans++
      const { cursor: next, rows } = pages[cursor as keyof typeof pages]
      return { cursor: next, rows: rows.map((key) => [key, Buffer.alloc(0)] as const), standing: undefined }
    },
  }
  const fill = (version: string, again = false) => fillAgenda({ agenda, store }, 0, { version, now: 5, again })
  const due = async () => (await agenda.due(0, 10, 10)).map(({ memberId }) => memberId)
  return { agenda, fill, due, scans: () => scans }
}

test('every member of the partition is put on the agenda, and nobody else', async () => {
  const { fill, due } = setUp()
  await fill('v1')
  expect(await due()).toEqual(['anna', 'bert'])
})

test('once for each set of plays, unless something may have been lost', async () => {
  const { fill, scans } = setUp()
  await fill('v1')
  await fill('v1')
  expect(scans()).toBe(2)
  await fill('v2')
  expect(scans()).toBe(4)
  await fill('v2', true)
  expect(scans()).toBe(6)
})
