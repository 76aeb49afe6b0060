import type { Choices } from '../random.ts'
import type { FaultKind } from './fault.ts'
import { FAULTS } from './registry.ts'

/** What shortens the log strikes when so much time is left: what needs all of the log must have had its chance before. */
const SHORTENED_MS = 20_000

/**
 * Draws kinds to strike together: each has struck before one strikes again, no two break the same server, and once the
 * log is shortened nothing strikes that needs it. Throws when `only` names a kind that is not there.
 */
export function drawKinds(choices: Choices, only?: readonly string[]): (count: number, leftMs: number) => FaultKind[] {
  const unknown = only?.find((name) => !FAULTS.some((kind) => kind.name === name))
  if (unknown !== undefined)
    throw new Error(`There is no kind of fault '${unknown}': there is ${FAULTS.map(({ name }) => name).join(', ')}.`)
  const all = FAULTS.filter(({ name }) => only?.includes(name) ?? true)
  const someNeedLog = all.some(({ needsLog }) => needsLog)
  let left: FaultKind[] = []
  let shortened = false

  function mayStrike({ name, part, needsLog, shortensLog }: FaultKind, drawn: readonly FaultKind[], leftMs: number) {
    if (drawn.some((one) => one.name === name || (part !== undefined && one.part === part))) return false
    if (needsLog === true && shortened) return false
    return shortensLog !== true || !someNeedLog || leftMs <= SHORTENED_MS
  }

  return (count, leftMs) => {
    const drawn: FaultKind[] = []
    const setAside: FaultKind[] = []
    for (let tries = 0; drawn.length < count && tries < all.length; tries++) {
      if (left.length === 0) left = choices.shuffled(all.filter((kind) => !setAside.includes(kind)))
      const kind = left.shift()
      if (kind === undefined) break
      if (!mayStrike(kind, drawn, leftMs)) setAside.push(kind)
      else {
        drawn.push(kind)
        shortened ||= kind.shortensLog === true
      }
    }
    // Its turn comes in the next round.
    left = [...setAside, ...left]
    return drawn
  }
}
