import type { Outreach, SendResult } from '@perennial/channels'
import { dispatch, type DispatchDeps, lookAtDue, type LookDeps } from '@perennial/dispatcher'
import { DAY_MS, type EpochMs } from '@perennial/member'
import { parseFiles, type Plays } from '@perennial/playbooks'
import { runJob, type OutreachDeps } from '@perennial/outreach'
import { fingerprint, type JobRun, nobodyErased } from '@perennial/runtime'
import type { MemberRiskV1 } from '@perennial/streams'
import {
  memoryAgenda,
  memoryAlerts,
  memoryContacts,
  memoryHeldAlerts,
  memoryJobQueue,
  memoryKillSwitch,
  memoryLedger,
  memoryQuotas,
  memoryRiskProjection,
  NOON,
  type RowSample,
  sampleRisk,
  sampleRow,
  scriptedRecall,
  settableClock,
  WorkerDied,
} from '@perennial/testkit'

/** One attempt, as the receiver saw it, with how things stood at that moment. */
export type Attempt = Readonly<{
  outreach: Outreach
  at: EpochMs
  member: Readonly<{ row: RowSample; band: number }>
  killed: boolean
}>

type Member = { row: RowSample; band: 1 | 2 | 3; version: number }

/** The process dies here. */
class Crash extends Error {}

const BANDS = { 1: 'low', 2: 'medium', 3: 'high' } as const

function play(name: string, entered: string, more = ''): { file: string; text: string } {
  const text = `name: ${name}\ntitle: T\npurpose: marketing\nwhen: { bandEntered: ${entered} }\nfor: { status: [active] }\nsteps: [{ name: one, channel: log }]\nexpiry: 10d\n${more}`
  return { file: `${name}.yaml`, text }
}

const POLICY = {
  file: 'policy.yaml',
  text: "cap: { contacts: 2, within: 6d }\nquietHours: { from: '19:30', to: '09:15' }\ntimeZone: America/New_York\n",
}

const PLAYS: Plays = plays([
  POLICY,
  play('slipping', '[medium]'),
  play('at-risk', '[high]'),
  play('one-more', '[medium, high]'),
  play('anyhow', '[medium, high]', 'cap: { contacts: 1, within: 3d }\n'),
])

/**
 * The dispatcher and the outreach worker on stores in memory, with a log that can be read again from any place and
 * processes that die at any call. What is checked is what the receiver sees.
 */
export function outreachWorld(inForce: Plays = PLAYS) {
  const clock = settableClock(NOON)
  const members = new Map<string, Member>(['A', 'B', 'C'].map((id) => [id, { row: {}, band: 1, version: 0 }]))
  const log: MemberRiskV1[] = []
  const attempts: Attempt[] = []
  const answers: SendResult[] = []
  const killSwitch = memoryKillSwitch()
  const ledger = memoryLedger()
  const queue = memoryJobQueue(clock, { keepMs: 40 * DAY_MS })
  let position = 0
  let callsToCrash = Infinity

  /** Counts down the calls to what outlives a process; the last one is made, or not, and then the process is gone. */
  function mortal<T extends object>(target: T): T {
    return new Proxy(target, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name)
        if (typeof value !== 'function') return value
        return async (...args: unknown[]): Promise<unknown> => {
          callsToCrash -= 1
          if (callsToCrash === 0) throw new Crash('before')
          const result: unknown = await Reflect.apply(value, object, args)
          callsToCrash -= 1
          if (callsToCrash === 0) throw new Crash('after')
          return result
        }
      },
    })
  }

  const rowOf = (id: string) => {
    const member = members.get(id)
    return member === undefined ? undefined : sampleRow({ ...member.row, band: member.band })
  }

  const receiver = {
    name: 'log',
    async send(outreach: Outreach): Promise<SendResult> {
      const { row, band } = members.get(outreach.memberId)!
      attempts.push({ outreach, at: clock.now(), member: { row, band }, killed: (await killSwitch.read()).all })
      return answers.shift() ?? { kind: 'delivered' }
    },
  }

  const shared = {
    plays: inForce,
    clock,
    ledger: mortal(ledger),
    contacts: mortal(memoryContacts()),
    quotas: mortal(memoryQuotas()),
    heldAlerts: mortal(memoryHeldAlerts()),
    kill: () => killSwitch.read(),
    erased: nobodyErased,
    recall: scriptedRecall(),
  }
  const agenda = mortal(memoryAgenda())
  // The band is what the test says it is, at every moment.
  const scorer: LookDeps['scorer'] = {
    lapseRisk: () => 0,
    nextBand: (band) => band,
    riskAbove: () => undefined,
    model: { id: 'sample-model' },
  }
  const dispatchDeps: DispatchDeps = {
    ...shared,
    risks: mortal(memoryRiskProjection()),
    agenda,
    queue: mortal(queue),
    members: { readMany: async (ids) => ids.map(rowOf) },
    scorer,
    decided: () => undefined,
    ...mortal({ publish: async () => undefined }),
  }
  const lookDeps: LookDeps = { ...dispatchDeps, agenda, scorer }
  const outreachDeps: OutreachDeps = {
    ...shared,
    playsOf: async () => inForce,
    alerts: memoryAlerts(),
    channels: new Map([['log', mortal(receiver)]]),
    members: { read: async (id) => rowOf(id) },
    scorer,
    ...mortal({ report: async () => undefined }),
    telemetry: { sent: () => undefined, held: () => undefined },
  }

  void queue.work({
    concurrency: 1,
    async handle(run: JobRun) {
      try {
        return await runJob(outreachDeps, run)
      } catch (error) {
        throw error instanceof Crash ? new WorkerDied('worker') : error
      }
    },
    abandoned: async () => undefined,
  })

  async function survive(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      if (!(error instanceof Crash) && !(error instanceof WorkerDied)) throw error
      callsToCrash = Infinity
      return false
    }
  }

  return {
    clock,
    members,
    attempts,
    answers,
    killSwitch,
    ledger,
    queue,
    log,
    plays: inForce,
    crashIn: (calls: number) => void (callsToCrash = calls),
    rewind: (to: number) => void (position = Math.min(position, to)),

    /** The member comes to a band, and scoring says so. */
    moves(id: string, band: 1 | 2 | 3, replay: boolean): void {
      const member = members.get(id)!
      const previousBand = member.version === 0 ? null : BANDS[member.band]
      member.version += 1
      member.band = band
      const termEnd = member.row.term?.end ?? NOON + 60 * DAY_MS
      const at = clock.now()
      log.push(
        sampleRisk({
          memberId: id,
          version: member.version,
          asOf: at,
          band: BANDS[band],
          previousBand,
          termEnd,
          replay,
        }),
      )
    },

    /** Reads on from the position, `most` records at a time; a crash leaves the position where it was. */
    dispatch: (most: number) =>
      survive(async () => {
        while (position < log.length) {
          const batch = log.slice(position, position + most)
          await dispatch(dispatchDeps, 0, batch)
          position += batch.length
        }
      }),

    /** The dispatcher looks at everybody it knows, as it does where plays wait for a date or a state. */
    look: () =>
      survive(async () => {
        await agenda.notice(0, [...members.keys()], clock.now())
        await lookAtDue(lookDeps, 0)
      }),

    work: () => survive(() => queue.runDue()),
  }
}

export type OutreachWorld = ReturnType<typeof outreachWorld>

export function plays(files: readonly { file: string; text: string }[]): Plays {
  const { plays: parsed, problems } = parseFiles(files, fingerprint)
  if (parsed === undefined) throw new Error(JSON.stringify(problems))
  return parsed
}
