/**
 * The one table of signals: what kinds of activity a member row remembers.
 * A signal's number is stored in rows and blocks: never renumber, only append.
 */
export type Signal = Readonly<{
  id: number
  name: string
  /** `consumption` takes, `belonging` takes part and is answered, `money` pays, `friction` is no engagement. */
  family: 'consumption' | 'belonging' | 'money' | 'friction'
  /** What a person reads in an explanation. */
  label: string
}>

export const SIGNALS = [
  { id: 0, name: 'web_visit', family: 'consumption', label: 'website visits' },
  { id: 1, name: 'content_used', family: 'consumption', label: 'articles, downloads and courses used' },
  { id: 2, name: 'login', family: 'consumption', label: 'logins' },
  { id: 3, name: 'email_opened', family: 'consumption', label: 'emails opened' },
  { id: 4, name: 'email_clicked', family: 'consumption', label: 'email links followed' },
  { id: 5, name: 'event_registered', family: 'consumption', label: 'event registrations' },
  { id: 6, name: 'event_attended', family: 'belonging', label: 'events attended' },
  { id: 7, name: 'event_missed', family: 'friction', label: 'events missed or cancelled' },
  { id: 8, name: 'purchase', family: 'money', label: 'purchases' },
  { id: 9, name: 'refund', family: 'friction', label: 'refunds' },
  { id: 10, name: 'posted', family: 'belonging', label: 'posts and questions' },
  { id: 11, name: 'help_given', family: 'belonging', label: 'help given: replies, mentoring' },
  { id: 12, name: 'help_received', family: 'belonging', label: 'answers and reactions received' },
  { id: 13, name: 'service', family: 'belonging', label: 'volunteering and committee work' },
  { id: 14, name: 'referral', family: 'belonging', label: 'referrals' },
  { id: 15, name: 'email_refused', family: 'friction', label: 'unsubscribes and spam complaints' },
] as const satisfies readonly Signal[]

export type SignalName = (typeof SIGNALS)[number]['name']

export const SIGNAL_COUNT = SIGNALS.length

const BY_NAME = Object.fromEntries(SIGNALS.map((signal) => [signal.name, signal.id])) as Record<SignalName, number>

/** The stored number of a signal. */
export function signalId(name: SignalName): number {
  return BY_NAME[name]
}
