import { type EpochMs, type OpenSignal, vocabularyOf } from '@perennial/member'
import { createScorer, type Model } from '@perennial/risk'
import { timedFacts } from './fact-columns.ts'
import type { Results } from './results.ts'
import { type PlayTexts, playsOf } from './sets.ts'
import type { Share } from './shares.ts'
import { simulate } from './simulate.ts'

/** A share and all that a simulation of it needs, as it goes to another thread: no functions. */
export type ShareWork = Readonly<{
  share: Share
  sets: readonly PlayTexts[]
  model: Model
  signals: readonly OpenSignal[]
  aliasMs: number
  from: EpochMs
  to: EpochMs
}>

/** What a thread says of its share. */
export type ShareNews = Readonly<{ kind: 'progress'; done: number }> | Readonly<{ kind: 'done'; results: Results }>

/** A whole simulation of one share. `say` is told now and then how many facts are folded. */
export async function simulateShare(
  { share, sets, model, signals, ...when }: ShareWork,
  say: (news: ShareNews) => void,
): Promise<void> {
  const vocabulary = vocabularyOf(signals)
  const { members, facts, scenarios } = await simulate({
    ...when,
    facts: timedFacts(share.facts, share.subjects, []),
    plays: sets.map((set) => playsOf(set, vocabulary)),
    scorer: createScorer(model, vocabulary),
    onProgress(done) {
      say({ kind: 'progress', done })
      return undefined
    },
  })
  const results = { members, facts, notes: scenarios.map(({ notebook }) => notebook.notes) }
  say({ kind: 'done', results })
}
