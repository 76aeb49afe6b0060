import type { MemberRiskV1 } from '@perennial/streams'

export type ListedBand = 'medium' | 'high'

/**
 * The latest risk of the members who are, or once were, above the low band:
 * what the at-risk list is read from. Of the many who never were, nothing is kept.
 */
export interface RiskProjection {
  /** The version on record, by member; undefined where there is none. */
  versions(partition: number, memberIds: readonly string[]): Promise<(number | undefined)[]>
  /**
   * Takes over what is newer than what is on record, in order; answers how many were not. A member in the low
   * band, or lapsed, leaves the list, and only the version stays.
   */
  upsert(partition: number, risks: readonly MemberRiskV1[]): Promise<number>
  get(memberId: string): Promise<MemberRiskV1 | undefined>
  /** Leaves nothing of these members; what is told of them afterwards is new. Answers how many there were. */
  forget(partition: number, memberIds: readonly string[]): Promise<number>
  /** Those with the most at stake first. */
  top(band: ListedBand, page: Readonly<{ limit: number; offset?: number }>): Promise<MemberRiskV1[]>
  count(band: ListedBand): Promise<number>
}
