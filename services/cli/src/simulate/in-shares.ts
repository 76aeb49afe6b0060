import { Worker } from 'node:worker_threads'
import { type EpochMs, openSignalsOf } from '@perennial/member'
import type { Scorer } from '@perennial/risk'
import { buffersOf } from './fact-columns.ts'
import type { Results } from './results.ts'
import type { PlaySet } from './sets.ts'
import { type ShareNews, type ShareWork } from './share-work.ts'
import { shareOut } from './shares.ts'
import type { TimedFacts } from './timed-facts.ts'

const THREAD = new URL('share-thread.ts', import.meta.url)

export type InShares = Readonly<{
  facts: TimedFacts
  sets: readonly PlaySet[]
  scorer: Scorer
  aliasMs: number
  from: EpochMs
  to: EpochMs
  /** How many threads. */
  shares: number
  /** Ends all threads, and is what is thrown then. */
  signal: AbortSignal
  onProgress: (done: number, total: number) => void
}>

/**
 * Simulates members in shares, each in a thread of its own. To be asked for only where no member depends on another: see `hasQuotas`.
 * Answers what became of each share.
 */
export async function simulateInShares(work: InShares): Promise<Results[]> {
  const { facts, sets, scorer, aliasMs, from, to, shares, signal, onProgress } = work
  const common = {
    sets: sets.map(({ texts }) => texts),
    model: scorer.model,
    signals: openSignalsOf(scorer.vocabulary),
    aliasMs,
    from,
    to,
  }
  const divided = shareOut(facts, shares, to)
  const total = divided.reduce((sum, share) => sum + share.facts.count, 0)
  const done = divided.map(() => 0)
  const ending = new AbortController()
  try {
    return await Promise.all(
      divided.map((share, n) =>
        inThread({ share, ...common }, AbortSignal.any([signal, ending.signal]), (folded) => {
          done[n] = folded
          onProgress(
            done.reduce((sum, each) => sum + each, 0),
            total,
          )
        }),
      ),
    )
  } finally {
    // Where one has failed, the others are of no use.
    ending.abort()
  }
}

async function inThread(work: ShareWork, signal: AbortSignal, onDone: (facts: number) => void): Promise<Results> {
  signal.throwIfAborted()
  const thread = new Worker(THREAD, { workerData: work, transferList: buffersOf(work.share.facts) })
  const { promise, resolve, reject } = Promise.withResolvers<Results>()
  thread.on('message', (news: ShareNews) => {
    if (news.kind === 'progress') onDone(news.done)
    else resolve(news.results)
  })
  thread.on('error', reject)
  thread.on('exit', (code) => reject(new Error(`A thread of the simulation ended with ${code}, and no results.`)))
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    return await promise
  } finally {
    signal.removeEventListener('abort', abort)
    await thread.terminate()
  }
}
