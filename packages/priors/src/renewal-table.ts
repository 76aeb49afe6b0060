/**
 * How many renewed and how many lapsed at the end of each year of membership;
 * index 0 is year 1. All that a retention model needs to know of any number of
 * cohorts, of members who are still there and of records that begin late.
 */
export type RenewalTable = Readonly<{ renewed: readonly number[]; lapsed: readonly number[] }>

/** Some members with one history. */
export type Spells = Readonly<{
  /** How many; 1 where left out. */
  count?: number
  /** Renewals completed. */
  renewals: number
  /** Whether they then lapsed, or are still there (their next renewal date is not known yet). */
  lapsed: boolean
  /**
   * Renewals they had behind them when the records begin, 0 where left out.
   * Those who lapsed before that are in no record, so the years before say nothing.
   */
  knownFrom?: number
}>

/** Of one cohort: those there at the start, after the first renewal date, after the second … */
export function tableOfSurvivors(survivors: readonly number[]): RenewalTable {
  const renewed = survivors.slice(1)
  return { renewed, lapsed: renewed.map((count, k) => (survivors[k] ?? 0) - count) }
}

export function tableOfSpells(spells: readonly Spells[]): RenewalTable {
  const renewed: number[] = []
  const lapsed: number[] = []
  for (const { count = 1, renewals, lapsed: hasLapsed, knownFrom = 0 } of spells) {
    while (renewed.length < renewals + (hasLapsed ? 1 : 0)) {
      renewed.push(0)
      lapsed.push(0)
    }
    for (let k = knownFrom; k < renewals; k++) renewed[k] = (renewed[k] ?? 0) + count
    if (hasLapsed && renewals >= knownFrom) lapsed[renewals] = (lapsed[renewals] ?? 0) + count
  }
  return { renewed, lapsed }
}

/** Several cohorts as one: year by year of membership, whatever the calendar year. */
export function pooledTable(tables: readonly RenewalTable[]): RenewalTable {
  const years = Math.max(0, ...tables.map(({ renewed }) => renewed.length))
  const sums = (key: keyof RenewalTable) =>
    Array.from({ length: years }, (_, k) => tables.reduce((sum, table) => sum + (table[key][k] ?? 0), 0))
  return { renewed: sums('renewed'), lapsed: sums('lapsed') }
}
