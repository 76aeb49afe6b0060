import { DAY_MS, type EpochMs } from '@perennial/member'
import { audienceOf, capsFor, contactKey, type Playbook, type Plays, type Purpose } from '@perennial/playbooks'
import type { ContactRef, Contacts, LedgerAnswer, LedgerEntry, LedgerOutcome } from '@perennial/runtime'
import type { DecisionsSeen } from './decisions-kept.ts'

/**
 * One contact that there was a cause for, and what became of it: it went out, it waits for its time when the simulation ends, or it was
 * held back; what is held back one day may go out on another. A play, a step and a term of a member make one.
 */
export type Note = {
  readonly memberId: string
  readonly playbook: string
  readonly step: string
  readonly termId: string
  readonly channel: string
  readonly owner: string | undefined
  readonly purpose: string
  /** When it was first decided about. */
  readonly since: EpochMs
  result: 'sent' | 'waiting' | 'held'
  /** When it went out, is to go out, or was held back last. */
  at: EpochMs
  /** Of the last decision. */
  band: string
  lapseRisk: number
  /** The gate that held it back last, and why; undefined where none did. */
  gate: string | undefined
  reason: string | undefined
  /** Whether a cap held it back at some time, and which plays had filled it. */
  cappedBy: readonly string[] | undefined
}

/** The contacts of a scenario by their keys. */
export type Notes = ReadonlyMap<string, Note>

/** A cap that is full, and a contact that gave way where one was. */
const CAPS: ReadonlySet<string> = new Set(['cap', 'displaced'])

/** Writes down what became of every contact that there was a cause for. */
export class Notebook implements DecisionsSeen {
  readonly #notes = new Map<string, Note>()
  readonly #windows: ReadonlyMap<string, number>
  readonly #contacts: Pick<Contacts, 'view'>

  constructor(plays: Plays, contacts: Pick<Contacts, 'view'>) {
    this.#windows = new Map(plays.playbooks.map((playbook) => [playbook.name, longestWindow(playbook, plays)]))
    this.#contacts = contacts
  }

  get notes(): Notes {
    return this.#notes
  }

  async decided(entry: LedgerEntry): Promise<void> {
    if (entry.decision === 'hold') return this.#hold(entry, entry.decidedAt, entry.reason ?? 'held', entry.answers)
    const at = entry.sendAt ?? entry.decidedAt
    Object.assign(this.#noteOf(entry), { result: 'waiting', at, gate: undefined, reason: undefined })
  }

  async concluded(entry: LedgerEntry, outcome: LedgerOutcome): Promise<void> {
    const { at, detail = 'superseded', answers = [] } = outcome
    if (outcome.outcome !== 'delivered') return this.#hold(entry, at, detail, answers)
    Object.assign(this.#noteOf(entry), { result: 'sent', at, gate: undefined, reason: undefined })
  }

  #noteOf(entry: LedgerEntry): Note {
    const { memberId, playbook, step, termId, channel, owner, purpose, decidedAt, band, lapseRisk } = entry
    const key = contactKey(memberId, termId, playbook, step)
    const known = this.#notes.get(key)
    if (known !== undefined) return Object.assign(known, { band, lapseRisk })
    const what = { memberId, playbook, step, termId, channel, owner, purpose, band, lapseRisk }
    const note: Note = { ...what, ...NOTHING_YET, since: decidedAt, at: decidedAt }
    this.#notes.set(key, note)
    return note
  }

  async #hold(entry: LedgerEntry, at: EpochMs, reason: string, answers: readonly LedgerAnswer[]): Promise<void> {
    const note = this.#noteOf(entry)
    // It has gone out for an earlier decision, or is about to: that this one is held back is because of it.
    if (note.result === 'sent' || (note.result === 'waiting' && reason === 'already-contacted')) return
    const gate = answers.find(({ answer }) => answer === 'hold')?.gate ?? reason
    Object.assign(note, { result: 'held', at, gate, reason })
    if (!CAPS.has(gate)) return
    note.cappedBy = [...new Set([...(note.cappedBy ?? []), ...(await this.#playsNear(entry, at))])]
  }

  /** Whose contacts take up the room: those with the same audience within the longest window. */
  async #playsNear(entry: LedgerEntry, at: EpochMs): Promise<string[]> {
    const [view] = await this.#contacts.view([refOf(entry)])
    // A contact may be planned for the end of quiet hours.
    const window = (this.#windows.get(entry.playbook) ?? 0) + DAY_MS
    return (view?.others ?? []).filter((other) => Math.abs(other.at - at) < window).map(({ playbook }) => playbook)
  }
}

const NOTHING_YET = { result: 'held', gate: undefined, reason: undefined, cappedBy: undefined } as const

function longestWindow(playbook: Playbook, { policy }: Plays): number {
  const caps = playbook.steps.flatMap((step) => capsFor(playbook, step, policy))
  return Math.max(0, ...caps.map(({ withinMs }) => withinMs))
}

function refOf({ memberId, termId, playbook, step, purpose }: LedgerEntry): ContactRef {
  return { memberId, termId, playbook, step, audience: audienceOf(purpose as Purpose) }
}
