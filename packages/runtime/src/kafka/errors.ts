/** What kafkajs puts on its errors, read without trusting their classes: it wraps them in several layers. */
type Clues = Readonly<{ type?: unknown; retriable?: unknown; name?: unknown; cause?: unknown; errors?: unknown }>

/** The protocol error types (`REBALANCE_IN_PROGRESS` …) on an error and on everything that caused it. */
export function errorTypes(error: unknown): readonly string[] {
  const types: string[] = []
  for (const clues of layers(error)) {
    if (typeof clues.type === 'string') types.push(clues.type)
  }
  return types
}

export function hasErrorType(error: unknown, ...wanted: readonly string[]): boolean {
  return errorTypes(error).some((type) => wanted.includes(type))
}

/** The group has moved on without us, or is about to: join again. */
export function isRebalance(error: unknown): boolean {
  return hasErrorType(
    error,
    'REBALANCE_IN_PROGRESS',
    'ILLEGAL_GENERATION',
    'UNKNOWN_MEMBER_ID',
    'NOT_COORDINATOR_FOR_GROUP',
  )
}

/**
 * Would the same thing work later? kafkajs itself gives up for good on some that do: no coordinator found because
 * every broker was away for a moment, for one.
 */
export function isPassing(error: unknown): boolean {
  let passing = false
  for (const { name, retriable } of layers(error)) {
    if (name === 'KafkaJSNotImplemented' || name === 'KafkaJSSASLAuthenticationError') return false
    passing ||= retriable === true || name === 'KafkaJSNumberOfRetriesExceeded'
    passing ||= name === 'KafkaJSGroupCoordinatorNotFound' || name === 'KafkaJSLockTimeout'
  }
  return passing || isRebalance(error)
}

function* layers(error: unknown): Generator<Clues> {
  let layer = error
  for (let depth = 0; depth < 8 && typeof layer === 'object' && layer !== null; depth++) {
    const clues: Clues = layer
    yield clues
    if (Array.isArray(clues.errors)) for (const inner of clues.errors) yield* layers(inner)
    layer = clues.cause
  }
}
