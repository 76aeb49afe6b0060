export { type KafkaServer, kafkaServer, redisServer } from './servers.ts'
export { sharedData } from './shared-data.ts'
export { memoryAlerts } from './outreach/memory-alerts.ts'
export { memoryAgenda } from './outreach/memory-agenda.ts'
export { memoryAddressBook } from './outreach/memory-address-book.ts'
export { memoryContacts, memoryQuotas } from '@perennial/runtime'
export { memoryHeldAlerts } from './outreach/memory-held-alerts.ts'
export { memoryJobQueue, type MemoryJobQueue, WorkerDied } from './outreach/memory-job-queue.ts'
export { memoryKillSwitch } from './outreach/memory-kill-switch.ts'
export { memoryNotices } from './outreach/memory-notices.ts'
export { memoryLedger } from './outreach/memory-ledger.ts'
export { memoryRiskProjection } from './outreach/memory-risk-projection.ts'
export { scriptedRecall } from './outreach/scripted-recall.ts'
export { NOON, sampleAlert, sampleContact, sampleEntry, sampleJob, sampleRisk } from './outreach/samples.ts'
export { type RowSample, sampleRow } from './outreach/sample-row.ts'
export { settableClock, type SettableClock } from './settable-clock.ts'
export { quietLogger, testPlatform, type TestPlatform } from './test-platform.ts'
export type { MemoryConsumption } from './memory-consumption.ts'
export { createMemoryLog, type MemoryLog, type MemoryLogOptions } from './memory-log.ts'
export { memoryLetterDesk } from './memory-letter-desk.ts'
export { MemoryPartitionStore, type Send, STORE_GUARDS, type StoreGuard } from './memory-partition-store.ts'
export { MemorySchemaStore } from './memory-schema-store.ts'
export { type Poison, type PoisonOutcome, poisonRecords } from './poison.ts'
export { csvField, parseCsv, readCsv, writeCsv } from './histories/csv.ts'
export {
  k8sHistory,
  onlineRetailHistory,
  publicRadioHistory,
  TELCO_CUTOFF,
  telcoHistory,
} from './histories/public-data.ts'
export { type Random, randomFrom } from './histories/random.ts'
export { simulateHistory, type SimulatedOptions } from './histories/simulated-history.ts'
