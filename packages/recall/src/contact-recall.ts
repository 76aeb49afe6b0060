import type { ContactClaims, Positions } from '@perennial/runtime'

/** Knows whether all that was ever decided and sent is on record, and puts it on record where it is not. */
export type ContactRecall = Readonly<{
  /** To be awaited before anything is decided or sent. Costs one look as long as nothing was lost. */
  ensure(): Promise<void>
  /** Whether it is still so. To be asked after a key was taken and before anything is done with it. */
  holds(): Promise<boolean>
  /**
   * To be called now and then: claims what was in the log at the call before, so that a recall need not read it
   * again. That it is not the latest leaves room for answers that are still under way.
   */
  claim(): Promise<void>
}>

export type RecallParts = Readonly<{
  claims: ContactClaims
  /** How often the connection to the store of contacts was made. */
  connection: () => number
  /** Where the log of decisions and outcomes ends. */
  ends: () => Promise<Positions>
  /** Puts on record what the log tells between these positions; undefined = from the beginning. */
  restore: (from: Positions | undefined, to: Positions) => Promise<void>
}>

/**
 * Contacts live in Redis, and Redis may lose its last second, or everything; who was contacted would then be
 * contacted again. What was decided and what came of it also stands in the log. So after every new connection, and
 * wherever nothing is claimed, the log is read from the last claim on.
 */
export function createContactRecall({ claims, connection, ends, restore }: RecallParts): ContactRecall {
  /** The connection for which everything is on record. */
  let heldFor: number | undefined
  let underWay: Promise<void> | undefined
  let seen: Readonly<{ connection: number; ends: Positions }> | undefined

  /** A claim that may have reached a store which has lost what it is about is worse than none. */
  async function write(positions: Positions, through: number): Promise<void> {
    if (connection() !== through) return
    await claims.write(positions)
    if (connection() !== through) await claims.clear()
  }

  async function recall(): Promise<void> {
    const through = connection()
    const [from, to] = await Promise.all([claims.read(), ends()])
    await restore(from, to)
    await write(to, through)
    heldFor = through
  }

  const holds = async () => heldFor === connection() && (await claims.read()) !== undefined && heldFor === connection()

  return {
    holds,
    async ensure() {
      while (!(await holds())) {
        underWay ??= recall().finally(() => (underWay = undefined))
        await underWay
      }
    },
    async claim() {
      const through = connection()
      if (seen?.connection === through && heldFor === through) await write(seen.ends, through)
      seen = { connection: through, ends: await ends() }
    },
  }
}
