import { idHash } from './hash.ts'
import { type Family, isEngagement, SIGNAL_COUNT, SIGNALS, type Signal } from './signals.ts'

/** How many open signals a deployment may name: a row grows by 40 bytes of memory with each. */
export const MOST_OPEN_SIGNALS = 48

const LONGEST_NAME = 60

/** A stream and an action outside the built-in table, made a signal of its own. */
export type OpenSignal = Readonly<{
  stream: string
  action: string
  /** `open` where left out. An action such as `missed` is `friction`: counted, but no engagement. */
  family?: Family
  /** What a person reads; "stream: action" where left out. */
  label?: string
}>

/**
 * The signals of one deployment: the built-in ones, then its own, numbered by
 * their place. What is stored of an open signal is its place among the open
 * ones: a list of them is only ever appended to.
 */
export type Vocabulary = Readonly<{
  signals: readonly Signal[]
  /** By signal: 1 where it is engagement. */
  engagement: Uint8Array
  /** By number of open signals: says whether two vocabularies begin with the same ones. */
  fingerprints: Uint32Array
  /** The open signal of a stream and an action, undefined where there is none. Exact: no case is folded. */
  open(stream: string, action: string): Signal | undefined
}>

/** What is wrong with one of the open signals; `key` is the part of it that is. */
export type SignalProblem = Readonly<{ index: number; key: keyof OpenSignal; reason: string }>

/** The vocabulary of these open signals. Throws a RangeError that names everything `signalProblems` finds. */
export function vocabularyOf(open: readonly OpenSignal[]): Vocabulary {
  const problems = signalProblems(open).map(({ index, key, reason }) => `signals[${index}].${key} ${reason}`)
  if (problems.length > 0) throw new RangeError(problems.join('\n'))
  const signals: Signal[] = [...SIGNALS]
  const byStream = new Map<string, Map<string, Signal>>()
  for (const { stream, action, family = 'open', label } of open) {
    const name = nameOf({ stream, action })
    const signal = { id: signals.length, name, family, stream, label: label ?? labelOf({ stream, action }) }
    signals.push(signal)
    byStream.set(stream, (byStream.get(stream) ?? new Map<string, Signal>()).set(action, signal))
  }
  return {
    signals,
    engagement: Uint8Array.from(signals, (signal) => (isEngagement(signal) ? 1 : 0)),
    fingerprints: fingerprintsOf(signals.slice(SIGNAL_COUNT)),
    open: (stream, action) => byStream.get(stream)?.get(action),
  }
}

/** The open signals that a vocabulary was made of. */
export function openSignalsOf({ signals }: Vocabulary): OpenSignal[] {
  return signals
    .slice(SIGNAL_COUNT)
    .map(({ name, stream, family, label }) => ({ stream, action: name.slice(stream.length + 1), family, label }))
}

/** Everything that keeps these from being open signals, in their order. */
export function signalProblems(open: readonly OpenSignal[]): SignalProblem[] {
  const seen = new Map<string, number>()
  return open.flatMap((signal, index) => {
    const reasons: SignalProblem[] = (['stream', 'action'] as const).flatMap((key) =>
      isName(signal[key]) ? [] : [{ index, key, reason: `must be 1 to ${LONGEST_NAME} visible characters` }],
    )
    if (index >= MOST_OPEN_SIGNALS)
      reasons.push({ index, key: 'stream', reason: `is one too many: ${MOST_OPEN_SIGNALS} open signals are allowed` })
    const name = nameOf(signal)
    const before = seen.get(name)
    if (before !== undefined)
      reasons.push({ index, key: 'action', reason: `stands twice: ${name} is signals[${before}] too` })
    else seen.set(name, index)
    return reasons
  })
}

/** The built-in signals alone. */
export const BUILT_IN: Vocabulary = vocabularyOf([])

/** Where the stored numbers of open signals begin, so that built-in ones can still be appended. */
const OPEN_FROM = 128
const UNKNOWN = 255

/** The number that rows and blocks keep of a signal. */
export function storedNumber(signal: number): number {
  return signal < SIGNAL_COUNT ? signal : signal - SIGNAL_COUNT + OPEN_FROM
}

/** The signal of a stored number; 255, above all signals, for a built-in one that this program does not know. */
export function signalOfStored(stored: number): number {
  if (stored < SIGNAL_COUNT) return stored
  return stored < OPEN_FROM ? UNKNOWN : stored - OPEN_FROM + SIGNAL_COUNT
}

/** Why a row of this vocabulary has no room for the signal of a stored number. */
export function unknownSignal({ signals }: Vocabulary, stored: number): string {
  if (stored < OPEN_FROM) return `signal ${stored} is unknown: run the newer release`
  const named = signals.length - SIGNAL_COUNT
  return `open signal ${stored - OPEN_FROM + 1} is unknown: the signals file (PERENNIAL_SIGNALS) names ${named}`
}

function nameOf({ stream, action }: Pick<OpenSignal, 'stream' | 'action'>): string {
  return `${stream}.${action}`
}

function isName(text: string): boolean {
  return text.length >= 1 && text.length <= LONGEST_NAME && text.trim() === text && !/\p{C}/u.test(text)
}

function labelOf({ stream, action }: Pick<OpenSignal, 'stream' | 'action'>): string {
  return `${stream}: ${action}`.replaceAll('_', ' ')
}

function fingerprintsOf(open: readonly Signal[]): Uint32Array {
  const names = open.map(({ name }) => name)
  return Uint32Array.from({ length: open.length + 1 }, (_, n) => idHash(names.slice(0, n).join('\n')).lo)
}
