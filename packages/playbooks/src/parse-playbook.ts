import type { Node } from 'yaml'
import { AUTO_RENEW, type Playbook, PURPOSES, type QuietHours, STATUSES, type Step } from './playbook.ts'
import type { Problem } from './yaml/problem.ts'
import { list, object, oneOf, optional, type Place, readYaml, type Reader, required } from './yaml/reader.ts'
import { duration, flag, integer, name, share, text, timeOfDay } from './yaml/values.ts'

const BANDS = ['low', 'medium', 'high'] as const
const MOST_QUIET_MINUTES = 23 * 60

export const cap = object({
  contacts: required(integer(1, 1_000)),
  within: required(checked(duration, (ms) => (ms === 0 ? 'a cap needs a window, such as 30d' : undefined))),
})

export const quietHours: Reader<QuietHours> = checked(
  object({ from: required(timeOfDay), to: required(timeOfDay) }),
  ({ from, to }) => {
    if (from === to) return "'from' and 'to' are the same; leave quiet hours out where there are none"
    return (to - from + 1_440) % 1_440 > MOST_QUIET_MINUTES
      ? 'quiet hours must leave at least one hour of the day'
      : undefined
  },
)

const step = object({
  name: required(name),
  channel: required(name),
  fallback: optional(name),
  owner: optional(name),
  delay: { read: duration, fallback: 0 },
})

const playbook = object({
  name: required(name),
  title: required(text),
  enabled: { read: flag, fallback: true },
  purpose: required(oneOf(PURPOSES)),
  when: required(object({ bandEntered: required(list(oneOf(BANDS))) })),
  for: required(
    object({
      status: required(list(oneOf(STATUSES))),
      autoRenew: { read: oneOf(AUTO_RENEW), fallback: 'any' as const },
      minConfidence: { read: share, fallback: 0 },
    }),
  ),
  steps: required(checked(list(step), distinctSteps)),
  expiry: required(checked(duration, (ms) => (ms === 0 ? 'expiry must be longer than 0' : undefined))),
  cap: optional(cap),
  quietHours: optional(quietHours),
})

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
  const { steps, expiry, cap: limit, quietHours: quiet, ...rest } = value
  const parsed: Playbook = {
    ...rest,
    steps: steps.map(stepOf),
    expiryMs: expiry,
    ...(limit === undefined ? {} : { cap: { contacts: limit.contacts, withinMs: limit.within } }),
    ...(quiet === undefined ? {} : { quietHours: quiet }),
  }
  return { playbook: parsed, problems }
}

type WrittenStep = Readonly<{
  name: string
  channel: string
  fallback: string | undefined
  owner: string | undefined
  delay: number
}>

function stepOf({ name: stepName, channel, fallback, owner, delay }: WrittenStep): Step {
  return {
    name: stepName,
    channel,
    ...(fallback === undefined ? {} : { fallback }),
    ...(owner === undefined ? {} : { owner }),
    delayMs: delay,
  }
}

function distinctSteps(steps: readonly WrittenStep[]): string | undefined {
  const twice = steps.find((one, n) => steps.findIndex((other) => other.name === one.name) < n)
  return twice === undefined ? undefined : `two steps are called '${twice.name}'`
}

/** A reader with one more rule; `wrong` says what is wrong with a value that is whole. */
function checked<T>(read: Reader<T>, wrong: (value: T) => string | undefined): Reader<T> {
  return (node: Node, place: Place) => {
    let said = false
    const value = read(node, {
      say(at, reason) {
        said = true
        place.say(at, reason)
      },
    })
    // Only what is whole can be judged as a whole.
    if (value === undefined || said) return undefined
    const reason = wrong(value)
    if (reason === undefined) return value
    place.say(node, reason)
    return undefined
  }
}
