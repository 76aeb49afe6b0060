import { pause } from '@perennial/runtime'
import type { Hand } from '../ground/crew.ts'
import type { Ground } from '../ground/ground.ts'
import { DONE, type FaultKind, type Field } from './fault.ts'

/** A group gives up a member after 10 s (`SESSION_TIMEOUT_MS` of the runtime). */
const BEYOND_SESSION = [11_000, 13_000] as const
/** What a service gives itself to stop in order (SHUTDOWN_DEADLINE), and some more. */
const ORDERLY_MS = 22_000
const AT_ONCE_MS = 2_000
/** Until something that is waited for in a connection must have come by. */
const CATCH_MS = 5_000
/** What came in before is folded by then. */
const UNTIL_QUIET_MS = 1_000
/** Asks for rows of members. */
const ROWS_READ = /hmget\r\n\$\d+\r\n\{[^}]*:s:\d+\}:m\r\n/i
/** Commits, with something to tell of somebody who wavers. */
const WAVERING_TOLD = /evalsha\r\n[^]*:s:\d+\}:x\r\n[^]*[^:]wavering-\d/i
const WAVERING_READ = /hmget\r\n\$\d+\r\n\{[^}]*:s:\d+\}:m\r\n[^*]*m:wavering/i

/** What a process asks for when something is decided, by service: a key in Redis, a topic of the log. */
const MOMENTS: Readonly<Record<string, readonly (readonly ['redis' | 'broker', RegExp])[]>> = {
  ingest: [['broker', /member-activity\.v1/]],
  scoring: [
    ['redis', /:s:\d+\}/],
    ['broker', /member-risk\.v1/],
  ],
  dispatcher: [
    ['redis', /:l:\d+\}/],
    ['broker', /intervention\.v1/],
  ],
  outreach: [
    ['redis', /:l:\d+\}/],
    ['broker', /outreach-outcome\.v1/],
  ],
}

/** Waits until the process has asked for something and not heard of it yet; says what it has asked for. */
async function inTheMiddle({ choices }: Field, hand: Hand): Promise<string> {
  const moments = MOMENTS[hand.service]
  if (moments === undefined) return ''
  const [where, request] = choices.one(moments)
  const caught = await hand[where].caught(request, AbortSignal.timeout(CATCH_MS))
  return caught ? ` between asking ${where === 'redis' ? 'Redis' : 'the broker'} and hearing of it` : ''
}

const release = ({ broker, redis }: Hand) => {
  broker.hold(false)
  redis.hold(false)
}

const running = ({ crew }: Ground) => crew.hands.filter((hand) => hand.process().running)

export const kill: FaultKind = {
  name: 'kill',
  lastsMs: [0, 500],
  async strike({ ground, choices }) {
    const victims = choices.shuffled(running(ground)).slice(0, choices.between(1, 3))
    for (const hand of victims) hand.process().kill('SIGKILL')
    return { on: victims.map(({ name }) => name).join(', '), lift: DONE }
  },
}

export const killInTheMiddle: FaultKind = {
  name: 'kill-in-the-middle',
  lastsMs: [0, 0],
  async strike(field) {
    const hand = field.choices.one(running(field.ground))
    const moment = await inTheMiddle(field, hand)
    hand.process().kill('SIGKILL')
    release(hand)
    return { on: hand.name + moment, lift: DONE }
  },
}

/** A zombie: stands still until others have taken over, and goes on where it was, writes and all. */
export const pauseProcess: FaultKind = {
  name: 'pause',
  lastsMs: BEYOND_SESSION,
  async strike(field) {
    const hand = field.choices.one(running(field.ground))
    const moment = field.choices.chance(0.7) ? await inTheMiddle(field, hand) : ''
    const paused = hand.process()
    paused.kill('SIGSTOP')
    release(hand)
    return {
      on: hand.name + moment,
      async lift() {
        paused.kill('SIGCONT')
        return []
      },
    }
  },
}

