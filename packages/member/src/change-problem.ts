import { STATUS } from './rows.ts'

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isFlag: Check = (value) => typeof value === 'boolean'
const isNumber: Check = (value) => typeof value === 'number'

/** By the keys of a MembershipChange. Others are of a newer release, and are not looked at. */
const CHECKS: Readonly<Record<string, Check>> = {
  status: (value) => typeof value === 'string' && Object.hasOwn(STATUS, value),
  joinedAt: isNumber,
  term: (value) => isObject(value) && isNumber(value['start']) && isNumber(value['end']),
  dues: isNumber,
  renewed: isFlag,
  autoRenew: isFlag,
  paymentFailed: isFlag,
  tier: isText,
  chapter: isText,
  timeZone: isText,
  consent: (value) => isObject(value) && Object.values(value).every(isFlag),
}

/** What keeps a text from being read as the JSON of a MembershipChange, if anything. Quotes nothing of it. */
export function changeProblem(text: string): string | undefined {
  let change: unknown
  try {
    change = JSON.parse(text)
  } catch {
    return 'the membership change is no JSON'
  }
  if (!isObject(change)) return 'the membership change is no object'
  const wrong = Object.entries(CHECKS).find(([key, fits]) => change[key] !== undefined && !fits(change[key]))
  return wrong === undefined ? undefined : `the membership change has no usable ${wrong[0]}`
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
