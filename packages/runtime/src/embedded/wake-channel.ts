import type { Redis } from 'ioredis'

/** Told of a word (`topic:partition` that grew, `group:name` that changed), or of undefined: anything may have happened. */
type Listener = (word: string | undefined) => void

/** News between the processes of a deployment, so that nobody has to poll. They may get lost; polls make up for that. */
export class WakeChannel {
  readonly #redis: Redis
  readonly #channel: string
  readonly #listeners = new Set<Listener>()

  /** `redis` is a connection of its own: a subscriber can do nothing else. */
  constructor(redis: Redis, channel: string) {
    this.#redis = redis
    this.#channel = channel
    redis.on('message', (_, words: string) => {
      for (const word of words.split(',')) this.#tell(word)
    })
    redis.on('ready', () => this.#subscribe())
  }

  on(listener: Listener): () => void {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#subscribe()
    return () => this.#listeners.delete(listener)
  }

  #subscribe(): void {
    if (this.#redis.status !== 'ready' || this.#listeners.size === 0) return
    this.#redis.subscribe(this.#channel).then(
      // What was said before, or while the connection was down, is lost.
      () => this.#tell(undefined),
      // The connection broke: when it is back, `ready` brings us here again.
      () => undefined,
    )
  }

  #tell(word: string | undefined): void {
    for (const listener of this.#listeners) listener(word)
  }
}
