import type { Outreach, SendResult } from '@perennial/channels'
import { readPlays } from '@perennial/deployment'
import type { Plays } from '@perennial/playbooks'
import type { RiskAbove } from '@perennial/risk'
import type { LedgerEntry } from '@perennial/runtime'
import type { OutreachOutcomeV2Input } from '@perennial/streams'
import {
  memoryAlerts,
  memoryContacts,
  memoryHeldAlerts,
  memoryKillSwitch,
  memoryLedger,
  memoryQuotas,
  NOON,
  type RowSample,
  sampleContact,
  sampleEntry,
  sampleJob,
  sampleRow,
  scriptedRecall,
  settableClock,
} from '@perennial/testkit'
import { readOutreachConfig } from './config.ts'
import type { OutreachDeps } from './deps.ts'

/** The shipped plays, and a contact that one of them has decided on. */
export const plays = readPlays(readOutreachConfig({}).playbooks)
export const PLAY = { playbook: 're-engagement-trigger', step: 'trigger' }
export const entry: LedgerEntry = sampleEntry({ ...PLAY, channel: 'webhook', fallback: 'log' })
export const ref = sampleContact(PLAY)
export const job = sampleJob(PLAY)

/** Outreach on stores in memory, with the channel `log` alone. */
export function setUp() {
  const clock = settableClock(NOON)
  const sent: Outreach[] = []
  const reports: OutreachOutcomeV2Input[] = []
  const answers: SendResult[] = []
  const counted: string[] = []
  const killSwitch = memoryKillSwitch()
  const erased = new Set<string>()
  const state = {
    row: {} as RowSample | undefined,
    band: 3 as 0 | 1 | 2 | 3,
    above: undefined as RiskAbove | undefined,
  }
  const channel = (name: string) => ({
    name,
    send: async (outreach: Outreach): Promise<SendResult> => {
      sent.push(outreach)
      return answers.shift() ?? { kind: 'delivered' }
    },
  })
  const deps = {
    plays,
    playsOf: async (version: string): Promise<Plays | undefined> => (version === plays.version ? plays : undefined),
    clock,
    ledger: memoryLedger(),
    contacts: memoryContacts(),
    quotas: memoryQuotas(),
    heldAlerts: memoryHeldAlerts(),
    alerts: memoryAlerts(),
    recall: scriptedRecall(),
    members: { read: async () => (state.row === undefined ? undefined : sampleRow(state.row)) },
    scorer: { lapseRisk: () => 0.5, nextBand: () => state.band, riskAbove: () => state.above },
    kill: () => killSwitch.read(),
    erased: async () => erased,
    channels: new Map([['log', channel('log')]]),
    report: async (outcome: OutreachOutcomeV2Input) => void reports.push(outcome),
    telemetry: {
      sent: (name: string, outcome: string) => void counted.push(`${name} ${outcome}`),
      held: (reason: string) => void counted.push(`held ${reason}`),
    },
  } satisfies OutreachDeps
  const outcome = async () => (await deps.ledger.find([{ memberId: 'M1', id: entry.id }]))[0]?.outcome
  const stateOf = async () => (await deps.contacts.view([ref]))[0]?.contact?.state
  return { outcome, stateOf, deps, clock, sent, reports, answers, counted, killSwitch, erased, state }
}
