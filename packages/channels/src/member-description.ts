/** What a message may say of a member: no name and no address, for the rows hold none. */
export type MemberDescription = Readonly<{
  tier: string | undefined
  chapter: string | undefined
  /** Instant at which the current term ends; undefined: no term is known. */
  termEnd: number | undefined
  /** IANA name. */
  timeZone: string | undefined
  /** dues × lapseRisk, in units of the currency of the dues. */
  valueAtRisk: number
  /** In words, the most telling first. */
  reasons: readonly string[]
}>
