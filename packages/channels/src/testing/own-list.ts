import { type Behaviour, type ChannelHarness, type Seen, TOLD } from './channel-features.ts'

/** Our own list at the other end of a channel: it is there or not, and has no other ways to misbehave. */
export function ownList(): Omit<ChannelHarness, 'channel' | 'seen'> &
  Readonly<{ seen: () => readonly Seen[]; take: (entry: Seen) => void }> {
  const seen: Seen[] = []
  let kind: Behaviour['kind'] = 'accept'
  return {
    seen: () => seen,
    take(entry) {
      if (kind !== 'accept') throw new Error(`The list cannot be written: ${TOLD}`)
      seen.push(entry)
    },
    unknown: ['busy-for', 'refuse-for-good', 'silent', 'no-answer-body-end'],
    behave: (behaviour) =>
      void (kind = behaviour.kind === 'hang-up' || behaviour.kind === 'busy' ? behaviour.kind : 'accept'),
  }
}
