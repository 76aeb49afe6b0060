export { BlockWriter, factsInBlock, readBlock } from './block.ts'
export {
  ACTIVITY,
  BLOCK_VERSION,
  ERASURE,
  FACT_KINDS,
  FACTS_PER_RECORD,
  MAX_BLOCK_BYTES,
  MAX_BLOCK_FACTS,
  MAX_SUBJECT_BYTES,
} from './block-layout.ts'
export { FactCursor } from './cursor.ts'
export { foldDifferences } from './differences.ts'
export { decodeRow, encodeRow, resetRow, ROW_VERSION, rowProblem, storedModel } from './encode.ts'
export {
  type ActivityFact,
  type ErasureFact,
  type Fact,
  type LinkFact,
  type MembershipChange,
  type MembershipFact,
  type MembershipStatus,
  type OutcomeFact,
  type Source,
  STREAM_CODES,
  type TransferFact,
  type UnlinkFact,
} from './fact.ts'
export { type Activity, clearFold, foldActivity, foldFact, foldTransfer, PRESENCE_TRUST } from './fold.ts'
export { idHash, partitionFor } from './hash.ts'
export {
  countOf,
  DECAY_RATES,
  decayedAmount,
  FOLD_SLOTS,
  HEADER_SLOTS,
  HALF_LIVES_DAYS,
  LANDMARK_MS,
  lastAtOf,
  newRows,
  RING_SIZE,
  type Rows,
  SIGNAL_SLOTS,
  signalSlot,
  SLOT,
  slot,
  STATUS,
} from './rows.ts'
export {
  FAMILIES,
  type Family,
  isEngagement,
  SIGNAL_COUNT,
  SIGNALS,
  type Signal,
  type SignalName,
  signalId,
} from './signals.ts'
export {
  anonymousKey,
  emailKey,
  externalKey,
  isMemberKey,
  type MemberId,
  memberIdOf,
  memberKey,
  type SubjectKey,
} from './subject.ts'
export { consentsOf, linkOf, readTail, refuses, setLink, type Tail } from './tail.ts'
export { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS, YEAR_MS } from './time.ts'
export {
  BUILT_IN,
  MOST_OPEN_SIGNALS,
  type OpenSignal,
  openSignalsOf,
  type SignalProblem,
  signalProblems,
  type Vocabulary,
  vocabularyOf,
} from './vocabulary.ts'
