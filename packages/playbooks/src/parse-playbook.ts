import { DAY_MS } from '@perennial/member'
import {
  GOALS,
  type Limit,
  type Playbook,
  PURPOSES,
  type QuietHours,
  STATUSES,
  type Step,
  type Success,
  usualPriority,
} from './playbook.ts'
import { type Owner, owner } from './owner.ts'
import { present, segment, SEGMENT_FIELDS } from './segment/segment.ts'
import { TRIGGERS } from './triggers/registry.ts'
import type { Problem } from './yaml/problem.ts'
import {
  checked,
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

const positiveDuration = checked(duration, (ms) => (ms === 0 ? 'expiry must be longer than 0' : undefined))

const step = object({
  name: required(name),
  channel: required(name),
  fallback: optional(name),
  template: optional(name),
  owner: optional(owner),
  delay: { read: duration, fallback: 0 },
  expiry: optional(positiveDuration),
})

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
  steps: required(checked(list(step), distinctSteps)),
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
    checked(playbook, ({ steps, expiry }) => {
      const late = steps.find(({ delay }) => delay >= expiry)
      return late === undefined ? undefined : `step '${late.name}' is due after the play has expired`
    }),
  )
  if (value === undefined) return { playbook: undefined, problems }
  const { steps, expiry, cap: ownCap, limit: most, quietHours: quiet, holdout, ...rest } = value
  const parsed: Playbook = {
    ...rest,
    priority: rest.priority ?? usualPriority(rest.purpose),
    steps: steps.map(stepOf),
    expiryMs: expiry,
    ...(ownCap === undefined ? {} : { cap: { contacts: ownCap.contacts, withinMs: ownCap.within } }),
    ...(most === undefined ? {} : { limit: most }),
    ...(quiet === undefined ? {} : { quietHours: quiet }),
    ...(holdout === undefined ? {} : { holdout }),
  }
  return { playbook: parsed, problems }
}

type WrittenStep = Readonly<{
  name: string
  channel: string
  fallback: string | undefined
  template: string | undefined
  owner: Owner | undefined
  delay: number
  expiry: number | undefined
}>

function stepOf({ name: stepName, channel, fallback, template, owner: whose, delay, expiry }: WrittenStep): Step {
  return {
    name: stepName,
    channel,
    ...(fallback === undefined ? {} : { fallback }),
    ...(template === undefined ? {} : { template }),
    ...(whose === undefined ? {} : { owner: whose }),
    delayMs: delay,
    ...(expiry === undefined ? {} : { expiryMs: expiry }),
  }
}

function distinctSteps(steps: readonly WrittenStep[]): string | undefined {
  const twice = steps.find((one, n) => steps.findIndex((other) => other.name === one.name) < n)
  return twice === undefined ? undefined : `two steps are called '${twice.name}'`
}
