import type { ErasureReceipt, RestingPlace } from '@perennial/runtime'

/** A receipt as a machine reads it. */
export function receiptView(receipt: ErasureReceipt) {
  const { id, state, by, step, subjects, cleared, requestedAt, completedAt, rests } = receipt
  return {
    id,
    state,
    by,
    step: step ?? null,
    subjects,
    cleared,
    requestedAt: new Date(requestedAt).toISOString(),
    completedAt: completedAt === undefined ? null : new Date(completedAt).toISOString(),
    rests: rests.map((place) => ({ ...place, until: untilOf(place) })),
  }
}

/** ISO 8601, or a word; null where it is not known. */
export function untilOf({ until }: Readonly<{ until?: RestingPlace['until'] }>): string | null {
  if (until === undefined) return null
  return typeof until === 'string' ? until : new Date(until).toISOString()
}
