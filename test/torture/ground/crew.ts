import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { freePort, pause } from '@perennial/runtime'
import type { ServiceName } from '../../e2e/harness/deployment.ts'
import type { Forwarder } from '../../e2e/harness/forwarder.ts'
import { Service } from '../../e2e/harness/service-process.ts'

/** A change of one file of ours; see `preload/mutant.mjs`. */
export type Change = Readonly<{ file: string; from: string; to: string }>

/** One process that is always started again, and the doors it goes through. */
export type Hand = Readonly<{
  name: string
  service: ServiceName
  broker: Forwarder
  redis: Forwarder
  /** The process of this moment. */
  process(): Service
  /** Sets its clock, or blocks its event loop; see `preload/troubles.mjs`. */
  trouble(what: Readonly<{ clockMs?: number; blockMs?: number }>): void
  /** It ends for good. */
  leave(): Promise<void>
}>

export type Crew = Readonly<{
  hands: readonly Hand[]
  of(...services: readonly ServiceName[]): Hand[]
  /** One more. */
  join(hand: NewHand): Promise<Hand>
  /** How often processes have ended that nobody had ended. */
  endedByThemselves(): readonly string[]
  tails(): string
  close(): Promise<void>
}>

export type NewHand = Readonly<{ name: string; service: ServiceName; broker: Forwarder; redis: Forwarder }>

export type CrewOptions = Readonly<{
  folder: string
  env: NodeJS.ProcessEnv
  changes: readonly Change[]
  /** Writes down what each process said. */
  keep: boolean
}>

const PRELOAD = join(import.meta.dirname, '..', 'preload')
/** As an orchestrator would: at once, but not a hundred times a second. */
const RESTART_MS = 300

/** Processes as an orchestrator runs them: what ends is started again. */
export function createCrew(options: CrewOptions): Crew {
  const hands: Hand[] = []
  const ended: string[] = []

  function noteLines(name: string, { lines, pid }: Service): void {
    if (options.keep) writeFileSync(join(options.folder, `${name}-${pid}.log`), `${lines.join('\n')}\n`)
  }

  async function join_(of: NewHand): Promise<Hand> {
    const env = envOf(options, of)
    const state = { left: false }
    let current = new Service(of.service, env, await freePort())

    async function supervise(): Promise<void> {
      while (!state.left) {
        const { code, signal } = await current.ended
        noteLines(of.name, current)
        if (state.left) return
        if (code !== 0 && signal === null) ended.push(`${of.name} (${code}): ${lastWords(current)}`)
        await pause(RESTART_MS)
        if (!state.left) current = new Service(of.service, env, await freePort())
      }
    }

    const hand: Hand = {
      ...of,
      process: () => current,
      trouble(what) {
        writeFileSync(env['TROUBLES_FILE'] ?? '', JSON.stringify(what))
        current.kill('SIGUSR2')
      },
      async leave() {
        state.left = true
        hands.splice(hands.indexOf(hand), 1)
        current.kill('SIGCONT')
        await current.stop().catch(() => undefined)
        noteLines(of.name, current)
      },
    }
    hands.push(hand)
    void supervise()
    await current.ready()
    return hand
  }

  return {
    hands,
    of: (...services) => hands.filter(({ service }) => services.includes(service)),
    join: join_,
    endedByThemselves: () => ended,
    tails: () => hands.map((hand) => `${hand.name}: ${hand.process().tail(20)}`).join('\n\n'),
    close: async () => void (await Promise.all(hands.slice().map((hand) => hand.leave()))),
  }
}

function envOf({ folder, env, changes }: CrewOptions, { name, broker, redis }: NewHand): NodeJS.ProcessEnv {
  const preload = (file: string) => `--import=${pathToFileURL(join(PRELOAD, file)).href}`
  const mutant = changes.length === 0 ? '' : preload('mutant.mjs')
  return {
    ...env,
    KAFKA_BROKERS: broker.address,
    REDIS_URL: `redis://${redis.address}`,
    TROUBLES_FILE: join(folder, `${name}.json`),
    NODE_OPTIONS: `${preload('troubles.mjs')} ${mutant}`.trim(),
    ...(changes.length > 0 && { MUTANT: JSON.stringify(changes) }),
  }
}

function lastWords(process: Service): string {
  const told = process.lines.filter((line) => /"level":60|Error/.test(line)).at(-1) ?? process.lines.at(-1) ?? ''
  return told.slice(0, 400)
}
