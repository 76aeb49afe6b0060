export { applyBlock, collectKeys, type PlacedBlock } from './apply.ts'
export {
  type BrokenFact,
  type Chunk,
  changedRows,
  clearChunk,
  type Counts,
  loadRows,
  movedDues,
  newChunk,
  placeFor,
  type RiskChange,
  type SkipReason,
} from './chunk.ts'
export {
  type Engine,
  isInternal,
  newPartitionState,
  type PartitionState,
  sourceKey,
  sourceOf,
  type Work,
} from './engine.ts'
export { evaluate, passTime, RISK_STEP } from './evaluate.ts'
export { type Swept, sweepChunk, watermark } from './sweep.ts'
