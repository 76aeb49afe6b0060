import { DAY_MS, type EpochMs } from '@perennial/member'
import { Fault } from '@perennial/runtime'
import type { Facts } from './facts.ts'
import type { History } from './history.ts'
import type { Spells } from './spells.ts'
import { checkTask, ignoredActions, type Task } from './task.ts'

/** Who is a member at a cut-off, and what becomes of them; a row each, in the order of the members. */
export type Population = Readonly<{
  cutoff: EpochMs
  /** Places in `history.members`, rising. */
  members: Uint32Array
  /** Number of the member's spell at the cut-off, or before it; 1 where nothing is known of spells. */
  spells: Uint32Array
  /** 1 = lapses within the horizon. */
  labels: Uint8Array
}>

const NO_SPELL = -1

/**
 * The members at a cut-off and their labels. Nothing at or after the cut-off decides who is one; what happens there
 * makes the label: left in (cutoff, cutoff + horizon], or nothing done in [cutoff, cutoff + horizon). Throws a Fault:
 * those of `checkTask`, `history/label-unknown` where the horizon reaches beyond the data, `history/nobody`.
 */
export function populationAt(history: History, task: Task, cutoff: EpochMs): Population {
  checkTask(history, task)
  checkKnown(history, task, cutoff)
  const look = createLook(history, task, cutoff)
  const members: number[] = []
  const spells: number[] = []
  const labels: number[] = []
  for (let m = 0; m < history.members.length; m++) {
    const spell = spellAt(history.spells, m, cutoff)
    if (!isMember(history, task, cutoff, { m, spell, look })) continue
    members.push(m)
    spells.push(spell === NO_SPELL ? 1 : (history.spells?.number[spell] ?? 1))
    labels.push(lapses(history, task, cutoff, { m, spell, look }) ? 1 : 0)
  }
  if (members.length === 0)
    throw new Fault(
      'history/nobody',
      `Nobody is a member at ${dateOf(cutoff)}: choose a cut-off within the history, or another --member-if.`,
    )
  return {
    cutoff,
    members: Uint32Array.from(members),
    spells: Uint32Array.from(spells),
    labels: Uint8Array.from(labels),
  }
}

/** A history is whole up to the end of its last day, or for as long after it as nothing usually happens. */
function checkKnown({ until, silenceMs }: History, { horizonMs, knownUntil }: Task, cutoff: EpochMs): void {
  const known = knownUntil ?? (until === undefined ? Number.NEGATIVE_INFINITY : until + silenceMs)
  if (cutoff + horizonMs <= known) return
  const last = Number.isFinite(known) ? `, not after ${dateOf(known - horizonMs)}` : ''
  throw new Fault(
    'history/label-unknown',
    `What becomes of members within ${Math.round((10 * horizonMs) / DAY_MS) / 10} days of ${dateOf(cutoff)} is not known ` +
      `yet: the history tells of nothing after ${Number.isFinite(known) ? dateOf(until ?? known) : 'its beginning'}. ` +
      `Choose an earlier cut-off${last}, or a shorter horizon; if the history is complete up to a later day, say --known-until.`,
  )
}

type Who = Readonly<{ m: number; spell: number; look: Look }>

function isMember({ spells, facts }: History, task: Task, cutoff: EpochMs, { m, spell, look }: Who): boolean {
  const open = spells !== undefined && spell !== NO_SPELL && (spells.leftAt[spell] ?? 0) > cutoff
  // Who is no member can leave no more.
  if (task.lapse.kind === 'left' && !open) return false
  const { memberIf, minTenureMs } = task
  const began = open ? (spells.joinedAt[spell] ?? Number.NaN) : look.firstAt(m)
  if (!(began <= cutoff - minTenureMs)) return false
  if (memberIf.kind === 'joined') return open && termRuns(spells, spell, cutoff)
  const since = memberIf.withinMs === undefined ? Number.NEGATIVE_INFINITY : cutoff - memberIf.withinMs
  const stream = memberIf.stream
  for (let i = look.firstFrom(m) - 1; i >= (facts.starts[m] ?? 0) && (facts.at[i] ?? 0) >= since; i--)
    if (look.counts(i, stream)) return true
  return false
}

function lapses({ spells, facts }: History, task: Task, cutoff: EpochMs, { m, spell, look }: Who): boolean {
  const end = cutoff + task.horizonMs
  if (task.lapse.kind === 'left') return (spells?.leftAt[spell] ?? Number.POSITIVE_INFINITY) <= end
  for (let i = look.firstFrom(m); i < (facts.starts[m + 1] ?? 0) && (facts.at[i] ?? 0) < end; i++)
    if (look.counts(i, task.lapse.stream)) return false
  return true
}

/** A term that is known to have run out ends a membership, even if nobody has entered that. */
function termRuns({ termStarts, terms }: Spells, spell: number, cutoff: EpochMs): boolean {
  const ends = terms
    .slice(termStarts[spell], termStarts[spell + 1])
    .flatMap(({ end }) => (Number.isNaN(end) ? [] : [end]))
  return ends.length === 0 || Math.max(...ends) > cutoff
}

/** The member's latest spell that began by the cut-off. */
function spellAt(spells: Spells | undefined, m: number, cutoff: EpochMs): number {
  if (spells === undefined) return NO_SPELL
  for (let s = (spells.starts[m + 1] ?? 0) - 1; s >= (spells.starts[m] ?? 0); s--)
    if ((spells.joinedAt[s] ?? 0) <= cutoff) return s
  return NO_SPELL
}

type Look = ReturnType<typeof createLook>

/** Questions about the facts of members, ignored ones left out. */
function createLook({ facts, actions }: History, { ignored }: Task, cutoff: EpochMs) {
  const skipped = ignoredActions(actions, ignored)
  const counts = (i: number, stream: string | undefined): boolean => {
    const action = facts.action[i] ?? 0
    return skipped[action] === 0 && (stream === undefined || actions[action]?.stream === stream)
  }
  return {
    counts,
    /** The first fact at or after the cut-off. */
    firstFrom: (m: number): number => firstFrom(facts, m, cutoff),
    /** When the member was first seen; NaN for never. */
    firstAt(m: number): EpochMs {
      const end = facts.starts[m + 1] ?? 0
      for (let i = facts.starts[m] ?? 0; i < end; i++) if (counts(i, undefined)) return facts.at[i] ?? Number.NaN
      return Number.NaN
    },
  }
}

/** The first of a member's facts that lies at or after an instant; the end of them where there is none. */
function firstFrom({ starts, at }: Facts, m: number, instant: EpochMs): number {
  let low = starts[m] ?? 0
  let high = starts[m + 1] ?? 0
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((at[middle] ?? 0) < instant) low = middle + 1
    else high = middle
  }
  return low
}

function dateOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 10)
}
