import type { EpochMs } from '@perennial/member'

/** What came of it, as staff reports it. */
export const ALERT_OUTCOMES = ['spoke', 'will-renew', 'will-not-renew', 'no-answer', 'not-needed', 'other'] as const
export type AlertOutcome = (typeof ALERT_OUTCOMES)[number]

/**
 * Why, as the member told. The first six are what associations name as reasons not to renew (Marketing General, Membership
 * Marketing Benchmarking Report 2021).
 */
export const OUTCOME_REASONS = [
  'no-value',
  'employer-stopped-paying',
  'left-the-field',
  'forgot',
  'too-expensive',
  'no-time',
  'dissatisfied',
  'other',
] as const
export type OutcomeReason = (typeof OUTCOME_REASONS)[number]

export const ALERT_STATES = ['open', 'acknowledged', 'snoozed', 'closed'] as const
export type AlertState = (typeof ALERT_STATES)[number]

/** Something for a colleague to do about a member. */
export type Alert = Readonly<{
  /** The job's: the same contact is the same alert. */
  id: string
  interventionId: string
  memberId: string
  playbook: string
  step: string
  /** Whose it is; undefined: nobody's in particular. */
  owner: string | undefined
  band: 'low' | 'medium' | 'high'
  /** 0..1, when it was decided. */
  lapseRisk: number
  openedAt: EpochMs
  /** By when it is to be done. */
  dueAt: EpochMs
  state: AlertState
  /** When the member came out of the band again, and by which decision that was told. */
  recoveredAt?: EpochMs
  recoveredBy?: string
  /** Who changed it last, and when. */
  by?: string
  changedAt?: EpochMs
  snoozedUntil?: EpochMs
  outcome?: AlertOutcome
  reason?: OutcomeReason
  /** A few words by staff. Never logged, and not part of what is published. */
  note?: string
}>

export type AlertChange = Readonly<{ by: string; at: EpochMs }> &
  (
    | Readonly<{ kind: 'acknowledge' }>
    | Readonly<{ kind: 'snooze'; until: EpochMs }>
    | Readonly<{ kind: 'close'; outcome: AlertOutcome; reason?: OutcomeReason; note?: string }>
  )

export type AlertQuery = Readonly<{
  owner?: string
  /** Snoozed ones whose time has come count as open. */
  states: readonly AlertState[]
  now: EpochMs
  limit: number
}>

/** The alerts list of membership ops. */
export interface Alerts {
  /** Opens an alert; the first of an id stays. */
  open(alert: Alert): Promise<void>
  get(id: string): Promise<Alert | undefined>
  /** Those due first come first. */
  list(query: AlertQuery): Promise<Alert[]>
  /** All of one member, the latest first, closed ones for as long as they are kept. */
  ofMember(memberId: string): Promise<Alert[]>
  /**
   * The member is out of danger: marks all alerts that are not marked yet, closed ones too, and answers those marked by this
   * decision, however often it is asked.
   */
  recovered(memberId: string, recovery: Readonly<{ at: EpochMs; by: string }>): Promise<Alert[]>
  /** Leaves nothing of the member, notes included. Answers how many there were. */
  forget(memberId: string): Promise<number>
  /** Answers the alert as it is now; undefined when there is none. A closed alert stays as it is. */
  change(id: string, change: AlertChange): Promise<Alert | undefined>
}

/** The alert after a change; a closed one stays as it is. */
export function changedAlert(alert: Alert, change: AlertChange): Alert {
  if (alert.state === 'closed') return alert
  const { snoozedUntil: _, ...rest } = alert
  const changed = { ...rest, by: change.by, changedAt: change.at }
  switch (change.kind) {
    case 'acknowledge':
      return { ...changed, state: 'acknowledged' }
    case 'snooze':
      return { ...changed, state: 'snoozed', snoozedUntil: change.until }
    case 'close': {
      const { outcome, reason, note } = change
      const told = { ...(reason === undefined ? {} : { reason }), ...(note === undefined ? {} : { note }) }
      return { ...changed, state: 'closed', outcome, ...told }
    }
  }
}

/** The alert after a recovery; undefined where an earlier one has come already. */
export function recoveredAlert(alert: Alert, { at, by }: Readonly<{ at: EpochMs; by: string }>): Alert | undefined {
  if (alert.recoveredBy === by) return alert
  if (alert.recoveredAt !== undefined || alert.openedAt > at) return undefined
  return { ...alert, recoveredAt: at, recoveredBy: by }
}

/** The state by now: a snooze ends by itself. */
export function alertStateAt({ state, snoozedUntil }: Alert, now: EpochMs): AlertState {
  return state === 'snoozed' && (snoozedUntil ?? 0) <= now ? 'open' : state
}
