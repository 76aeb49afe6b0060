import { parentPort, workerData } from 'node:worker_threads'
import { type ShareNews, simulateShare, type ShareWork } from './share-work.ts'

/** The thread that one share of a simulation is made in. */
await simulateShare(workerData as ShareWork, say)

function say(news: ShareNews): void {
  // A port between threads has no origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(news)
}
