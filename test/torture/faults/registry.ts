import { blackHole, cut, slow } from './connections.ts'
import type { FaultKind } from './fault.ts'
import { queueLost, stateLost } from './keys.ts'
import { OTHERS } from './others.ts'
import {
  blockLoop,
  kill,
  killBeforeCommit,
  killInTheMiddle,
  pauseProcess,
  rebalance,
  stop,
  stopTwice,
  zombie,
  zombieInASweep,
} from './processes.ts'
import { brokerKill, deletedRecords, failOver, flushAll, flushScripts, outOfMemory, redisRestart } from './servers.ts'

/** Every kind of fault there is. */
export const FAULTS: readonly FaultKind[] = [
  kill,
  killBeforeCommit,
  killInTheMiddle,
  pauseProcess,
  zombie,
  zombieInASweep,
  blockLoop,
  stop,
  stopTwice,
  rebalance,
  cut,
  slow,
  blackHole,
  brokerKill,
  deletedRecords,
  redisRestart,
  flushAll,
  flushScripts,
  outOfMemory,
  failOver,
  queueLost,
  stateLost,
  ...OTHERS,
]
