import { DAY_MS } from '@perennial/member'
import { positiveDuration, steps } from './parse-steps.ts'
import {
  GOALS,
  type Limit,
  type Playbook,
  PURPOSES,
  type QuietHours,
  STATUSES,
  type Success,
  usualPriority,
} from './playbook.ts'
import { present, segment, SEGMENT_FIELDS } from './segment/segment.ts'
import { STOP_NAMES } from './stop-conditions.ts'
import { TRIGGERS } from './triggers/registry.ts'
import type { Problem } from './yaml/problem.ts'
import {
  checked,
  either,
  list,
  mapped,
  object,
  oneKeyOf,
  oneOf,
  optional,
  optionalWith,
  readYaml,
  type Reader,
  required,
} from './yaml/reader.ts'
import { duration, flag, integer, name, share, text, timeOfDay } from './yaml/values.ts'

const MOST_QUIET_MINUTES = 23 * 60

export const CAP_FIELDS = {
  contacts: required(integer(1, 1_000)),
  within: required(checked(duration, (ms) => (ms === 0 ? 'a cap needs a window, such as 30d' : undefined))),
}

export const cap = object(CAP_FIELDS)

export const limit = mapped(
  object({
    contacts: required(integer(1, 1_000_000)),
    within: required(checked(duration, (ms) => (ms === 0 ? 'a limit needs a window, such as 1h' : undefined))),
  }),
  ({ contacts, within }): Limit => ({ contacts, withinMs: within }),
)

export const quietHours: Reader<QuietHours> = checked(
  object({ from: required(timeOfDay), to: required(timeOfDay) }),
  ({ from, to }) => {
    if (from === to) return "'from' and 'to' are the same; leave quiet hours out where there are none"
    return (to - from + 1_440) % 1_440 > MOST_QUIET_MINUTES
      ? 'quiet hours must leave at least one hour of the day'
      : undefined
  },
)

const REENTRY = ['perTerm', 'never'] as const

const reentry = either(
  oneOf(REENTRY),
  mapped(object({ after: required(positiveDuration) }), ({ after }) => ({ afterMs: after })),
)

const RENEWED_IN_A_YEAR: Success = { goal: 'renewed', withinMs: 365 * DAY_MS }

const success = mapped(
  object({ goal: required(oneOf(GOALS)), within: required(positiveDuration) }),
  ({ goal, within }): Success => ({ goal, withinMs: within }),
)

const audience = mapped(
  object({
    ...SEGMENT_FIELDS,
    status: required(list(oneOf(STATUSES))),
    minConfidence: { read: share, fallback: 0 },
  }),
  ({ status, minConfidence, ...rest }) => ({ ...present(rest), status, minConfidence }),
)

const playbook = object({
  name: required(name),
  title: required(text),
  enabled: { read: flag, fallback: true },
  purpose: required(oneOf(PURPOSES)),
  priority: optional(integer(0, 100)),
  when: required(oneKeyOf(TRIGGERS)),
  for: required(audience),
  steps: required(steps),
  stopWhen: optional(list(oneOf(STOP_NAMES))),
  reentry: optional(reentry),
  expiry: required(positiveDuration),
  cap: optional(cap),
  limit: optional(limit),
  quietHours: optional(quietHours),
  holdout: optional(share),
  success: optionalWith(success, RENEWED_IN_A_YEAR),
})

/** JSON Schema of a play's file, for editors. */
export const PLAYBOOK_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A play of Perennial',
  $defs: { segment: segment.schema },
  ...playbook.schema,
}

/** One play from the text of its file; undefined with the problems when anything is wrong. */
export function parsePlaybook(file: string, source: string): { playbook: Playbook | undefined; problems: Problem[] } {
  const { value, problems } = readYaml(
    file,
    source,
    checked(playbook, ({ steps: made, expiry }) => {
      const late = made.find(({ delayMs }) => delayMs >= expiry)
      return late === undefined ? undefined : `step '${late.name}' is due after the play has expired`
    }),
  )
  if (value === undefined) return { playbook: undefined, problems }
  const { expiry, priority, cap: ownCap, ...rest } = value
  const { stopWhen, reentry: again, limit: most, quietHours: quiet, holdout, ...needed } = rest
  const parsed: Playbook = {
    ...needed,
    ...present({ stopWhen, reentry: again, limit: most, quietHours: quiet, holdout }),
    priority: priority ?? usualPriority(needed.purpose),
    expiryMs: expiry,
    ...(ownCap === undefined ? {} : { cap: { contacts: ownCap.contacts, withinMs: ownCap.within } }),
  }
  return { playbook: parsed, problems }
}
