import { encodeRow } from '@perennial/member'
import { effectOf } from '@perennial/effect'
import { parseFiles } from '@perennial/playbooks'
import type { LedgerEntry } from '@perennial/runtime'
import { memoryLedger, NOON, sampleEntry, sampleRow } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { survey } from '../survey.ts'
import { tallyCounter } from './tallies.ts'

const DAY = 86_400_000
const LONG_AGO = NOON - 400 * DAY
const { plays } = parseFiles(
  [
    {
      file: 'call.yaml',
      text: 'name: call\ntitle: T\npurpose: internal\nwhen: { silent: { for: 60d } }\nfor: { status: [active] }\nsteps: [{ name: call, channel: log }]\nexpiry: 7d\nsuccess: { goal: renewed, within: 100d }\n',
    },
    {
      file: 'policy.yaml',
      text: 'cap: { contacts: 1, within: 7d }\ntimeZone: UTC\nholdout: { salt: guild, share: 0.5 }\n',
    },
  ],
  () => 'v1',
)

/** Members who were up for the play 400 days ago; every one in `renewing` has a later term by now. */
async function talliedFrom(entries: readonly Partial<LedgerEntry>[], renewing: (n: number) => boolean) {
  if (plays === undefined) throw new Error('The plays of this test are wrong.')
  const ledger = memoryLedger()
  const rows = entries.map((entry, n) => {
    const end = renewing(n) ? LONG_AGO + 700 * DAY : LONG_AGO + 30 * DAY
    const row = sampleRow({ term: { start: LONG_AGO - 300 * DAY, end }, dues: 100 })
    return { id: `M${n}`, entry: { ...entry, memberId: `M${n}` }, bytes: encodeRow(row, 0) }
  })
  for (const { id, entry } of rows)
    await ledger.record([
      sampleEntry({
        playbook: 'call',
        step: 'call',
        decidedAt: LONG_AGO,
        termEnd: LONG_AGO + 30 * DAY,
        ...entry,
        id: `i-${id}`,
      }),
    ])
  const store = {
    scan: async () => ({
      cursor: '0',
      rows: rows.map(({ id, bytes }) => [`m:${id}`, Buffer.from(bytes)] as const),
      standing: undefined,
    }),
  }
  const { vocabulary } = sampleRow()
  let seen = 0
  const progress = (members: number) => void (seen = members)
  const counter = tallyCounter({ plays, now: NOON })
  await survey({ ledger, store, vocabulary, partitions: 1, progress }, [counter])
  return { tallies: counter.tallies(), seen: () => seen }
}

test('who was contacted is compared with who was held out, and with nobody else', async () => {
  const held = { decision: 'hold', reason: 'holdout' } as const
  const capped = { decision: 'hold', reason: 'cap' } as const
  const entries = Array.from({ length: 600 }, (_, n) => (n % 3 === 0 ? held : n % 3 === 1 ? {} : capped))
  // All whom the play was meant for renew, half of the others.
  const { tallies, seen } = await talliedFrom(entries, (n) => n % 3 === 1 || n % 2 === 0)
  const found = tallies.get('call')
  if (found === undefined) throw new Error('Nobody was up for the play.')
  const effect = effectOf(found)
  expect(effect).toMatchObject({
    treated: { members: 200, successes: 200 },
    control: { members: 200, successes: 100 },
    verdict: { kind: 'helps' },
  })
  expect(effect.uplift?.difference.value).toBeCloseTo(0.5, 1)
  expect(effect.saved?.dues?.value).toBeGreaterThan(8_000)
  expect(seen()).toBe(600)
})

test('who renews after the window is no success of the play', async () => {
  // The sample's term was said 305 days ago: 95 days after these decisions, and 115 after those.
  const within = await talliedFrom([{}], () => true)
  expect(within.tallies.get('call')).toMatchObject({ treated: { members: 1, successes: 1 } })
  const after = await talliedFrom([{ decidedAt: LONG_AGO - 20 * DAY }], () => true)
  expect(after.tallies.get('call')).toMatchObject({ treated: { members: 1, successes: 0 } })
})

test('whose window is open has still time, whatever came of it', async () => {
  const { tallies } = await talliedFrom([{ decidedAt: NOON - 10 * DAY }], () => true)
  expect(tallies.get('call')).toMatchObject({ waiting: 1, treated: { members: 0 } })
})
