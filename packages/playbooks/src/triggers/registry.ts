import { ADVOCATE } from './advocate.ts'
import { AUTO_RENEW_OFF } from './auto-renew-off.ts'
import { BAND_ENTERED } from './band-entered.ts'
import { BAND_HELD } from './band-held.ts'
import { BAND_LEFT } from './band-left.ts'
import { EVENT_MISSED } from './event-missed.ts'
import { LAPSED } from './lapsed.ts'
import { NOT_YET } from './not-yet.ts'
import { PASSIVE } from './passive.ts'
import { PAYMENT_FAILED } from './payment-failed.ts'
import { POST_UNANSWERED } from './post-unanswered.ts'
import { RENEWED } from './renewed.ts'
import { RISK_ABOVE } from './risk-above.ts'
import { RISK_MOVED } from './risk-moved.ts'
import { SILENT } from './silent.ts'
import { TERM_END } from './term-end.ts'
import type { TriggerKind } from './trigger.ts'

/** Everything a play can wait for. */
export const TRIGGERS: readonly TriggerKind[] = [
  BAND_ENTERED,
  BAND_LEFT,
  BAND_HELD,
  RISK_ABOVE,
  RISK_MOVED,
  TERM_END,
  RENEWED,
  LAPSED,
  PAYMENT_FAILED,
  AUTO_RENEW_OFF,
  NOT_YET,
  SILENT,
  PASSIVE,
  POST_UNANSWERED,
  EVENT_MISSED,
  ADVOCATE,
]
