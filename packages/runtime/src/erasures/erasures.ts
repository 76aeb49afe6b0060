import { type EpochMs, partitionFor, type SubjectKey } from '@perennial/member'
import { ERASURE_TOPIC } from '@perennial/streams'
import { Fault, isFault } from '../fault.ts'
import { pause } from '../log/wait.ts'
import type { Log, Logger, LogRecord, Outgoing, Scope } from '../ports.ts'
import { type ErasureKeys, otherKey } from './erasure-keys.ts'

/*
 * `erasures.v1`, compacted and kept for ever, is the memory of who must not come
 * back: one record a subject, keyed by its pseudonym, without anything by which
 * somebody without the key could tell who it is.
 */

/** `readmits`: facts dated from `at` on are welcome again. */
export type ErasureNote = Readonly<{ pseudonym: string; at: EpochMs; readmits: boolean }>

/** Who was erased, as the log tells it. */
export interface Erasures {
  /** Facts about the subject dated before then are refused: 0 = none are, Infinity = all. */
  barOf(subject: string): EpochMs
  /** The latest word on a subject; undefined where it was never erased. */
  noteOf(subject: string): ErasureNote | undefined
  /** How many subjects are on the list. */
  readonly size: number
  /** Reads what was noted until now; without it news take two seconds. */
  refresh(): Promise<void>
}

const FOLLOW_EVERY_MS = 2_000
const PAGE = 1_000

type Deps = Readonly<{ log: Pick<Log, 'read' | 'startOffsets' | 'endOffsets'>; logger: Pick<Logger, 'warn'> }>

/** Reads the list whole, and follows it until the scope ends. */
export async function followErasures(deps: Deps, scope: Scope, keys: ErasureKeys): Promise<Erasures> {
  const erasures = createErasures(deps, keys)
  await erasures.refresh()
  const follow = async () => {
    while (!scope.signal.aborted) {
      await pause(FOLLOW_EVERY_MS, scope.signal)
      if (!scope.signal.aborted)
        await erasures.refresh().catch((error: unknown) => deps.logger.warn({ err: error }, 'Erasures were not read.'))
    }
  }
  const following = follow()
  void scope.adopt(following, (held) => held)
  return erasures
}

/** Nothing is read before `refresh`. */
export function createErasures({ log }: Pick<Deps, 'log'>, keys: ErasureKeys): Erasures {
  const notes = new Map<string, ErasureNote>()
  const positions = new Map<number, number>()

  function take({ key, value }: LogRecord): void {
    if (key === null || value === null) return
    const { keyId, at, readmits } = parse(value)
    if (keyId !== keys.id) throw otherKey()
    const pseudonym = String(key)
    if (at >= (notes.get(pseudonym)?.at ?? 0)) notes.set(pseudonym, { pseudonym, at, readmits })
  }

  async function read(): Promise<void> {
    for (const { partition, start, end } of await edgesOf(log)) {
      for (let at = Math.max(positions.get(partition) ?? 0, start); at < end;) {
        const page = await log.read({ topic: ERASURE_TOPIC, partition }, at, PAGE)
        page.forEach(take)
        at = (page.at(-1)?.offset ?? end - 1) + 1
        positions.set(partition, at)
      }
    }
  }

  const noteOf = (subject: string) => (notes.size === 0 ? undefined : notes.get(keys.pseudonym(subject)))

  return {
    noteOf,
    barOf(subject) {
      const note = noteOf(subject)
      if (note === undefined) return 0
      return note.readmits ? note.at : Infinity
    },
    get size() {
      return notes.size
    },
    refresh: oneAtATime(read),
  }
}

type Edge = Readonly<{ partition: number; start: number; end: number }>

async function edgesOf(log: Deps['log']): Promise<readonly Edge[]> {
  try {
    const [starts, ends] = await Promise.all([log.startOffsets(ERASURE_TOPIC), log.endOffsets(ERASURE_TOPIC)])
    return ends.map((end, partition) => ({ partition, start: starts[partition] ?? 0, end }))
  } catch (error) {
    // Not made yet: nobody was erased.
    if (isFault(error, 'log/no-topic')) return []
    throw error
  }
}

/** Whoever asks while a reading is under way wants what was noted since it began, too. */
function oneAtATime(read: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  return function ask(): Promise<void> {
    if (running === undefined) return (running = read().finally(() => (running = undefined)))
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return ask()
      })
    return next
  }
}

/** Nobody was ever erased: for tests, and for what has no log. */
export const NO_ERASURES: Erasures = {
  barOf: () => 0,
  noteOf: () => undefined,
  size: 0,
  refresh: () => Promise.resolve(),
}

/** A note as a record of `erasures.v1`. */
export function erasureRecord({ pseudonym, at, readmits }: ErasureNote, keyId: string, partitions: number): Outgoing {
  return {
    partition: partitionFor(pseudonym as SubjectKey, partitions),
    key: pseudonym,
    value: Buffer.from(JSON.stringify({ version: 1, at, readmits, keyId })),
  }
}

function parse(value: Buffer): Readonly<{ at: EpochMs; readmits: boolean; keyId: string }> {
  const note: unknown = JSON.parse(value.toString())
  if (typeof note === 'object' && note !== null && 'at' in note && 'keyId' in note)
    return { at: Number(note.at), readmits: 'readmits' in note && note.readmits === true, keyId: String(note.keyId) }
  throw new Fault('erasures/record', `A record of ${ERASURE_TOPIC} is none of ours: nothing else may write there.`)
}
