import type { EpochMs } from '@perennial/member'
import type { Redis } from 'ioredis'
import { deadLetterKeys } from '../redis/keys.ts'

/** What became of one dead letter. `replaying`: it was about to be appended; if it was, then at `from` or behind. */
export type Handling =
  | Readonly<{ state: 'replaying'; from: number }>
  | Readonly<{ state: 'replayed' }>
  | Readonly<{ state: 'dropped' }>

export type LetterPlace = Readonly<{ partition: number; offset: number }>

/** Who did what with dead letters, when. Without anything of the records. */
export type LetterAction = Readonly<{
  at: EpochMs
  /** The user of the operating system. */
  by: string
  action: 'replay' | 'repair' | 'drop'
  topic: string
  /** The change, as it stood on the command line but for the values; and which letters were meant. */
  what: string
  counts: Readonly<Record<string, number>>
}>

const MOST_ACTIONS = 10_000

/** What was done about dead letters: each letter once, and a log of every action. The letters stay in their topic. */
export interface LetterDesk {
  handlings(topic: string, places: readonly LetterPlace[]): Promise<(Handling | undefined)[]>
  note(topic: string, places: readonly LetterPlace[], handling: Handling): Promise<void>
  log(action: LetterAction): Promise<void>
  /** Latest first. */
  actions(limit: number): Promise<LetterAction[]>
}

export function createLetterDesk(redis: Redis, namespace: string): LetterDesk {
  const keys = deadLetterKeys(namespace)
  const field = ({ partition, offset }: LetterPlace) => `${partition}/${offset}`
  return {
    async handlings(topic, places) {
      if (places.length === 0) return []
      const found = await redis.hmget(keys.handled(topic), ...places.map(field))
      return found.map((text) => (text === null ? undefined : handlingOf(text)))
    },
    async note(topic, places, handling) {
      const value = handling.state === 'replaying' ? `replaying ${handling.from}` : handling.state
      if (places.length > 0) await redis.hset(keys.handled(topic), ...places.flatMap((place) => [field(place), value]))
    },
    async log(action) {
      await redis.lpush(keys.actions, JSON.stringify(action))
      await redis.ltrim(keys.actions, 0, MOST_ACTIONS - 1)
    },
    async actions(limit) {
      return (await redis.lrange(keys.actions, 0, limit - 1)).map((text) => JSON.parse(text) as LetterAction)
    },
  }
}

function handlingOf(text: string): Handling {
  const [state, from] = text.split(' ')
  if (state === 'replaying') return { state, from: Number(from) }
  return { state: state === 'dropped' ? 'dropped' : 'replayed' }
}
