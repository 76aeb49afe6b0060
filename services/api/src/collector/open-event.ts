import { SIGNAL_COUNT, type Vocabulary } from '@perennial/member'

/**
 * The open signal that a tracked event names, as stream and action. Names are compared by their words, so that
 * "Forum Posted", as producers write events, is `forum.posted`. Undefined: no signal of the deployment.
 */
export function openEvent(
  { signals }: Vocabulary,
  event: string,
): Readonly<{ stream: string; action: string }> | undefined {
  const wanted = words(event)
  const found = signals.slice(SIGNAL_COUNT).find(({ name }) => words(name) === wanted)
  return found && { stream: found.stream, action: found.name.slice(found.stream.length + 1) }
}

function words(name: string): string {
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join(' ')
}
