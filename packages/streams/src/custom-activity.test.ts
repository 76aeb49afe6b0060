import { BUILT_IN, vocabularyOf } from '@perennial/member'
import { describe, expect, test } from 'vitest'
import { effectOfAction } from './effects.ts'
import { ENVELOPE, factsOf, verdictOn } from './testing/facts-of.ts'
import { VOCABULARY } from './vocabulary.ts'

const vocabulary = vocabularyOf([
  { stream: 'forum', action: 'posted' },
  { stream: 'shift', action: 'missed', family: 'friction' },
  { stream: 'purchase', action: 'order_refunded' },
])
const posted = { ...ENVELOPE, stream: 'forum', action: 'posted', object: 'thread 7', value: 3 }

describe('an activity of the deployment’s own', () => {
  test('is one of the signal that its stream and action name, whatever its value', () => {
    expect(factsOf('custom-activity', posted, { vocabulary })).toEqual([
      {
        kind: 'activity',
        subject: 'm:M1',
        source: { stream: 8, partition: 3, offset: 7, index: 0 },
        idHi: 1,
        idLo: 2,
        at: ENVELOPE.occurredAt,
        signal: vocabulary.open('forum', 'posted')?.id,
        amount: 1,
        trust: 1,
      },
    ])
    const missed = { ...posted, stream: 'shift', action: 'missed' }
    expect(factsOf('custom-activity', missed, { vocabulary })).toMatchObject([
      { signal: vocabulary.open('shift', 'missed')?.id },
    ])
  })

  test.each([
    ['that nobody has named', { action: 'left' }],
    ['in other letters', { stream: 'Forum' }],
    ['that is a name of JavaScript', { stream: 'constructor', action: 'toString' }],
  ])('%s is dropped by name, not set aside', (_, changes) => {
    const verdict = verdictOn('custom-activity', { ...posted, ...changes }, { vocabulary })
    expect(verdict).toEqual({ kind: 'drop', reason: 'unknown-signal' })
  })

  test.each(['stream', 'action'] as const)('without %s is set aside', (field) => {
    expect(verdictOn('custom-activity', { ...posted, [field]: '' }, { vocabulary })).toMatchObject({
      kind: 'dead',
      violation: { type: 'Required-Missing', field },
    })
  })

  test('about nobody is set aside, even if nobody has named it', () => {
    const verdict = verdictOn('custom-activity', { ...posted, member: {}, action: 'left' }, { vocabulary })
    expect(verdict).toMatchObject({ kind: 'dead', violation: { field: 'member' } })
  })
})

describe('a built-in type under its stream’s name', () => {
  test('counts as what the table says', () => {
    const record = { ...posted, stream: 'community-activity', action: 'committee_joined' }
    const [direct] = factsOf('community-activity', { ...ENVELOPE, type: 'committee_joined' })
    expect(direct?.kind).toBe('activity')
    const { source: _, ...same } = direct ?? { source: undefined }
    expect(factsOf('custom-activity', record)).toMatchObject([same])
  })

  test('is no signal where the table has none', () => {
    const record = { ...posted, stream: 'email-activity', action: 'bounced' }
    expect(verdictOn('custom-activity', record)).toEqual({ kind: 'drop', reason: 'no-signal' })
  })

  test('is the deployment’s own signal where its file names it', () => {
    expect(effectOfAction(vocabulary, 'purchase', 'order_refunded')).toEqual({
      signal: vocabulary.open('purchase', 'order_refunded')?.id,
      amount: 1,
    })
    for (const [stream, types] of Object.entries(VOCABULARY))
      for (const type of Object.keys(types))
        expect(effectOfAction(BUILT_IN, stream, type)).not.toMatchObject({ reason: 'unknown-signal' })
  })
})
