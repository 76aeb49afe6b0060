import { type EpochMs, readTail, type Rows, SLOT, slot } from '@perennial/member'
import { type BandName, bandName, type BandNumber, type Scorer } from '@perennial/risk'
import { type Status, STATUSES } from './playbook.ts'

/** What the gates ask about the member, as it is known right now. */
export type MemberState = Readonly<{
  status: Status
  autoRenew: 'unknown' | 'off' | 'on'
  /** Undefined: not scored yet. */
  band: BandName | undefined
  /** 0: no term known. */
  termEnd: EpochMs
  timeZone: string | undefined
  /** By purpose; a purpose that is missing was never asked about. */
  consent: Readonly<Record<string, boolean>>
}>

const AUTO_RENEW_NAMES = ['unknown', 'off', 'on'] as const

/** `band`: the one to go by; the row's own is as of its last evaluation. */
export function memberState(rows: Rows, i: number, band = bandOfRow(rows, i)): MemberState {
  const tail = readTail(rows, i)
  const consent = Object.entries(tail.consent).map(([purpose, { granted }]) => [purpose, granted] as const)
  return {
    status: STATUSES[slot(rows, i, SLOT.status)] ?? 'unknown',
    autoRenew: AUTO_RENEW_NAMES[slot(rows, i, SLOT.autoRenew)] ?? 'unknown',
    band,
    termEnd: slot(rows, i, SLOT.termEnd),
    timeZone: tail.timeZone,
    consent: Object.fromEntries(consent),
  }
}

/** The band the member is in at `at`, by a fresh score: hours may have passed since the row was evaluated. */
export function bandAt(
  scorer: Pick<Scorer, 'lapseRisk' | 'nextBand'>,
  rows: Rows,
  i: number,
  at: EpochMs,
): BandName | undefined {
  const band = slot(rows, i, SLOT.band) as BandNumber
  const since = slot(rows, i, SLOT.bandSince)
  return bandName(scorer.nextBand(band, since, scorer.lapseRisk(rows, i, at), at))
}

function bandOfRow(rows: Rows, i: number): BandName | undefined {
  return bandName(slot(rows, i, SLOT.band) as BandNumber)
}
