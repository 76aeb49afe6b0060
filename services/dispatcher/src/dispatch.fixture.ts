import { DAY_MS } from '@perennial/member'
import type { Plays } from '@perennial/playbooks'
import type { LedgerEntry } from '@perennial/runtime'
import {
  memoryAgenda,
  memoryContacts,
  memoryHeldAlerts,
  memoryJobQueue,
  memoryKillSwitch,
  memoryLedger,
  memoryQuotas,
  memoryRiskProjection,
  NOON,
  type RowSample,
  sampleRow,
  scriptedRecall,
  settableClock,
} from '@perennial/testkit'
import { readDispatcherConfig } from './config.ts'
import type { DispatchDeps } from './dispatch.ts'
import { readPlays } from '@perennial/deployment'

export const shipped = readPlays(readDispatcherConfig({}).playbooks)

/** The dispatcher on stores in memory, with one member. */
export function setUp(plays: Plays = shipped) {
  const clock = settableClock(NOON)
  const rows = new Map<string, RowSample | undefined>([['M1', {}]])
  const published: LedgerEntry[] = []
  const decided: LedgerEntry[] = []
  const killSwitch = memoryKillSwitch()
  const erased = new Set<string>()
  const deps = {
    plays,
    clock,
    ledger: memoryLedger(),
    contacts: memoryContacts(),
    quotas: memoryQuotas(),
    heldAlerts: memoryHeldAlerts(),
    risks: memoryRiskProjection(),
    queue: memoryJobQueue(clock, { keepMs: 30 * DAY_MS }),
    kill: () => killSwitch.read(),
    erased: async () => erased,
    recall: scriptedRecall(),
    agenda: memoryAgenda(),
    members: {
      readMany: async (ids: readonly string[]) =>
        ids.map((id) => {
          const row = rows.get(id)
          return row === undefined ? undefined : sampleRow(row)
        }),
    },
    scorer: { lapseRisk: () => 0.5, nextBand: (band) => band, riskAbove: () => undefined },
    publish: async (_: number, entries: readonly LedgerEntry[]) => void published.push(...entries),
    decided: (entry: LedgerEntry) => void decided.push(entry),
  } satisfies DispatchDeps & Record<string, unknown>
  const decisions = () =>
    deps.ledger.all().map(({ playbook, decision, reason }) => `${playbook}: ${reason ?? decision}`)
  return { deps, killSwitch, erased, clock, rows, published, decided, decisions }
}

/** A play that waits for the high band. */
export const simplePlay = (name: string, more = '') => ({
  file: `${name}.yaml`,
  text: `name: ${name}\ntitle: T\npurpose: marketing\nwhen: { bandEntered: [high] }\nfor: { status: [active] }\nsteps: [{ name: s, channel: log }]\nexpiry: 7d\n${more}`,
})
