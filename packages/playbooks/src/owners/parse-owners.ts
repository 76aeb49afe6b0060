import type { Problem } from '../yaml/problem.ts'
import { checked, list, object, oneOf, optional, optionalWith, readYaml, required } from '../yaml/reader.ts'
import { emailAddress, name, timeOfDay, timeZone } from '../yaml/values.ts'
import { ALERT_TIMES, type Delivery, type Owners, ROLES, type Schedule, TELLING_CHANNELS, WEEKDAYS } from './owners.ts'

const delivery = { through: required(oneOf(TELLING_CHANNELS)), to: optional(emailAddress) }
const MORNING = 8 * 60

const alertsTo = checked(
  object({
    owner: required(name),
    ...delivery,
    when: required(oneOf(ALERT_TIMES)),
    on: optional(oneOf(WEEKDAYS)),
    at: optional(timeOfDay),
  }),
  (value) => {
    const { when, on, at } = value
    if (when === 'immediate' && (on !== undefined || at !== undefined))
      return "'immediate' comes at once: leave out 'on' and 'at'"
    if (when === 'daily' && on !== undefined) return "'daily' comes every day: leave out 'on', or say 'when: weekly'"
    return wrongAddress(value)
  },
)

const digestTo = checked(
  object({
    role: required(oneOf(ROLES)),
    ...delivery,
    on: optionalWith(oneOf(WEEKDAYS), 'monday'),
    at: optionalWith(timeOfDay, MORNING),
  }),
  wrongAddress,
)

const owners = object({
  timeZone: optionalWith(timeZone, 'UTC'),
  alerts: optional(checked(list(alertsTo), (all) => twice(all.map(({ owner }) => owner)))),
  digests: optional(checked(list(digestTo), (all) => twice(all.map(({ role }) => role)))),
})

/** JSON Schema of owners.yaml, for editors. */
export const OWNERS_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Who is told what by Perennial, how and when',
  ...owners.schema,
}

/** Who is told what, from the text of `owners.yaml`; undefined with the problems when anything is wrong. */
export function parseOwners(file: string, source: string): { owners: Owners | undefined; problems: Problem[] } {
  const { value, problems } = readYaml(file, source, owners)
  if (value === undefined) return { owners: undefined, problems }
  const { timeZone: zone, alerts = [], digests = [] } = value
  const parsed: Owners = {
    alerts: alerts.map(({ owner, through, to, when, on, at = MORNING }) => {
      const weekly: Schedule = { on: when === 'weekly' ? (on ?? 'monday') : undefined, at, timeZone: zone }
      return { owner, through, to, schedule: when === 'immediate' ? undefined : weekly }
    }),
    digests: digests.map(({ role, through, to, on, at }) => ({
      role,
      through,
      to,
      schedule: { on, at, timeZone: zone },
    })),
  }
  return { owners: parsed, problems }
}

function wrongAddress({ through, to }: Delivery): string | undefined {
  if (through === 'email' && to === undefined) return "email needs an address: 'to: ops@association.example'"
  return through !== 'email' && to !== undefined
    ? `'to' is for email; ${through} goes where it is set up to`
    : undefined
}

function twice(names: readonly string[]): string | undefined {
  const name = names.find((one, n) => names.indexOf(one) < n)
  return name === undefined ? undefined : `'${name}' is there twice`
}
