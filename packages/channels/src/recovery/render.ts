import type { Outreach } from '../channel.ts'

export type Recovery = Readonly<{ memberId: string; at: number; by: string }>

/** Who has recovered, when, and the decision that says so: by it a repetition is recognised. */
export function render({ memberId, interventionId }: Outreach, at: number): Recovery {
  return { memberId, at, by: interventionId }
}
