import type { Line, Message, Story, Told } from './story.ts'

export type Fault = Readonly<{
  rule: 'cap' | 'quiet-hours' | 'consent' | 'twice' | 'renewed' | 'ledger'
  text: string
}>

const DAY_MS = 86_400_000

/** A message with the decision it comes from. */
type Traced = Message & Readonly<{ line: Line }>

/**
 * What went against the rules, worked out anew from what was told, decided and received: nothing of the services' code is
 * used. `again`: messages came more than once under one id, as after a crash; their receivers knew them by it.
 */
export function faultsOf(story: Story): Readonly<{ faults: readonly Fault[]; again: number }> {
  const once = [...Map.groupBy(story.messages, ({ id }) => id).values()].flatMap(([first]) => first ?? [])
  const { traced, faults } = trace(once, story.lines)
  return {
    again: story.messages.length - once.length,
    faults: [
      ...faults,
      ...ledgerFaults(story.lines, traced),
      ...twice(traced),
      ...capFaults(traced, story),
      // Each copy of a message wakes somebody up.
      ...trace(story.messages, story.lines).traced.flatMap((message) => momentFaults(message, story)),
    ],
  }
}

function nameOf({ memberId, playbook, step }: Pick<Message, 'memberId' | 'playbook' | 'step'>): string {
  return `${memberId} ${playbook} ${step}`
}

/** Each message's decision: the one to send it for the same member, play and step whose end is nearest to its arrival. */
function trace(messages: readonly Message[], lines: readonly Line[]): { traced: Traced[]; faults: Fault[] } {
  const sends = Map.groupBy(
    lines.filter(({ decision }) => decision === 'send'),
    nameOf,
  )
  const traced: Traced[] = []
  const faults: Fault[] = []
  for (const message of messages) {
    const own = (sends.get(nameOf(message)) ?? []).toSorted((a, b) => distance(a, message) - distance(b, message))
    const [line] = own
    if (line === undefined) faults.push(fault('ledger', message, 'nobody decided to send it'))
    else traced.push({ ...message, line })
  }
  return { traced, faults }
}

function distance({ outcome }: Line, { at }: Message): number {
  return outcome === null ? Infinity : Math.abs(Date.parse(outcome.at) - at)
}

/** What was delivered by its word was received, what was received was delivered, and every decision says what it rests on. */
function ledgerFaults(lines: readonly Line[], traced: readonly Traced[]): Fault[] {
  const received = new Set(traced.map(({ line }) => line.interventionId))
  const unheard = lines.filter(
    ({ interventionId, outcome }) =>
      outcome?.outcome === 'delivered' &&
      (outcome.channel === 'email' || outcome.channel === 'webhook') &&
      !received.has(interventionId),
  )
  const unsaid = traced.filter(({ line }) => line.outcome?.outcome !== 'delivered')
  const bare = lines.filter(
    ({ answers, policyVersion, decision, reason }) =>
      answers.length === 0 || policyVersion === '' || (decision === 'hold') !== (reason !== null),
  )
  return [
    ...unheard.map((line) => fault('ledger', line, 'was delivered, and nobody received it')),
    ...unsaid.map((message) => fault('ledger', message, `was received, and the ledger says ${outcomeOf(message)}`)),
    ...bare.map((line) => fault('ledger', line, 'a decision that does not say what it rests on')),
  ]
}

function outcomeOf({ line }: Traced): string {
  return line.outcome?.outcome ?? 'nothing'
}

/** One contact per cause: the member, the term, the play and its step. */
function twice(traced: readonly Traced[]): Fault[] {
  return [...Map.groupBy(traced, (message) => `${nameOf(message)} ${message.line.termId}`)]
    .filter(([, messages]) => messages.length > 1)
    .map(([name, messages]): Fault => ({ rule: 'twice', text: `${name}: ${messages.length} messages` }))
}

/** No window of a cap, wherever it begins, holds more than its number. */
function capFaults(traced: readonly Traced[], { rules }: Story): Fault[] {
  const reachMembers = traced.filter(({ line }) => line.purpose !== 'internal')
  return [...Map.groupBy(reachMembers, ({ memberId }) => memberId).values()].flatMap((own) =>
    rules.caps.flatMap(({ contacts, withinMs, purpose }) => {
      const counted = own
        .filter(({ line }) => purpose === undefined || line.purpose === purpose)
        .toSorted((a, b) => a.at - b.at)
      return counted.flatMap((message, n) => {
        const last = counted[n + contacts]
        if (last === undefined || last.at - message.at >= withinMs) return []
        const days = ((last.at - message.at) / DAY_MS).toFixed(2)
        return [fault('cap', last, `${contacts + 1} ${purpose ?? ''} messages in ${days} days`)]
      })
    }),
  )
}

/**
 * What must hold at the moment a message comes. Facts that are told just then may have been worked through or not: it is a
 * fault where it is one either way.
 */
function momentFaults(message: Traced, { told, rules }: Story): Fault[] {
  const { memberId, known } = message
  const ofMember = (facts: readonly Told[]) => facts.filter((one) => one.memberId === memberId)
  const before = ofMember(told.slice(0, known))
  const meanwhile = ofMember(told.slice(known, message.told))
  const either = Array.from({ length: meanwhile.length + 1 }, (_, count) =>
    faultsOfMoment(message, standing([...before, ...meanwhile.slice(0, count)]), rules),
  )
  return (either[0] ?? []).filter(({ rule }) => either.every((faults) => faults.some((one) => one.rule === rule)))
}

function faultsOfMoment(message: Traced, member: ReturnType<typeof standing>, rules: Story['rules']): Fault[] {
  const { at, line } = message
  if (line.purpose === 'internal') return []
  const faults: Fault[] = []
  const hour = localHour(at, member.timeZone)
  if (hour >= rules.quiet.from || hour < rules.quiet.to)
    faults.push(fault('quiet-hours', message, `at ${hour.toFixed(2)} o'clock in ${member.timeZone}`))
  const given = member.consent[line.purpose]
  if (line.purpose === 'marketing' ? given !== true : given === false)
    faults.push(fault('consent', message, `without consent to ${line.purpose}`))
  const termEnd = Date.parse(line.termId.replace(/^t-/, ''))
  // A day is the grain of a term's name.
  if (member.termEnd > termEnd + DAY_MS)
    faults.push(fault('renewed', message, `about the term ${line.termId}, renewed until ${iso(member.termEnd)}`))
  return faults
}

/** How a member stands by all that was told so far. */
function standing(told: readonly Told[]) {
  const consent: Record<string, boolean> = {}
  let [timeZone, termEnd] = ['UTC', 0]
  for (const one of told) {
    Object.assign(consent, one.consent)
    timeZone = one.timeZone ?? timeZone
    termEnd = one.termEnd ?? termEnd
  }
  return { consent, timeZone, termEnd }
}

function localHour(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const [hour = 0, minute = 0] = parts.format(at).split(':').map(Number)
  return hour + minute / 60
}

function iso(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

function fault(
  rule: Fault['rule'],
  about: Pick<Message, 'memberId' | 'playbook' | 'step'> & Partial<Pick<Message, 'at'>>,
  text: string,
): Fault {
  const when = about.at === undefined ? '' : ` ${new Date(about.at).toISOString()}`
  return { rule, text: `${nameOf(about)}${when}: ${text}` }
}
