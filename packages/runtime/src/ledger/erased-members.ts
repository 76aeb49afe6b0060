/** Which of these members asked for erasure: asked on deciding, and again on sending. */
export type ErasedMembers = (memberIds: readonly string[]) => Promise<ReadonlySet<string>>

const NOBODY: ReadonlySet<string> = new Set()

/** For as long as there is no command by which anybody could be erased. */
export const nobodyErased: ErasedMembers = async () => NOBODY
