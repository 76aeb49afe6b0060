import { DAY_MS, idHash, lastAtOf, type Rows, SLOT, slot } from '@perennial/member'
import type { Model, Scorer } from '@perennial/risk'

/** What a model's risk is about, as far as it takes to tell later whether it came true. */
export type Foretold = Readonly<{
  /** True: the end of the running term, where there is one, and the window only where there is none. */
  byTerm: boolean
  /** The window is about having left; false = about no activity. */
  leaving: boolean
  windowMs: number
  /** When the member last did what the window is about, 0 = never. */
  lastActivity(rows: Rows, i: number): number
}>

/** The model that scores, and the one beside it that is only compared. Exchanged between two commits, never within one. */
export type ModelInUse = Readonly<{
  scorer: Scorer
  /** As rows note it. */
  number: number
  foretold: Foretold
  /** Numbers of models known to foretell the very same: what they said can be judged by this one's window. */
  comparable: ReadonlySet<number>
  shadow: Readonly<{ scorer: Scorer; number: number }> | undefined
}>

/** The number by which rows note a model: 32 bits of a hash of its id, never 0. */
export function modelNumber(id: string): number {
  return Math.max(1, idHash(id).lo)
}

/** `others`: models whose predictions may still be open. */
export function modelInUse(scorer: Scorer, shadow?: Scorer, others: readonly Model[] = []): ModelInUse {
  const { model } = scorer
  const same = others.filter((other) => windowOf(other) === windowOf(model))
  return {
    scorer,
    number: modelNumber(model.id),
    foretold: foretoldBy(scorer),
    comparable: new Set([model, ...same].map(({ id }) => modelNumber(id))),
    shadow: shadow && { scorer: shadow, number: modelNumber(shadow.model.id) },
  }
}

function windowOf(model: Model): string {
  if (model.kind !== 'trained') return `inactive ${model.horizon.activityDays}`
  const { kind, days, stream = '' } = model.lapse
  return `${kind} ${days} ${stream}`
}

function foretoldBy({ model, vocabulary }: Scorer): Foretold {
  const anything = (rows: Rows, i: number) => slot(rows, i, SLOT.lastAt)
  if (model.kind !== 'trained')
    return { byTerm: true, leaving: false, windowMs: model.horizon.activityDays * DAY_MS, lastActivity: anything }
  const { kind, days, stream } = model.lapse
  const of = vocabulary.signals.filter((signal) => signal.stream === stream).map(({ id }) => id)
  return {
    byTerm: false,
    leaving: kind === 'left',
    windowMs: days * DAY_MS,
    lastActivity: stream === undefined ? anything : (rows, i) => Math.max(...of.map((id) => lastAtOf(rows, i, id))),
  }
}
