import type { Redis } from 'ioredis'

/** Told of a word (`topic:partition` that grew, `group:name` that changed), or of undefined: anything may have happened. */
type Listener = (word: string | undefined) => void

/** News between the processes of a deployment, so that nobody has to poll. They may get lost; polls make up for that. */
export class WakeChannel {
  readonly #redis: Redis
  readonly #channel: string
  readonly #listeners = new Set<Listener>()
  #subscribed = false

  /** `redis` is a connection of its own: a subscriber can do nothing else. */
  constructor(redis: Redis, channel: string) {
    this.#redis = redis
    this.#channel = channel
    redis.on('message', (_, words: string) => {
      for (const word of words.split(',')) this.#tell(word)
    })
    // What was said while the connection was down is lost.
    redis.on('ready', () => this.#tell(undefined))
  }

  on(listener: Listener): () => void {
    this.#listeners.add(listener)
    this.#subscribe()
    return () => this.#listeners.delete(listener)
  }

  #subscribe(): void {
    if (this.#subscribed) return
    this.#subscribed = true
    // ioredis subscribes again by itself after a reconnect. Fails only when the connection is closed for good.
    this.#redis.subscribe(this.#channel).catch(() => (this.#subscribed = false))
  }

  #tell(word: string | undefined): void {
    for (const listener of this.#listeners) listener(word)
  }
}
