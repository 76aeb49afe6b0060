import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fitsUnder } from './cap.ts'
import type { OtherContact } from './gates/gate.ts'
import { parseFiles } from './parse-files.ts'
import type { Playbook, Policy } from './playbook.ts'
import { capsFor } from './policy.ts'

const folder = new URL('../playbooks/', import.meta.url)
const files = readdirSync(folder).map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }))
const { plays } = parseFiles(files, () => 'v')

/** Steps that the steps before them, each gone out when it was due, leave no room for until they expire. */
function stepsHeldByTheirOwnPlay(playbook: Playbook, policy: Policy): string[] {
  const { priority, name, purpose, expiryMs: playExpiry } = playbook
  const before: OtherContact[] = []
  const held: string[] = []
  for (const step of playbook.steps) {
    const { delayMs, expiryMs = playExpiry - delayMs, channel } = step
    // Both the day it is due, and the last moment it makes sense: in between it has a chance each day.
    const chances = [delayMs, delayMs + expiryMs - 1]
    const fits = chances.some((at) => fitsUnder(before, { at, priority }, capsFor(playbook, step, policy)))
    if (!fits) held.push(step.name)
    if (step.escalates === undefined)
      before.push({ at: delayMs, playbook: name, step: step.name, pending: false, purpose, channel })
  }
  return held
}

test.each(plays?.playbooks.map((playbook) => [playbook.name, playbook] as const) ?? [])(
  'no step of %s is kept back by the steps before it',
  (_, playbook) => {
    expect(stepsHeldByTheirOwnPlay(playbook, plays?.policy as Policy)).toEqual([])
  },
)

test('which one contact a week would do to the call of the renewal series', () => {
  const series = plays?.playbooks.find(({ name }) => name === 'renewal-series')
  const policy = { ...plays?.policy, cap: { contacts: 1, withinMs: 7 * 86_400_000 } } as Policy
  expect(series && stepsHeldByTheirOwnPlay(series, policy)).toEqual(['call'])
})
