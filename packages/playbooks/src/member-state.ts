import { countOf, type EpochMs, lastAtOf, readTail, type Rows, signalId, SLOT, slot } from '@perennial/member'
import { type BandName, bandName, type BandNumber, type RiskAbove, type Scorer } from '@perennial/risk'
import { type Status, STATUSES } from './playbook.ts'

export type SignalState = Readonly<{ count: number; lastAt: EpochMs }>

/** What triggers, segments and gates ask about the member, as it is known right now. Times: 0 = never, or not known. */
export type MemberState = Readonly<{
  status: Status
  statusAt: EpochMs
  autoRenew: 'unknown' | 'off' | 'on'
  autoRenewAt: EpochMs
  /** Undefined: not scored yet. */
  band: BandName | undefined
  bandSince: EpochMs
  joinedAt: EpochMs
  termEnd: EpochMs
  /** When the current term was said. */
  termSaidAt: EpochMs
  renewals: number
  dues: number
  paymentFailedAt: EpochMs
  paidAt: EpochMs
  /** The latest engagement of any kind, and the latest that was taking part. */
  lastAt: EpochMs
  takenPartAt: EpochMs
  tier: string | undefined
  chapter: string | undefined
  timeZone: string | undefined
  /** By purpose; a purpose that is missing was never asked about. */
  consent: Readonly<Record<string, boolean>>
  /** How the risk stands to a level, 0..1; undefined: there is no risk to tell, or it was not asked of a scorer. */
  riskAbove(level: number): RiskAbove | undefined
  /** A signal by its name; one that the deployment does not have never came. */
  signal(name: string): SignalState
}>

/** To be answered is not yet to take part. */
const RECEIVED = signalId('help_received')

const NEVER: SignalState = { count: 0, lastAt: 0 }

const AUTO_RENEW_NAMES = ['unknown', 'off', 'on'] as const

/** What tells the risk and the band of a row right now. */
export type StateScorer = Pick<Scorer, 'lapseRisk' | 'nextBand' | 'riskAbove'>

/** The member as of `at`, scored anew: hours may have passed since the row was evaluated. */
export function memberStateAt(scorer: StateScorer, rows: Rows, i: number, at: EpochMs): MemberState {
  return {
    ...memberState(rows, i),
    band: bandAt(scorer, rows, i, at),
    riskAbove: (level) => scorer.riskAbove(rows, i, level, at),
  }
}

/** The member as the row says, with the band as of its last evaluation. */
export function memberState(rows: Rows, i: number): MemberState {
  const tail = readTail(rows, i)
  const consent = Object.entries(tail.consent).map(([purpose, { granted }]) => [purpose, granted] as const)
  const at = (index: number) => slot(rows, i, index)
  return {
    status: STATUSES[at(SLOT.status)] ?? 'unknown',
    statusAt: at(SLOT.statusAt),
    autoRenew: AUTO_RENEW_NAMES[at(SLOT.autoRenew)] ?? 'unknown',
    autoRenewAt: at(SLOT.autoRenewAt),
    band: bandName(slot(rows, i, SLOT.band) as BandNumber),
    bandSince: at(SLOT.bandSince),
    joinedAt: at(SLOT.joinedAt),
    termEnd: at(SLOT.termEnd),
    termSaidAt: at(SLOT.termAt),
    renewals: at(SLOT.renewals),
    dues: at(SLOT.dues),
    paymentFailedAt: at(SLOT.paymentFailedAt),
    paidAt: at(SLOT.paidAt),
    lastAt: at(SLOT.lastAt),
    takenPartAt: takenPartAt(rows, i),
    tier: tail.tier,
    chapter: tail.chapter,
    timeZone: tail.timeZone,
    consent: Object.fromEntries(consent),
    riskAbove: () => undefined,
    signal(name) {
      const known = rows.vocabulary.signals.find((one) => one.name === name)
      return known === undefined ? NEVER : { count: countOf(rows, i, known.id), lastAt: lastAtOf(rows, i, known.id) }
    },
  }
}

function takenPartAt(rows: Rows, i: number): EpochMs {
  let latest = 0
  for (const { id, family } of rows.vocabulary.signals)
    if (family === 'belonging' && RECEIVED !== id) latest = Math.max(latest, lastAtOf(rows, i, id))
  return latest
}

function bandAt(scorer: StateScorer, rows: Rows, i: number, at: EpochMs): BandName | undefined {
  const band = slot(rows, i, SLOT.band) as BandNumber
  const since = slot(rows, i, SLOT.bandSince)
  return bandName(scorer.nextBand(band, since, scorer.lapseRisk(rows, i, at), at))
}
