import { CAP_FIELDS, cap, limit, quietHours } from './parse-playbook.ts'
import { type Cap, type Complaints, type Policy, PURPOSES } from './playbook.ts'
import { day, duration, integer, name, share, signalName, timeZone } from './yaml/values.ts'
import type { Problem } from './yaml/problem.ts'
import { checked, list, mapped, object, oneOf, optional, readYaml, record, required } from './yaml/reader.ts'
import { present } from './segment/segment.ts'

const holdout = object({
  salt: required(name),
  share: { read: share, fallback: 0 },
  global: { read: share, fallback: 0 },
})

const scopedCap = mapped(
  checked(
    object({ ...CAP_FIELDS, purpose: optional(oneOf(PURPOSES)), channel: optional(name) }),
    ({ purpose, channel }) =>
      purpose === undefined && channel === undefined
        ? "a cap of the list needs a 'purpose' or a 'channel'; 'cap' is the one over all"
        : undefined,
  ),
  ({ contacts, within, ...scope }): Cap => ({ contacts, withinMs: within, ...present(scope) }),
)

const gap = optional(duration)

const elsewhere = mapped(object({ internal: gap, service: gap, marketing: gap }), present)

const alerts = integer(1, 10_000)

const alertBudget = mapped(
  object({ perDay: required(alerts), owners: optional(record(name, alerts)) }),
  ({ perDay, owners }) => ({ perDay, ...(owners !== undefined && { owners }) }),
)

const complaint = mapped(
  object({
    opened: required(list(signalName)),
    closed: required(list(signalName)),
    within: required(checked(duration, (ms) => (ms === 0 ? 'a complaint counts for a while, such as 90d' : undefined))),
  }),
  ({ within, ...signals }): Complaints => ({ ...signals, withinMs: within }),
)

const policy = object({
  cap: required(cap),
  caps: optional(list(scopedCap)),
  quietHours: optional(quietHours),
  holidays: optional(list(day)),
  elsewhere: optional(elsewhere),
  limit: optional(limit),
  alertBudget: optional(alertBudget),
  complaint: optional(complaint),
  holdout: optional(holdout),
  timeZone: required(timeZone),
})

/** What holds for all plays, from the text of `policy.yaml`. */
export function parsePolicy(file: string, source: string): { policy: Policy | undefined; problems: Problem[] } {
  const { value, problems } = readYaml(file, source, policy)
  if (value === undefined) return { policy: undefined, problems }
  const { cap: limit, quietHours: quiet, holdout: held, timeZone, ...rest } = value
  const parsed: Policy = {
    ...present(rest),
    cap: { contacts: limit.contacts, withinMs: limit.within },
    ...(quiet === undefined ? {} : { quietHours: quiet }),
    ...(held === undefined ? {} : { holdout: { salt: held.salt, share: held.share, globalShare: held.global } }),
    timeZone,
  }
  return { policy: parsed, problems }
}
