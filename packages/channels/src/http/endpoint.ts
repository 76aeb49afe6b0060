/** Where requests of a channel go. */
export type Endpoint = Readonly<{
  url: URL
  /** Lets them go to private, loopback and link-local addresses. */
  allowPrivate: boolean
  /** Of a whole exchange. */
  timeoutMs: number
  /** The setting that allows private addresses, for the reason of a refusal. */
  allowedBy: string
}>
