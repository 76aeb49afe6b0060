/** The answer did not come, or nobody is left to hear it. */
export class Unreachable extends Error {}

/** Whoever sends calls. */
export type Caller = { readonly name: string; alive: boolean }

type Call = Readonly<{
  by: Caller
  what: string
  command: () => unknown
  resolve: (answer: never) => void
  reject: (error: unknown) => void
}>

/**
 * Everything between the processes and the servers. A call waits here until
 * the schedule lets it happen: in any order, with its answer or without, twice,
 * or after its process has died.
 */
export class Network {
  readonly #calls: Call[] = []

  get waiting(): number {
    return this.#calls.length
  }

  send<T>(by: Caller, what: string, command: () => T): Promise<T> {
    if (!by.alive) return Promise.reject(new Unreachable(`${by.name} is dead`))
    return new Promise((resolve, reject) => {
      this.#calls.push({ by, what, command, resolve, reject })
    })
  }

  /** The call at place `n`, modulo how many wait: what it is, for traces. */
  peek(n: number): string {
    const call = this.#calls[n % this.#calls.length]
    return call === undefined ? 'nothing' : `${call.by.name} ${call.what}`
  }

  deliver(n: number): void {
    const call = this.#take(n)
    if (call !== undefined) answer(call, call.command)
  }

  /** The client sends it again, for the connection broke before the answer: it happens twice. */
  deliverTwice(n: number): void {
    const call = this.#take(n)
    if (call === undefined) return
    answer(call, () => {
      call.command()
      return call.command()
    })
  }

  /** It never arrives. */
  cutBefore(n: number): void {
    this.#take(n)?.reject(new Unreachable('cut before it arrived'))
  }

  /** It happens, and nobody hears of it. */
  cutAfter(n: number): void {
    const call = this.#take(n)
    if (call === undefined) return
    call.command()
    call.reject(new Unreachable('cut before the answer'))
  }

  /** Of a process that died some calls are still on their way, and may happen yet. */
  died(by: Caller): void {
    for (const call of this.#calls) if (call.by === by) call.reject(new Unreachable(`${by.name} died`))
  }

  #take(n: number): Call | undefined {
    return this.#calls.length === 0 ? undefined : this.#calls.splice(n % this.#calls.length, 1)[0]
  }
}

function answer({ resolve, reject }: Call, command: () => unknown): void {
  try {
    resolve(command() as never)
  } catch (error) {
    reject(error)
  }
}

/** Resolves when every promise that can go on has done so: ticks come after all of those. */
export function drained(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve)
  })
}
