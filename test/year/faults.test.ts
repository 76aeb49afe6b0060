import { expect, test } from 'vitest'
import { faultsOf } from './faults.ts'
import type { Line, Message, Story } from './story.ts'

const NOON = Date.UTC(2026, 5, 10, 12)
const HOUR = 3_600_000
const DAY = 24 * HOUR

function line(changes: Partial<Line> = {}): Line {
  return {
    interventionId: 'i-1',
    memberId: 'M1',
    playbook: 'win-back',
    step: 'first',
    purpose: 'marketing',
    termId: 't-2026-08-01',
    decision: 'send',
    reason: null,
    answers: [{ gate: 'consent', answer: 'pass' }],
    policyVersion: 'p1',
    riskVersion: 1,
    outcome: { outcome: 'delivered', at: new Date(NOON).toISOString(), channel: 'email' },
    ...changes,
  }
}

function message(changes: Partial<Message> = {}): Message {
  const { memberId, playbook, step } = line()
  return { id: 'o-1', channel: 'email', memberId, playbook, step, at: NOON, known: 1, told: 1, ...changes }
}

/** One message that is in order, and what may be wrong with it. */
function story(changes: Partial<Story> = {}): Story {
  return {
    told: [
      { memberId: 'M1', timeZone: 'Europe/Berlin', consent: { marketing: true }, termEnd: Date.UTC(2026, 7, 1, 9) },
    ],
    lines: [line()],
    messages: [message()],
    rules: {
      caps: [
        { contacts: 2, withinMs: 7 * DAY },
        { contacts: 1, withinMs: 7 * DAY, purpose: 'marketing' },
      ],
      quiet: { from: 20, to: 8 },
    },
    ...changes,
  }
}

/** As many sends as given instants, each of its own play and decision. */
function sends(purpose: string, ...at: readonly number[]): Pick<Story, 'lines' | 'messages'> {
  return {
    lines: at.map((when, n) =>
      line({
        interventionId: `i-${purpose}-${n}`,
        playbook: `${purpose}-${n}`,
        purpose,
        outcome: { outcome: 'delivered', at: new Date(when).toISOString(), channel: 'email' },
      }),
    ),
    messages: at.map((when, n) => message({ id: `o-${purpose}-${n}`, playbook: `${purpose}-${n}`, at: when })),
  }
}

const rules = (given: Story) => faultsOf(given).faults.map(({ rule }) => rule)

test('a message that is in order', () => {
  expect(faultsOf(story())).toEqual({ faults: [], again: 0 })
})

test.each([
  ['one too many in a rolling week', story(sends('marketing', NOON, NOON + 7 * DAY - 1)), ['cap']],
  ['one more as the week ends', story(sends('marketing', NOON, NOON + 7 * DAY)), []],
  [
    'three of another purpose in a week, of which two may be',
    story(sends('service', NOON, NOON + DAY, NOON + 2 * DAY)),
    ['cap'],
  ],
  ['as many as may be to colleagues', story(sends('internal', NOON, NOON + 1, NOON + 2)), []],
  ['at 20:00 where the member lives', story({ messages: [message({ at: NOON + 6 * HOUR })] }), ['quiet-hours']],
  ['at 19:59', story({ messages: [message({ at: NOON + 6 * HOUR - 60_000 })] }), []],
  ['at 07:59', story({ messages: [message({ at: NOON - 6 * HOUR - 60_000 })] }), ['quiet-hours']],
  ['without consent', story({ told: [{ memberId: 'M1', termEnd: Date.UTC(2026, 7, 1) }] }), ['consent']],
  ['without a word about service', story({ ...sends('service', NOON), told: [{ memberId: 'M1', consent: {} }] }), []],
  [
    'against a no to service',
    story({ ...sends('service', NOON), told: [{ memberId: 'M1', consent: { service: false } }] }),
    ['consent'],
  ],
  ['that nobody decided', story({ lines: [line({ decision: 'hold', reason: 'cap', outcome: null })] }), ['ledger']],
  ['that the ledger does not know of', story({ lines: [line({ outcome: null })] }), ['ledger']],
  ['that was never received', story({ messages: [] }), ['ledger']],
  ['of a decision that names no gates', story({ lines: [line({ answers: [] })] }), ['ledger']],
])('%s', (_, given, expected) => {
  expect(rules(given)).toEqual(expected)
})

test('what was told later than it came, or just then, does not count against it; what was told before does', () => {
  const { told } = story()
  const withdrawn = [...told, { memberId: 'M1', consent: { marketing: false } }]
  const renewed = [...told, { memberId: 'M1', termEnd: Date.UTC(2027, 7, 1, 9) }]
  expect(rules(story({ told: withdrawn }))).toEqual([])
  expect(rules(story({ told: withdrawn, messages: [message({ told: 2 })] }))).toEqual([])
  expect(rules(story({ told: withdrawn, messages: [message({ known: 2, told: 2 })] }))).toEqual(['consent'])
  expect(rules(story({ messages: [message({ known: 0 })] }))).toEqual([])
  expect(rules(story({ told: renewed }))).toEqual([])
  expect(rules(story({ told: renewed, messages: [message({ known: 2, told: 2 })] }))).toEqual(['renewed'])
})

test('two messages for one cause are one too many; one that comes again under its id is told, and is none', () => {
  const lines = [
    line(),
    line({
      interventionId: 'i-2',
      outcome: { outcome: 'delivered', at: new Date(NOON + 9 * DAY).toISOString(), channel: 'email' },
    }),
  ]
  const second = message({ id: 'o-2', at: NOON + 9 * DAY })
  expect(rules(story({ lines, messages: [message(), second] }))).toEqual(['twice'])
  const nextTerm = lines.map((one, n) => ({ ...one, termId: n === 0 ? one.termId : 't-2027-08-01' }))
  expect(rules(story({ lines: nextTerm, messages: [message(), second] }))).toEqual([])
  expect(faultsOf(story({ messages: [message(), message()] }))).toEqual({ faults: [], again: 1 })
  // A copy that comes at night is a fault all the same.
  expect(rules(story({ messages: [message(), message({ at: NOON + 9 * HOUR })] }))).toEqual(['quiet-hours'])
})
