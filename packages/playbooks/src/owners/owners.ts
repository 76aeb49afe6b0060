/** Through what colleagues are told: those channels that take more than one contact with one member. */
export const TELLING_CHANNELS = ['email', 'slack', 'teams', 'webhook', 'log'] as const
export type TellingChannel = (typeof TELLING_CHANNELS)[number]

/** When an owner hears of alerts: of each at once, or of all of a day or a week together. */
export const ALERT_TIMES = ['immediate', 'daily', 'weekly'] as const

export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** For whom a digest of the week is written. */
export const ROLES = ['membership-ops', 'marketing', 'data-team', 'leadership'] as const
export type Role = (typeof ROLES)[number]

export type Delivery = Readonly<{
  through: TellingChannel
  /** Where it is email. Colleagues' addresses are in the file and nowhere else. */
  to: string | undefined
}>

/** When on the wall something is due. */
export type Schedule = Readonly<{
  /** Undefined: every day. */
  on: Weekday | undefined
  /** Minutes after local midnight. */
  at: number
  /** IANA name. */
  timeZone: string
}>

/** How one owner hears of alerts. `schedule` undefined: of each at once. */
export type AlertsTo = Delivery & Readonly<{ owner: string; schedule: Schedule | undefined }>

/** Who gets the digest of the week of a role, and when. */
export type DigestTo = Delivery & Readonly<{ role: Role; schedule: Schedule }>

/** Who is told what, how, and when. Of owners that are not named the alerts list is all there is. */
export type Owners = Readonly<{ alerts: readonly AlertsTo[]; digests: readonly DigestTo[] }>

export const NO_OWNERS: Owners = { alerts: [], digests: [] }
