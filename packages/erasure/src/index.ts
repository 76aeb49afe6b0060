export {
  ERASURE_STEPS,
  type ErasureDeps,
  erasureId,
  type ErasureStep,
  readmit,
  requestErasure,
  runErasure,
  type Watching,
} from './erase.ts'
export { type ErasureSettings, openErasure } from './open.ts'
export { receiptView, untilOf } from './receipt-view.ts'
export { linkedSubjects, namedSubjects, type Person } from './subjects.ts'
export { findRemains, type Remain } from './verify.ts'
