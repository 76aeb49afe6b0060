/**
 * `consumption` takes, `belonging` takes part and is answered, `money` pays, `friction` is no engagement; `neutral` is
 * neither, and moves no score: something done to the member, or a matter settled;
 * `open` is engagement of which we know no more (see `vocabulary.ts`).
 */
export const FAMILIES = ['consumption', 'belonging', 'money', 'friction', 'open', 'neutral'] as const

export type Family = (typeof FAMILIES)[number]

/** A kind of activity that a member row remembers. */
export type Signal = Readonly<{
  /** Its place among the signals of a vocabulary, and in a row. */
  id: number
  name: string
  family: Family
  /** The stream its facts come from. */
  stream: string
  /** What a person reads in an explanation. */
  label: string
}>

/** Whether it counts as something the member did with us: everything but friction and what is neutral. */
export function isEngagement({ family }: Signal): boolean {
  return family !== 'friction' && family !== 'neutral'
}

/** The built-in signals. Their numbers are stored in rows and blocks: never renumber, only append. */
export const SIGNALS = [
  { id: 0, name: 'web_visit', family: 'consumption', stream: 'website-activity', label: 'website visits' },
  {
    id: 1,
    name: 'content_used',
    family: 'consumption',
    stream: 'website-activity',
    label: 'articles, downloads and courses used',
  },
  { id: 2, name: 'login', family: 'consumption', stream: 'website-activity', label: 'logins' },
  { id: 3, name: 'email_opened', family: 'consumption', stream: 'email-activity', label: 'emails opened' },
  { id: 4, name: 'email_clicked', family: 'consumption', stream: 'email-activity', label: 'email links followed' },
  { id: 5, name: 'event_registered', family: 'consumption', stream: 'event-attendance', label: 'event registrations' },
  { id: 6, name: 'event_attended', family: 'belonging', stream: 'event-attendance', label: 'events attended' },
  { id: 7, name: 'event_missed', family: 'friction', stream: 'event-attendance', label: 'events missed or cancelled' },
  { id: 8, name: 'purchase', family: 'money', stream: 'purchase', label: 'purchases' },
  { id: 9, name: 'refund', family: 'friction', stream: 'purchase', label: 'refunds' },
  { id: 10, name: 'posted', family: 'belonging', stream: 'community-activity', label: 'posts and questions' },
  {
    id: 11,
    name: 'help_given',
    family: 'belonging',
    stream: 'community-activity',
    label: 'help given: replies, mentoring',
  },
  {
    id: 12,
    name: 'help_received',
    family: 'belonging',
    stream: 'community-activity',
    label: 'answers and reactions received',
  },
  {
    id: 13,
    name: 'service',
    family: 'belonging',
    stream: 'community-activity',
    label: 'volunteering and committee work',
  },
  { id: 14, name: 'referral', family: 'belonging', stream: 'community-activity', label: 'referrals' },
  {
    id: 15,
    name: 'email_refused',
    family: 'friction',
    stream: 'email-activity',
    label: 'unsubscribes and spam complaints',
  },
  { id: 16, name: 'complaint_opened', family: 'friction', stream: 'custom-activity', label: 'complaints' },
  { id: 17, name: 'complaint_closed', family: 'neutral', stream: 'custom-activity', label: 'complaints settled' },
  {
    id: 18,
    name: 'contacted_elsewhere',
    family: 'neutral',
    stream: 'email-activity',
    label: 'contacts by other teams',
  },
  { id: 19, name: 'profile_done', family: 'neutral', stream: 'custom-activity', label: 'profiles filled in' },
] as const satisfies readonly Signal[]

export type SignalName = (typeof SIGNALS)[number]['name']

export const SIGNAL_COUNT = SIGNALS.length

const BY_NAME = Object.fromEntries(SIGNALS.map((signal) => [signal.name, signal.id])) as Record<SignalName, number>

/** The stored number of a signal. */
export function signalId(name: SignalName): number {
  return BY_NAME[name]
}
