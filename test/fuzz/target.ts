/** What an input is, which says how it is changed. */
export type Shape = 'bytes' | 'text' | 'json'

/** Something that takes what comes from outside. */
export type Target = Readonly<{
  shape: Shape
  /** Inputs that are in order, to change. */
  samples: readonly Buffer[]
  /** Words that mean something here, to put in. */
  words?: readonly string[]
  /** Takes one input. The bytes are its own: it may write on them. */
  take(input: Buffer): void | Promise<void>
  /** Whether the error is one that `take` may end with. None may where this is left out. */
  declared?(error: unknown): boolean
}>

/** How an input failed. */
export type Failure = Readonly<{ what: 'crash' | 'hang' | 'memory'; detail: string }>

/** Longer ones are cut: what a server or a file brings of more is bounded before it is read. */
export const MOST_INPUT_BYTES = 64 * 1024
