import { memberIdOf } from '@perennial/member'

/** Bands as others are told them: a member who has none yet is in the low one. */
const BANDS = ['low', 'low', 'medium', 'high'] as const

/** A member whose facts say something else after the switch than before it. Rows as stored; undefined = there is none. */
export type Differing = Readonly<{ memberId: string; before: Uint8Array | undefined; after: Uint8Array | undefined }>

export type BandMove = Readonly<{ memberId: string; from: string; to: string }>

/** What is found where the rebuilt state of partitions is laid beside the one that serves, at the same offset. */
export type Comparison = Readonly<{
  /** Rows that both have. */
  rows: number
  /** … of which so many say something else, by 1e-9. */
  differing: Readonly<{ members: number; aliases: number }>
  /** In what, and how many rows. */
  fields: Readonly<Record<string, number>>
  /** Rows that only one of them has. Aliases that were freed are not missed. */
  onlyServing: Readonly<{ members: number; aliases: number }>
  onlyRebuilt: Readonly<{ members: number; aliases: number }>
  /** How many members change their band by the switch, told to all and acted on by nobody. */
  bandsMoved: number
  /** Members of the same facts who were told another band, or as another version, than the replay would have: under another model, say. They keep what they were told. */
  toldOtherwise: Readonly<{ bands: number; versions: number }>
  /** Source positions that differ. */
  sources: number
  /** Facts sent to other partitions: the numbering goes on from the higher one. */
  sent: Readonly<{ serving: number; rebuilt: number }>
}>

/** Adds up what is found; keeps some of the members concerned. */
export class Tally {
  readonly rows = { both: 0, differing: { members: 0, aliases: 0 } }
  readonly onlyServing = { members: 0, aliases: 0 }
  readonly onlyRebuilt = { members: 0, aliases: 0 }
  readonly toldOtherwise = { bands: 0, versions: 0 }
  readonly sent = { serving: 0, rebuilt: 0 }
  readonly differing: Differing[] = []
  readonly moves: BandMove[] = []
  sources = 0
  bandsMoved = 0
  readonly #fields = new Map<string, number>()
  readonly #most: number

  /** `most`: so many members are kept, the rest is counted. */
  constructor(most: number) {
    this.#most = most
  }

  field(name: string): void {
    this.#fields.set(name, (this.#fields.get(name) ?? 0) + 1)
  }

  keep(key: string, before: Uint8Array | undefined, after: Uint8Array | undefined): void {
    if (this.differing.length < this.#most) this.differing.push({ memberId: memberIdOf(key), before, after })
  }

  moved(key: string, from: number, to: number): void {
    const [a, b] = [BANDS[from] ?? 'low', BANDS[to] ?? 'low']
    if (a === b) return
    this.bandsMoved++
    if (this.moves.length < this.#most) this.moves.push({ memberId: memberIdOf(key), from: a, to: b })
  }

  result(): Comparison {
    const fields = Object.fromEntries([...this.#fields].toSorted(([, a], [, b]) => b - a))
    const { rows, onlyServing, onlyRebuilt, bandsMoved, toldOtherwise, sources, sent } = this
    return {
      rows: rows.both,
      differing: { ...rows.differing },
      fields,
      onlyServing: { ...onlyServing },
      onlyRebuilt: { ...onlyRebuilt },
      bandsMoved,
      toldOtherwise: { ...toldOtherwise },
      sources,
      sent: { ...sent },
    }
  }
}

/** True: the log leads to the state that serves. */
export function isSame({ differing, onlyServing, onlyRebuilt, sources, sent }: Comparison): boolean {
  const rows = [differing, onlyServing, onlyRebuilt].flatMap(({ members, aliases }) => [members, aliases])
  return [...rows, sources, sent.serving - sent.rebuilt].every((count) => count === 0)
}

/** Of several partitions together. */
export function sumOf(all: readonly Comparison[]): Comparison {
  const sum = (of: (one: Comparison) => number) => all.reduce((total, one) => total + of(one), 0)
  const both = (of: (one: Comparison) => Comparison['differing']) => ({
    members: sum((one) => of(one).members),
    aliases: sum((one) => of(one).aliases),
  })
  const fields: Record<string, number> = {}
  for (const one of all)
    for (const [name, rows] of Object.entries(one.fields)) fields[name] = (fields[name] ?? 0) + rows
  return {
    rows: sum(({ rows }) => rows),
    differing: both(({ differing }) => differing),
    fields: Object.fromEntries(Object.entries(fields).toSorted(([, a], [, b]) => b - a)),
    onlyServing: both(({ onlyServing }) => onlyServing),
    onlyRebuilt: both(({ onlyRebuilt }) => onlyRebuilt),
    bandsMoved: sum(({ bandsMoved }) => bandsMoved),
    toldOtherwise: {
      bands: sum(({ toldOtherwise }) => toldOtherwise.bands),
      versions: sum(({ toldOtherwise }) => toldOtherwise.versions),
    },
    sources: sum(({ sources }) => sources),
    sent: { serving: sum(({ sent }) => sent.serving), rebuilt: sum(({ sent }) => sent.rebuilt) },
  }
}
