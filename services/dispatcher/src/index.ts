export { type DispatcherConfig, readDispatcherConfig } from './config.ts'
export { dispatch, type DispatchDeps, type Dispatched } from './dispatch.ts'
export { startDispatcher } from './wire.ts'
export { lookAtDue, type LookDeps } from './look.ts'
