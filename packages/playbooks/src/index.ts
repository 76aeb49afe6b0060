export { fitsUnder } from './cap.ts'
export { type Decision, decide, type GateAnswer, type Question } from './decide.ts'
export type {
  Cause,
  Gate,
  GateInput,
  GateResult,
  HoldReason,
  KnownContact,
  OtherContact,
  QuotaInForce,
  QuotaReason,
} from './gates/gate.ts'
export { type GateName, GATES } from './gates/registry.ts'
export { diffFiles, type FileDiff } from './diff-files.ts'
export { endOfQuiet, isQuiet, isTimeZone, localMinutes, zoneOr } from './local-time.ts'
export { eventCause, nextLook, stateCause, type StateCause } from './match.ts'
export { memberState, type MemberState, memberStateAt, type SignalState, type StateScorer } from './member-state.ts'
export { isPlayFile, parseFiles, type Plays, type SourceFile } from './parse-files.ts'
export { memberReached } from './goals/count.ts'
export { METRIC_NAMES, METRICS } from './goals/metrics.ts'
export {
  type Goal,
  type GoalNames,
  type Goals,
  GOALS_SCHEMA,
  type Kpi,
  NO_GOALS,
  parseGoals,
} from './goals/parse-goals.ts'
export { type GoalState, isShare, type Progress, savedProgress, shareProgress } from './goals/progress.ts'
export { duePeriod, type Period } from './owners/due-period.ts'
export {
  type AlertsTo,
  type Delivery,
  type DigestTo,
  NO_OWNERS,
  type Owners,
  type Role,
  ROLES,
  type Schedule,
  type TellingChannel,
} from './owners/owners.ts'
export { OWNERS_SCHEMA, parseOwners } from './owners/parse-owners.ts'
export { parsePlaybook, PLAYBOOK_SCHEMA } from './parse-playbook.ts'
export { parsePolicy } from './parse-policy.ts'
export {
  type Audience,
  audienceOf,
  type AutoRenewFilter,
  type Cap,
  type Goal as PlayGoal,
  type KillSwitch,
  type MemberRisk,
  type Playbook,
  type Policy,
  type Purpose,
  type QuietHours,
  type Status,
  type Step,
} from './playbook.ts'
export { type Claim, hasQuotas, isAlert, quotasFor } from './quotas.ts'
export { type Owner, ownerOf, possibleOwners } from './owner.ts'
export { capsFor, contactTerms, DEFAULT_POLICY, quietHoursFor } from './policy.ts'
export { inSegment, type Segment } from './segment/segment.ts'
export { switchPlay } from './switch-play.ts'
export { contactKey, entryId, termId } from './term-id.ts'
export type { Trigger } from './triggers/trigger.ts'
export { type Problem, problemText } from './yaml/problem.ts'
export { hint } from './yaml/suggest.ts'
