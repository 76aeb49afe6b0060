import { inSegment } from '../segment/segment.ts'
import { type Gate, hold, PASS } from './gate.ts'

/** Is the member still in the segment that the play is for? The gates before ask for status and auto-renew apart. */
export const segment: Gate = ({ member, playbook, now }) =>
  member === undefined || inSegment(playbook.for, member, now) ? PASS : hold('segment')
