import type { Channels, MemberDescription } from '@perennial/channels'
import type { EpochMs } from '@perennial/member'
import type { Owners, Role } from '@perennial/playbooks'
import type { Alerts, Clock, HeldAlerts, KillSwitchState, Logger, Notices } from '@perennial/runtime'
import type { Message } from '@perennial/templates'
import type { Telemetry } from '../telemetry.ts'

export type NoticeDeps = Readonly<{
  owners: Owners
  channels: Channels
  alerts: Pick<Alerts, 'get' | 'list'>
  notices: Notices
  heldAlerts: Pick<HeldAlerts, 'list'>
  /** What is known of a member at this moment; undefined: nothing. */
  describe(memberId: string): Promise<MemberDescription | undefined>
  /** The digest of a role, about what came in a stretch of time. */
  roleDigest(role: Role, stretch: Readonly<{ from: EpochMs; until: EpochMs }>): Promise<Message>
  /** Whether facts wait to be folded: then nobody can be told how members stand. */
  behind(): Promise<boolean>
  kill(): Promise<Pick<KillSwitchState, 'all' | 'channels'>>
  clock: Clock
  logger: Pick<Logger, 'error'>
  telemetry: Pick<Telemetry, 'told'>
}>
