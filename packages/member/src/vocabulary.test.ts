import { describe, expect, test } from 'vitest'
import { SIGNAL_COUNT, SIGNALS } from './signals.ts'
import { STREAM_CODES } from './fact.ts'
import { BUILT_IN, MOST_OPEN_SIGNALS, signalOfStored, storedNumber, vocabularyOf } from './vocabulary.ts'

const posted = { stream: 'forum', action: 'posted' }

describe('a vocabulary', () => {
  test('has the built-in signals first, each at its number', () => {
    const { signals } = vocabularyOf([posted])
    expect(signals.slice(0, SIGNAL_COUNT)).toEqual(SIGNALS)
    expect(signals.map(({ id }) => id)).toEqual(signals.map((_, place) => place))
    expect(BUILT_IN.signals).toEqual(SIGNALS)
    for (const { stream } of SIGNALS) expect(Object.keys(STREAM_CODES)).toContain(stream)
  })

  test('finds an open signal by stream and action, exactly', () => {
    const { open } = vocabularyOf([
      posted,
      { stream: 'forum', action: 'left.early', family: 'friction', label: 'left' },
    ])
    expect(open('forum', 'left.early')).toEqual({
      id: SIGNAL_COUNT + 1,
      name: 'forum.left.early',
      family: 'friction',
      stream: 'forum',
      label: 'left',
    })
    expect(open('forum', 'posted')?.label).toBe('forum: posted')
    for (const [stream, action] of [
      ['Forum', 'posted'],
      ['forum', 'Posted'],
      ['posted', 'forum'],
      ['', ''],
    ] as const)
      expect(open(stream, action)).toBeUndefined()
    expect(BUILT_IN.open('forum', 'posted')).toBeUndefined()
  })

  test('counts everything but friction, and what is neutral, as engagement', () => {
    const { signals, engagement } = vocabularyOf([posted, { ...posted, action: 'banned', family: 'friction' }])
    const others = signals.filter(({ id }) => engagement[id] === 0).map(({ name }) => name)
    expect(others).toEqual([
      'event_missed',
      'refund',
      'email_refused',
      'complaint_opened',
      'complaint_closed',
      'contacted_elsewhere',
      'profile_done',
      'forum.banned',
    ])
  })
})

describe('is refused, with the place of each mistake', () => {
  test.each([
    ['no stream', [{ stream: '', action: 'a' }], 'signals[0].stream must be 1 to 60 visible characters'],
    ['a blank at the end', [posted, { stream: 's', action: 'a ' }], 'signals[1].action must be'],
    ['a line break', [{ stream: 'a\nb', action: 'a' }], 'signals[0].stream must be'],
    ['a name without end', [{ stream: 's', action: 'a'.repeat(61) }], 'signals[0].action must be'],
    ['the same twice', [posted, posted], 'signals[1].action stands twice: forum.posted is signals[0] too'],
    [
      'the same name from other parts',
      [
        { stream: 'a.b', action: 'c' },
        { stream: 'a', action: 'b.c' },
      ],
      'signals[1].action stands twice: a.b.c',
    ],
  ])('%s', (_, open, message) => {
    expect(() => vocabularyOf(open)).toThrow(message)
  })

  test('more than there is room for', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => ({ stream: 's', action: `a${n}` }))
    expect(vocabularyOf(many(MOST_OPEN_SIGNALS)).signals).toHaveLength(SIGNAL_COUNT + MOST_OPEN_SIGNALS)
    expect(() => vocabularyOf(many(MOST_OPEN_SIGNALS + 1))).toThrow('signals[48].stream is one too many')
  })
})

test('stored numbers leave room for more built-in signals', () => {
  const { signals } = vocabularyOf([posted])
  expect(signals.map(({ id }) => storedNumber(id))).toEqual([...SIGNALS.map(({ id }) => id), 128])
  for (const { id } of signals) expect(signalOfStored(storedNumber(id))).toBe(id)
  expect(signalOfStored(SIGNAL_COUNT)).toBeGreaterThan(signals.length)
})
