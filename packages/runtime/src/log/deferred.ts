export type Deferred<T> = Readonly<{
  promise: Promise<T>
  resolve: (value: T) => void
  reject: (error: unknown) => void
}>

/** A promise that is settled from outside. */
export function deferred<T>(): Deferred<T> {
  return Promise.withResolvers<T>()
}
