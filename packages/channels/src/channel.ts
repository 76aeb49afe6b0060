import type { AddressBook, Alert, Alerts, Clock, EnvReader, Logger, OutputWriter, Registry } from '@perennial/runtime'
import type { Message, Template } from '@perennial/templates'
import type { MemberDescription } from './member-description.ts'

/** One contact to be made, as the ledger has it. Ids and figures only: what names a person stays where it is. */
export type Outreach = Readonly<{
  /** The job's id: the same for every attempt, so that a receiver can tell a repetition. */
  id: string
  interventionId: string
  memberId: string
  playbook: string
  step: string
  /** Who is to act on it. */
  owner: string | undefined
  purpose: string
  band: 'low' | 'medium' | 'high'
  /** 0..1 */
  lapseRisk: number
  riskVersion: number
  modelId: string
  termId: string
  decidedAt: number
  expiresAt: number
  /** When it is to be done, for a colleague: `expiresAt` at the latest. */
  dueAt: number
  /** Name of the template that says it, where the channel needs one. */
  template: string | undefined
}>

/**
 * A message to colleagues that is not one contact with one member: an alert, a recovery, a digest. Of members it says numbers
 * and reasons, no names and none of the notes of colleagues.
 */
export type Notice = Readonly<{
  /** The job's id: the same for every attempt. */
  id: string
  kind: 'alert' | 'recovery' | 'alert-digest' | 'role-digest'
  /** The colleague's or the team's address, where the channel is email. */
  to: string | undefined
  message: Message
  at: number
}>

/** What came of one attempt. Reasons are for people: short, and free of personal data and secrets. */
export type SendResult =
  | Readonly<{ kind: 'delivered' }>
  /** Worth another try, not before `afterMs` if the receiver said so. */
  | Readonly<{ kind: 'retry'; reason: string; afterMs?: number }>
  /** Will never work. */
  | Readonly<{ kind: 'failed'; reason: string }>

export type Channel = Readonly<{
  name: string
  /** Never throws for what a receiver does; a throw is a mistake of ours. */
  send(outreach: Outreach): Promise<SendResult>
  /** Tells colleagues something; undefined: it is not for that. As above. */
  tell?(notice: Notice): Promise<SendResult>
}>

export type ChannelDeps = Readonly<{
  logger: Logger
  clock: Clock
  metrics: Registry
  /** Until it is a channel's turn. */
  wait(ms: number): Promise<void>
  /** What is known of a member at this moment; undefined: nothing. */
  describe(memberId: string): Promise<MemberDescription | undefined>
  /** Where members get mail; undefined: no key is set, and no address kept. */
  addresses: Pick<AddressBook, 'addressOf'> | undefined
  /** The alerts list of colleagues. */
  alerts: Pick<Alerts, 'open' | 'recovered'>
  /** Queues what an owner is to be told at once of alerts that were opened, or whose member has recovered. */
  tellOwners(kind: 'alert' | 'recovery', alerts: readonly Alert[]): Promise<void>
  /** Appends to `outreach-request.v1`. */
  requests: OutputWriter<'outreach-request'>
  /** Reads them, and throws a Fault that lists all that is wrong with them. */
  templates(): Templates
}>

export type Templates = Readonly<{
  byName: ReadonlyMap<string, Template>
  /** Addresses that templates may name. */
  links: Readonly<Record<string, string>>
}>

/** A kind of channel: reads its settings, and is opened with them. `undefined`: not set up here. */
export type ChannelKind = Readonly<{
  name: string
  /** It sends the words of a template to the member, never anything to colleagues. */
  templated?: true
  configure(from: EnvReader): ((deps: ChannelDeps) => Channel) | undefined
}>
