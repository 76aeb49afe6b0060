export type { AddressBook, Rotated } from './addresses/address-book.ts'
export { contactKey, type ContactKeys, readContactKeys } from './addresses/contact-keys.ts'
export { createAddressBook } from './addresses/redis-address-book.ts'
export {
  type Alert,
  type AlertChange,
  ALERT_OUTCOMES,
  ALERT_STATES,
  type AlertOutcome,
  type Alerts,
  alertStateAt,
  type AlertState,
  changedAlert,
  OUTCOME_REASONS,
  type OutcomeReason,
  recoveredAlert,
} from './alerts/alerts.ts'
export { createAlerts } from './alerts/redis-alerts.ts'
export { systemClock } from './clock.ts'
export { type Env, EnvReader, readAll, readEnv } from './env.ts'
export {
  type Bearer,
  createTokens,
  isSameSecret,
  newSecret,
  type Token,
  TOKEN_SCOPES,
  type Tokens,
  type TokenScope,
} from './tokens/tokens.ts'
export { createEmailHash } from './identity/email-hash.ts'
export { scanRedis, type RedisEntry } from './erasures/scan-redis.ts'
export {
  createReceipts,
  type ErasedPlace,
  type ErasureReceipt,
  type Receipts,
  type RestingPlace,
} from './erasures/receipts.ts'
export { createErasureKeys, type ErasureKeys, guessableIdentityKey, isSealedBlock } from './erasures/erasure-keys.ts'
export {
  createErasures,
  type ErasureNote,
  erasureRecord,
  type Erasures,
  followErasures,
  NO_ERASURES,
} from './erasures/erasures.ts'
export { Fault, isFault, messageOf } from './fault.ts'
export { type ProbeOptions, type Probes, startProbes } from './http/probes.ts'
export { backOffMs, pause } from './log/wait.ts'
export { createLogger, type LoggerConfig, readLoggerConfig } from './logger.ts'
export { BUCKETS, counter, createMetrics, gauge, histogram } from './metrics.ts'
export type {
  Batch,
  Clock,
  ConsumeOptions,
  Consumption,
  Headers,
  HeaderValue,
  Log,
  Logger,
  LogRecord,
  Outgoing,
  Platform,
  Redis,
  RedisRole,
  Registry,
  Running,
  SchemaStore,
  Scope,
  TopicPartition,
  TopicRecords,
  TopicReport,
  TopicSpec,
} from './ports.ts'
export { exampleKey, type Generation, layoutKey, partitionKeys, queuePrefix } from './redis/keys.ts'
export { createOutputWriter, type OutputRecord, type OutputWriter } from './output-writer.ts'
export { type PlatformConfig, readPlatformConfig } from './config.ts'
export { createEmbeddedLog, type EmbeddedLogDeps } from './embedded/log.ts'
export { type KafkaConfig, readKafkaConfig } from './kafka/config.ts'
export { connectKafkaLog } from './kafka/log.ts'
export { headerText, headerValues } from './log/headers.ts'
export { type LogMetrics, logMetrics } from './log/log-metrics.ts'
export { PullConsumption, type PullDeps } from './log/pull/consumption.ts'
export type { Membership, PullSource, Turn } from './log/pull/source.ts'
export { type TopicDeclaration, topicSpecs } from './log/topic-specs.ts'
export { byTopicAndPartition, tpKey } from './log/topic-partition.ts'
export { connectPlatform, type PlatformDeps } from './platform.ts'
export { type Lifeline, type Process, runProcess } from './process.ts'
export { closeRedis, openRedis, whenReady } from './redis/connect.ts'
export { connectionCount } from './redis/connection-count.ts'
export { createDecoder, type Decode, type Decoded, type Dropped, type DropReason } from './registry/decoder.ts'
export { createEmbeddedSchemas } from './registry/embedded.ts'
export { connectSchemaRegistry, readRegistryConfig, type RegistryConfig } from './registry/remote.ts'
export { EXIT_CONFIG, readProcessConfig, runService } from './service.ts'
export { createScope, type OwnedScope } from './scope.ts'
export { cacheFolder } from './redis/cache-folder.ts'
export { freePort, freePorts } from './redis/free-ports.ts'
export { type LocatedRedis, type LocateOptions, locateRedis } from './redis/locate.ts'
export { type RedisChild, startRedis } from './redis/redis-child.ts'
export { REDIS_LAYOUT, type RedisProblem, redisProblems } from './redis/redis-fitness.ts'
export { findRedisProgram, type RedisProgram } from './redis/redis-program.ts'
export { spawnTied, type TiedChild } from './redis/tied-child.ts'
export {
  BY_SETTINGS,
  createModelStore,
  type ModelStore,
  NO_MODELS,
  promoted,
  rolledBack,
  shadowed,
  type StoredModel,
  type StoredModels,
} from './models/model-store.ts'
export { createOutcomeStore, isLapse, type OutcomeRecord, type OutcomeStore } from './models/outcome-store.ts'
export { createRowSampler, type RowSampler } from './models/row-sampler.ts'
export { type Comparison, createShadowStore, type ShadowStore } from './models/shadow-store.ts'
export { createMemberReader, type MemberReader } from './store/member-reader.ts'
export type {
  Change,
  CommitAnswer,
  DueSubjects,
  Lease,
  Loaded,
  OutboxEntry,
  PartitionStore,
  Standing,
  RowPage,
  Reach,
} from './store/partition-store.ts'
export { type AcquireCommands, acquirePartition, LAYOUT } from './store/acquire.ts'
export { type Generations, type Held, type SwitchAnswer, TAKEN_BACK } from './store/generations.ts'
export { SWITCH_SCRIPT } from './store/generation-scripts.ts'
export { createGenerations } from './store/redis-generations.ts'
export { createPartitionStore } from './store/redis-partition-store.ts'
export { createSourceWriter, type SourceInput, type SourceWriter } from './source-writer.ts'
export { createMemberJobs, type MemberJobs } from './jobs/member-jobs.ts'
export { createJobQueue } from './jobs/create-job-queue.ts'
export { jobId } from './jobs/job-id.ts'
export {
  JOB_STATES,
  type JobQueue,
  type JobQueueOptions,
  type JobResult,
  type JobRun,
  type JobState,
  type JobWorker,
  keepJobsMs,
  type OpenJobQueue,
  type OutreachJob,
  type QueuedJob,
  type WorkOptions,
} from './jobs/job-queue.ts'
export { RETRY_DELAYS_MS, retryDelay } from './jobs/retry-delay.ts'
export {
  type Contact,
  type ContactAudience,
  type ContactCap,
  type ContactRef,
  type Contacts,
  type ContactState,
  type ContactTraits,
  type ContactView,
  isFree,
  type OtherContact,
  type Reservation,
  type Reserved,
} from './ledger/contacts.ts'
export type { Agenda, Appointment, Looked } from './ledger/agenda.ts'
export { createAgenda } from './ledger/redis-agenda.ts'
export { hasBacklog } from './log/backlog.ts'
export { createPlayTexts, type PlayTexts } from './ledger/play-texts.ts'
export { fingerprint, interventionId, noticeId } from './ledger/ids.ts'
export type { NoticeJob, Notices, Told } from './notices/notices.ts'
export { createNotices } from './notices/redis-notices.ts'
export { erasedMembers, type ErasedMembers, nobodyErased } from './ledger/erased-members.ts'
export { createKillSwitch, killSwitchState, type KillSwitchState, type KillSwitchStore } from './ledger/kill-switch.ts'
export type {
  EntryRef,
  Ledger,
  LedgerAnswer,
  LedgerBounds,
  LedgerEntry,
  LedgerOutcome,
  LedgerPage,
  LedgerRange,
  LedgerTotals,
} from './ledger/ledger.ts'
export { answerRecords, answersOf, interventionEntry, interventionRecord } from './ledger/intervention-record.ts'
export { createContacts } from './ledger/redis-contacts.ts'
export { createBrakeAlarm } from './ledger/brake-alarm.ts'
export { memoryContacts } from './ledger/memory-contacts.ts'
export { memoryQuotas } from './ledger/memory-quotas.ts'
export type { Quota, QuotaAsk, Quotas, QuotaState } from './ledger/quotas.ts'
export { createQuotas } from './ledger/redis-quotas.ts'
export { createHeldAlerts, type HeldAlert, type HeldAlerts, type HeldQuery, mostAtStake } from './alerts/held-alerts.ts'
export { createContactClaims } from './ledger/redis-contact-claims.ts'
export type { ContactClaims, Positions } from './ledger/contact-claims.ts'
export { createLedger, type LedgerPlace } from './ledger/redis-ledger.ts'
export { deadLetter } from './log/dead-letter.ts'
export { createRiskProjection, listed } from './ledger/redis-risk-projection.ts'
export type { ListedBand, RiskProjection } from './ledger/risk-projection.ts'
export { readTextFiles } from './text-files.ts'
export {
  createLetterDesk,
  type Handling,
  type LetterAction,
  type LetterDesk,
  type LetterPlace,
} from './dead-letters/letter-desk.ts'
