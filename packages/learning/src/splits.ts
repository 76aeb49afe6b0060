import { lapsesIn, pooled, rowsOf, type Table } from './table.ts'

/** What to learn from, and members held back to judge what was learned. */
export type Split = Readonly<{ train: readonly Table[]; judge: Table }>

/** Several ways to hold members back: the latest cut-offs, each after all earlier ones; or members of the only one. */
export type Splits = Readonly<{ by: 'later cut-offs' | 'members'; all: readonly Split[] }>

/** Cut-offs judged at most: older ones tell less about the next. */
const MOST_JUDGED = 2

/**
 * On fewer lapses, or fewer members who stayed, neither weights nor a judgement of them are worth having: the standard
 * error of an AUC is about .05 there.
 */
const LEAST_OF_EACH = 30

const FOLDS = 5

/**
 * Rolling origin: `tables` are cut-offs from early to late, and a cut-off is judged by what was learned from those
 * before it. Where none has enough lapses before and in it, members are held back in five turns instead.
 */
export function splitsOf(tables: readonly Table[]): Splits {
  const later = tables.flatMap((judge, j) => {
    const train = tables.slice(0, j)
    return isEnough(train) && isEnough([judge]) ? [{ train, judge }] : []
  })
  if (later.length > 0) return { by: 'later cut-offs', all: later.slice(-MOST_JUDGED) }
  return { by: 'members', all: foldsOf(pooled(tables)) }
}

export function isEnough(tables: readonly Table[]): boolean {
  const lapses = tables.reduce((sum, table) => sum + lapsesIn(table), 0)
  const n = tables.reduce((sum, table) => sum + table.n, 0)
  return lapses >= LEAST_OF_EACH && n - lapses >= LEAST_OF_EACH
}

function foldsOf(table: Table): readonly Split[] {
  const folds = table.members === undefined ? foldsByLabel(table) : foldsByMember(table.members)
  return Array.from({ length: FOLDS }, (_, fold) => {
    const rows = (wanted: (own: number) => boolean) =>
      Int32Array.from(folds.keys()).filter((row) => wanted(folds[row]!))
    return {
      train: [
        rowsOf(
          table,
          rows((own) => own !== fold),
        ),
      ],
      judge: rowsOf(
        table,
        rows((own) => own === fold),
      ),
    }
  })
}

/** In turns, those who lapsed and those who did not each for themselves, so that every fold has its share of both. */
function foldsByLabel({ labels }: Table): Uint8Array {
  const seen = [0, 0]
  return labels.map((label) => seen[label]!++ % FOLDS)
}

/**
 * In turns, in an order (by Knuth's multiplicative hash) that follows no pattern in which numbers were given out; a
 * fold of a fold is then as good as the first.
 */
function foldsByMember(members: Uint32Array): Uint8Array {
  const hash = (member: number) => Math.imul(member, 2_654_435_761) >>> 0
  const order = [...new Set(members)].sort((a, b) => hash(a) - hash(b))
  const folds = new Map(order.map((member, rank) => [member, rank % FOLDS]))
  return Uint8Array.from(members, (member) => folds.get(member)!)
}