/** As `pause`, where it does most harm: rows have been read, and what was made of them is not written yet. */
export const zombie: FaultKind = {
  name: 'zombie',
  lastsMs: BEYOND_SESSION,
  strike: (field) => standStill(field, ROWS_READ),
}

/** The same in a sweep: nothing comes in, and of somebody who wavers something does as soon as it stands still. */
export const zombieInASweep: FaultKind = {
  name: 'zombie-in-a-sweep',
  lastsMs: BEYOND_SESSION,
  async strike(field) {
    field.rest()
    await pause(UNTIL_QUIET_MS)
    const struck = await standStill(field, WAVERING_READ)
    field.goOn()
    return struck
  },
}

/** Killed in a sweep, and the commit never arrives: by the time somebody sweeps again, more has come in. */
export const killBeforeCommit: FaultKind = {
  name: 'kill-before-commit',
  lastsMs: [0, 0],
  async strike({ ground, choices, rest, goOn }) {
    rest()
    await pause(UNTIL_QUIET_MS)
    const hand = choices.one(ground.crew.of('scoring').filter((one) => one.process().running))
    const caught = await hand.redis.caught(WAVERING_TOLD, AbortSignal.timeout(CATCH_MS), true)
    hand.process().kill('SIGKILL')
    release(hand)
    goOn()
    return { on: `${hand.name}${caught ? ', whose commit does not arrive' : ''}`, lift: DONE }
  },
}

async function standStill({ ground, choices }: Field, read: RegExp) {
  const hand = choices.one(ground.crew.of('scoring').filter((one) => one.process().running))
  const caught = await hand.redis.caught(read, AbortSignal.timeout(CATCH_MS))
  const paused = hand.process()
  paused.kill('SIGSTOP')
  release(hand)
  return {
    on: `${hand.name}${caught ? ', with rows read and not written' : ''}`,
    async lift() {
      paused.kill('SIGCONT')
      return []
    },
  }
}

/** The clock of the process goes on, and nothing else in it does. */
export const blockLoop: FaultKind = {
  name: 'blocked-loop',
  lastsMs: [12_000, 40_000],
  async strike({ ground, choices, lastsMs }) {
    const hand = choices.one(running(ground))
    hand.trouble({ blockMs: lastsMs })
    return { on: hand.name, lift: DONE }
  },
}

export const stop: FaultKind = {
  name: 'stop',
  lastsMs: [0, 0],
  strike: ({ ground, choices }) => stopped(choices.one(running(ground)), 1, ORDERLY_MS),
}

export const stopTwice: FaultKind = {
  name: 'stop-twice',
  lastsMs: [0, 0],
  strike: ({ ground, choices }) => stopped(choices.one(running(ground)), 2, AT_ONCE_MS),
}

/** SIGTERM once: an orderly end within its time. Twice: an end at once, whatever is under way. */
async function stopped(hand: Hand, signals: number, withinMs: number) {
  const asked = hand.process()
  for (let n = 0; n < signals; n++) {
    asked.kill('SIGTERM')
    await pause(50)
  }
  const late = AbortSignal.timeout(withinMs)
  const inTime = await Promise.race([asked.ended, new Promise((resolve) => late.addEventListener('abort', resolve))])
  const over = !(inTime instanceof Event)
  return {
    on: hand.name,
    async lift() {
      if (!over) asked.kill('SIGKILL')
      return over ? [] : [`${hand.name} did not end within ${withinMs / 1_000} s of ${signals} × SIGTERM`]
    },
  }
}

/** One more joins its group while facts flow, and leaves again in order. */
export const rebalance: FaultKind = {
  name: 'rebalance',
  lastsMs: [2_000, 6_000],
  async strike({ ground, choices }) {
    const more = await ground.enlist(choices.one(['ingest', 'scoring', 'dispatcher'] as const))
    return {
      on: more?.name ?? 'nobody: no door was free',
      async lift() {
        await more?.leave()
        return []
      },
    }
  },
}
