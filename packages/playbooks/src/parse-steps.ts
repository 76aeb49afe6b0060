import type { Step } from './playbook.ts'
import { type Owner, owner } from './owner.ts'
import { TASK } from './quotas.ts'
import { present } from './segment/segment.ts'
import { checked, list, mapped, object, optional, type Reader, required } from './yaml/reader.ts'
import { duration, name } from './yaml/values.ts'

export const positiveDuration = checked(duration, (ms) => (ms === 0 ? 'must be longer than 0' : undefined))

/** Behind the name of a step, the name of the one that follows when nobody has taken it up. */
const ESCALATION = '-escalation'
const LONGEST_NAME = 60

const escalation = object({ after: required(positiveDuration), owner: required(owner), channel: optional(name) })

const step = object({
  name: required(name),
  channel: required(name),
  fallback: optional(name),
  template: optional(name),
  owner: optional(owner),
  delay: optional(duration),
  wait: optional(duration),
  expiry: optional(positiveDuration),
  due: optional(positiveDuration),
  escalation: optional(escalation),
})

type Escalation = Readonly<{ after: number; owner: Owner; channel: string | undefined }>
type Written = Readonly<{
  name: string
  channel: string
  fallback: string | undefined
  template: string | undefined
  owner: Owner | undefined
  delay: number | undefined
  wait: number | undefined
  expiry: number | undefined
  due: number | undefined
  escalation: Escalation | undefined
}>

/** The steps of a play, each with its delay from the cause; one that nobody takes up is followed by its escalation. */
export const steps: Reader<readonly Step[]> = mapped(checked(list(step), wrongSteps), (written) => {
  let delayMs = 0
  return written.flatMap((one) => {
    delayMs = one.delay ?? (one.wait === undefined ? 0 : delayMs + one.wait)
    const made = stepOf(one, delayMs)
    return one.escalation === undefined ? [made] : [made, escalationOf(one, made, one.escalation)]
  })
})

function wrongSteps(written: readonly Written[]): string | undefined {
  const names = written.flatMap((one) => (one.escalation ? [one.name, one.name + ESCALATION] : [one.name]))
  const twice = names.find((one, n) => names.indexOf(one) < n)
  if (twice !== undefined) return `two steps are called '${twice}'`
  return written.map(wrongStep).find((reason) => reason !== undefined)
}

function wrongStep(one: Written): string | undefined {
  const at = `step '${one.name}'`
  if (one.delay !== undefined && one.wait !== undefined)
    return `${at} has 'delay' (after the cause) and 'wait' (after the step before): one of them`
  const alert = one.channel === TASK
  if (one.due !== undefined && !alert) return `${at}: 'due' is for 'channel: ${TASK}', which opens an alert`
  const { escalation: next, expiry } = one
  if (next === undefined) return undefined
  if (!alert) return `${at}: 'escalation' is for 'channel: ${TASK}', for only an alert can be acknowledged`
  if (one.name.length + ESCALATION.length > LONGEST_NAME)
    return `${at}: the name is too long for one with an escalation`
  return expiry !== undefined && next.after >= expiry
    ? `${at}: the escalation comes after the step has expired`
    : undefined
}

function stepOf(
  { name: called, channel, fallback, template, owner: whose, expiry, due }: Written,
  delayMs: number,
): Step {
  const rest = { fallback, template, owner: whose, expiryMs: expiry, dueMs: due }
  return { name: called, channel, delayMs, ...present(rest) }
}

function escalationOf({ expiry }: Written, base: Step, { after, owner: whose, channel }: Escalation): Step {
  return {
    name: base.name + ESCALATION,
    channel: channel ?? base.channel,
    owner: whose,
    delayMs: base.delayMs + after,
    ...(expiry === undefined ? {} : { expiryMs: expiry - after }),
    escalates: base.name,
  }
}
