/** A decision as `perennial ledger export` writes it; of its fields those that are looked at. */
export type Line = Readonly<{
  interventionId: string
  memberId: string
  playbook: string
  step: string
  purpose: string
  termId: string
  decision: 'send' | 'hold'
  reason: string | null
  answers: readonly Readonly<{ gate: string; answer: string }>[]
  policyVersion: string
  riskVersion: number
  outcome: Readonly<{ outcome: string; at: string; channel: string }> | null
}>

/** A message as its receiver got it. */
export type Message = Readonly<{
  /** Its idempotency key: of a message that comes again after a crash, the same. */
  id: string
  channel: 'email' | 'webhook'
  memberId: string
  playbook: string
  step: string
  /** When it came. */
  at: number
  /** Facts up to `known` had been worked through for sure when it came, and none beyond `told` had been told. */
  known: number
  told: number
}>

/** What the association's systems told of a member, in the order they told it. */
export type Told = Readonly<{
  memberId: string
  timeZone?: string
  consent?: Readonly<Record<string, boolean>>
  /** Renewed, or joined: the end of the term that holds from then on. */
  termEnd?: number
}>

export type Rules = Readonly<{
  caps: readonly Readonly<{ contacts: number; withinMs: number; purpose?: string }>[]
  /** Hours of the day, local: from the evening to the morning. */
  quiet: Readonly<{ from: number; to: number }>
}>

/** All there is to check: what was told, what was decided, what was received. */
export type Story = Readonly<{
  told: readonly Told[]
  lines: readonly Line[]
  messages: readonly Message[]
  rules: Rules
}>
