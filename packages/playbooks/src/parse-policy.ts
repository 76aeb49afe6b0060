import { isTimeZone } from './local-time.ts'
import { cap, quietHours } from './parse-playbook.ts'
import type { Policy } from './playbook.ts'
import { day, name, share } from './yaml/values.ts'
import type { Problem } from './yaml/problem.ts'
import { list, object, optional, readYaml, required, scalar } from './yaml/reader.ts'

const holdout = object({
  salt: required(name),
  share: { read: share, fallback: 0 },
  global: { read: share, fallback: 0 },
})

const policy = object({
  cap: required(cap),
  quietHours: optional(quietHours),
  holidays: optional(list(day)),
  holdout: optional(holdout),
  timeZone: required(
    scalar('a time zone such as Europe/Berlin', { type: 'string' }, (value) =>
      typeof value === 'string' && isTimeZone(value) ? value : undefined,
    ),
  ),
})

/** What holds for all plays, from the text of `policy.yaml`. */
export function parsePolicy(file: string, source: string): { policy: Policy | undefined; problems: Problem[] } {
  const { value, problems } = readYaml(file, source, policy)
  if (value === undefined) return { policy: undefined, problems }
  const { cap: limit, quietHours: quiet, holidays, holdout: held, timeZone } = value
  const parsed: Policy = {
    cap: { contacts: limit.contacts, withinMs: limit.within },
    ...(quiet === undefined ? {} : { quietHours: quiet }),
    ...(holidays === undefined ? {} : { holidays }),
    ...(held === undefined ? {} : { holdout: { salt: held.salt, share: held.share, globalShare: held.global } }),
    timeZone,
  }
  return { policy: parsed, problems }
}
