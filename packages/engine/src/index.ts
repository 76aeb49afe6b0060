export { applyBlock, applyFact, collectKeys, type PlacedBlock } from './apply.ts'
export {
  type BrokenFact,
  type Chunk,
  changedRows,
  clearChunk,
  DUE,
  goneRows,
  type Counts,
  loadRow,
  loadRows,
  movedDues,
  newChunk,
  placeFor,
  type SkipReason,
  type Withdrawal,
} from './chunk.ts'
export {
  type Engine,
  type Erasure,
  isInternal,
  newPartitionState,
  type PartitionState,
  sourceKey,
  sourceOf,
  type Work,
} from './engine.ts'
export { barErased } from './erase.ts'
export { evaluate, passTime } from './evaluate.ts'
export { type Foretold, type ModelInUse, modelInUse, modelNumber } from './model-in-use.ts'
export { ABOUT, type About, type Outcome, type OutcomeName } from './prediction.ts'
export { forgetTold, keepTold, tellAnew } from './reconcile.ts'
export { rescoreChunk, type Swept, sweepChunk, sweepMember, watermark } from './sweep.ts'
export { CHANGE, CHANGE_SLOTS, RiskChanges } from './risk-changes.ts'
