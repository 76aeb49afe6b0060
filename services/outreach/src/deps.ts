import type { Channels } from '@perennial/channels'
import type { Plays, StateScorer } from '@perennial/playbooks'
import type { ContactRecall } from '@perennial/recall'
import type {
  Alerts,
  Clock,
  Contacts,
  ErasedMembers,
  HeldAlerts,
  KillSwitchState,
  Ledger,
  MemberReader,
  Quotas,
} from '@perennial/runtime'
import type { OutreachOutcomeV2Input } from '@perennial/streams'
import type { Telemetry } from './telemetry.ts'

export type OutreachDeps = Readonly<{
  /** Those in force: their policy holds for everything that is sent. */
  plays: Plays
  /** Those that a decision was made by. */
  playsOf: (version: string) => Promise<Plays | undefined>
  ledger: Pick<Ledger, 'find' | 'close'>
  contacts: Contacts
  /** The alerts list: whether somebody has taken one up. */
  alerts: Pick<Alerts, 'get'>
  quotas: Quotas
  /** What the budget of an owner held back. */
  heldAlerts: Pick<HeldAlerts, 'add'>
  recall: Pick<ContactRecall, 'ensure' | 'holds'>
  members: Pick<MemberReader, 'read'>
  /** Tells the risk and the band of a member right now; the row's own are as of its last evaluation. */
  scorer: StateScorer
  kill: () => Promise<KillSwitchState>
  erased: ErasedMembers
  channels: Channels
  clock: Clock
  /** Appends to `outreach-outcome.v1`. The same event id makes the same fact, however often. */
  report(outcome: OutreachOutcomeV2Input): Promise<void>
  telemetry: Pick<Telemetry, 'held' | 'sent'>
}>
