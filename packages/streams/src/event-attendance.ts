import { effectsOf } from './effects.ts'
import { ENVELOPE_FIELDS, isDead, readEnvelope, single, unplanned } from './envelope.ts'
import type { EventAttendanceV1 } from './generated/event-attendance.ts'
import type { MapContext, Verdict } from './verdict.ts'
import { VOCABULARY } from './vocabulary.ts'

const EFFECTS = effectsOf(VOCABULARY['event-attendance'])

/** The fields read here; what a record has besides is skipped when it is decoded. */
export const ATTENDANCE_FIELDS = [...ENVELOPE_FIELDS, 'type'] as const

export type AttendanceRecord = Pick<EventAttendanceV1, (typeof ATTENDANCE_FIELDS)[number]>

export function attendanceFacts(record: AttendanceRecord, context: MapContext): Verdict {
  if (record.type === 'unknown') return unplanned('type')
  const origin = readEnvelope(record, context)
  return isDead(origin) ? origin : single(origin, EFFECTS[record.type])
}
