import type { Knowledge } from '@perennial/learning'

/** What the learners are told of the features; names of `@perennial/features`. */
export const KNOWLEDGE: Knowledge & Readonly<{ cohortColumns: readonly string[] }> = {
  recency: 'days_since_activity',
  // Doing more, lately or in more ways, is never taken for a reason to leave.
  monotone: {
    days_since_activity: 1,
    silence: 1,
    activity_30: -1,
    activity_90: -1,
    activity_365: -1,
    streams_365: -1,
  },
  // Those that are counted from joining, if only for members who have done nothing else: at one cut-off they tell who
  // joined when, and no more.
  cohortColumns: ['tenure', 'silence', 'belonging_silence', 'fresh_decision'],
}
