import { dispatch, type DispatchDeps, lookAtDue, type LookDeps } from '@perennial/dispatcher'
import type { EpochMs } from '@perennial/member'
import { type OutreachDeps, runJob } from '@perennial/outreach'
import type { Plays } from '@perennial/playbooks'
import type { Scorer } from '@perennial/risk'
import {
  type Contacts,
  killSwitchState,
  memoryContacts,
  memoryQuotas,
  nobodyErased,
  type OutreachJob,
} from '@perennial/runtime'
import type { MemberRiskV1 } from '@perennial/streams'
import { type Appointments, appointments } from './appointments.ts'
import { decisionsKept } from './decisions-kept.ts'
import { type JobsWaiting, jobsWaiting } from './jobs-waiting.ts'
import { Notebook } from './notebook.ts'
import type { Population } from './population.ts'

/** Everybody is in one partition. */
const PARTITION = 0

export type ScenarioDeps = Readonly<{
  plays: Plays
  scorer: Scorer
  members: Pick<Population, 'row'>
  clock: Readonly<{ now(): EpochMs }>
}>

export type Scenario = ReturnType<typeof createScenario>

/**
 * What one set of plays does with a history: the dispatcher and the outreach worker as they are, on stores of their own,
 * with every channel set up and nothing sent.
 */
export function createScenario(given: ScenarioDeps) {
  const contacts = memoryContacts()
  const notebook = new Notebook(given.plays, contacts)
  const agenda = appointments()
  const queue = jobsWaiting()
  const services = servicesOf(given, { contacts, notebook, agenda, queue })
  const handle = (job: OutreachJob) => runJob(services.outreach, { job, attempt: 1, lastAttempt: true })

  return {
    plays: given.plays,
    notebook,
    /** When there is something to do though nothing is heard; Infinity: never. */
    get nextDue(): EpochMs {
      return Math.min(agenda.next, queue.next)
    },
    /** Members that plays have not seen yet. */
    meet: (memberIds: readonly string[], now: EpochMs) => agenda.notice(PARTITION, memberIds, now),
    hear: (risks: readonly MemberRiskV1[]) => dispatch(services.dispatcher, PARTITION, risks),
    /** Looks at who is due by now, and lets go out what is. */
    async settle(now: EpochMs): Promise<void> {
      while (agenda.next <= now || queue.next <= now) {
        if (agenda.next <= now) await lookAtDue(services.dispatcher, PARTITION)
        if (queue.next <= now) await queue.run(now, handle)
      }
    },
  }
}

type Stores = Readonly<{ contacts: Contacts; notebook: Notebook; agenda: Appointments; queue: JobsWaiting }>
type Services = Readonly<{ dispatcher: DispatchDeps & LookDeps; outreach: OutreachDeps }>

/** What the services are given: the one place to say what a store, or the world, is in a simulation. */
function servicesOf(
  { plays, scorer, members, clock }: ScenarioDeps,
  { contacts, notebook, agenda, queue }: Stores,
): Services {
  const nothingStopped = killSwitchState([])
  const shared = {
    plays,
    scorer,
    clock,
    contacts,
    ledger: decisionsKept(clock, notebook),
    quotas: memoryQuotas(),
    // What a budget holds back is in the notebook.
    heldAlerts: { add: async () => undefined },
    // What colleagues will do nobody knows: every alert counts as taken up, and none escalates.
    alerts: { get: async () => undefined },
    kill: async () => nothingStopped,
    // A history holds nobody who was erased.
    erased: nobodyErased,
    recall: { ensure: async () => undefined, holds: async () => true },
  }
  return {
    dispatcher: {
      ...shared,
      agenda,
      queue,
      members: { readMany: async (ids) => ids.map((id) => members.row(id)) },
      // A record of risk comes once here.
      risks: { versions: async () => [], upsert: async () => 0 },
      publish: async () => undefined,
      decided: () => undefined,
    },
    outreach: {
      ...shared,
      playsOf: async () => plays,
      members: { read: async (id) => members.row(id) },
      channels: channelsOf(plays),
      report: async () => undefined,
      telemetry: { sent: () => undefined, held: () => undefined },
    },
  }
}

/** Every channel that a step names takes what it is given, and does nothing with it. */
function channelsOf({ playbooks }: Plays): OutreachDeps['channels'] {
  const names = playbooks.flatMap(({ steps }) =>
    steps.flatMap(({ channel, fallback }) => (fallback === undefined ? [channel] : [channel, fallback])),
  )
  return new Map(names.map((name) => [name, { name, send: async () => ({ kind: 'delivered' }) }]))
}
