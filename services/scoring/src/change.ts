import {
  type Chunk,
  changedRows,
  goneRows,
  movedDues,
  newPartitionState,
  type PartitionState,
  sourceKey,
  sourceOf,
} from '@perennial/engine'
import { isMemberKey, slot, SLOT, type EpochMs } from '@perennial/member'
import type { Change, Lease } from '@perennial/runtime'

type Dues = Pick<Change, 'due' | 'dueGone' | 'aliasDue' | 'aliasDueGone'>

/** The due-index entries a chunk moved, members and aliases apart. */
function dueChanges(chunk: Chunk): Dues & { earliest: EpochMs } {
  const due: [string, EpochMs][] = []
  const dueGone: string[] = []
  const aliasDue: [string, EpochMs][] = []
  const aliasDueGone: string[] = []
  let earliest = Infinity
  for (const { key, place } of movedDues(chunk)) {
    const at = slot(chunk.rows, place, SLOT.dueAt)
    const member = isMemberKey(key)
    if (at === 0) (member ? dueGone : aliasDueGone).push(key)
    else {
      ;(member ? due : aliasDue).push([key, at])
      earliest = Math.min(earliest, at)
    }
  }
  return { due, dueGone, aliasDue, aliasDueGone, earliest }
}

/** Everything of a chunk that a commit writes, but the outbox. */
export function chunkChange(chunk: Chunk, state: PartitionState) {
  const { earliest, ...dues } = dueChanges(chunk)
  const gone = goneRows(chunk)
  return {
    rows: changedRows(chunk),
    rowsGone: gone.rows,
    ...dues,
    dueGone: [...dues.dueGone, ...gone.due.filter(isMemberKey)],
    aliasDueGone: [...dues.aliasDueGone, ...gone.due.filter((key) => !isMemberKey(key))],
    sources: [...sourceFields(state), ...erasureFields(state)],
    sent: state.sent,
    earliest,
  }
}

/** Source progress as stored: `<stream>.<partition>` → `<position> <newest event time>`. */
function sourceFields(state: PartitionState): [string, string][] {
  const fields: [string, string][] = []
  for (const key of state.touched) {
    const progress = state.sources.get(key)
    const { stream, partition } = sourceOf(key)
    if (progress !== undefined) fields.push([`${stream}.${partition}`, `${progress.position} ${progress.newestAt}`])
  }
  return fields
}

/** Stored beside the sources: what a partition knows besides its rows. */
const ERASED = 'erased.'

/** Who was erased, as stored: `erased.<pseudonym>` → `<time> <1 = readmitted>`. */
function erasureFields(state: PartitionState): [string, string][] {
  return [...state.erased].map((name) => {
    const { at, readmits } = state.erasures.get(name) ?? { at: 0, readmits: false }
    return [`${ERASED}${name}`, `${at} ${readmits ? 1 : 0}`]
  })
}

/** All of what `sourceFields` and `erasureFields` write bit by bit. */
export function allFields(state: PartitionState): Record<string, string> {
  const everything = { ...state, touched: new Set(state.sources.keys()), erased: new Set(state.erasures.keys()) }
  return Object.fromEntries([...sourceFields(everything), ...erasureFields(everything)])
}

/** The state a lease stands for. */
export function stateOf(lease: Lease): PartitionState {
  const state = newPartitionState()
  for (const [field, value] of lease.sources) {
    if (field.startsWith(ERASED)) {
      const [at = NaN, readmits] = value.split(' ').map(Number)
      state.erasures.set(field.slice(ERASED.length), { at, readmits: readmits === 1 })
      continue
    }
    const [stream = NaN, partition = NaN] = field.split('.').map(Number)
    const [position = NaN, newestAt = NaN] = value.split(' ').map(Number)
    state.sources.set(sourceKey(stream, partition), { position, newestAt })
  }
  state.sent = lease.sent
  return state
}
