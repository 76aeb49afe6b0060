import { HOUR_MS } from '@perennial/member'
import type { CommunityAct, Happening } from './happening.ts'
import { activityOf, type Life, momentIn, tally, type Week } from './life.ts'
import { between, chance, exponential, type Random, randomOf } from './prng.ts'

const POSTS_PER_WEEK = 0.035
const ANSWERED = 0.85
const FIRST_POST_ANSWERED = 0.65
const MEAN_HOURS_TO_ANSWER = 20

/** Acts that need nobody else, and how often an average member does them in a week. */
const ALONE: readonly Readonly<{ what: CommunityAct; weekly: number; sociability: number }>[] = [
  { what: 'reacted', weekly: 0.06, sociability: 0 },
  { what: 'volunteered', weekly: 0.012, sociability: 1 },
  { what: 'committee', weekly: 0.004, sociability: 2 },
  { what: 'mentored', weekly: 0.008, sociability: 1.5 },
  { what: 'referred', weekly: 0.003, sociability: 0.5 },
]

/**
 * The members' forum, for everybody at once: a question needs somebody who answers.
 * A first question that nobody answers makes its author likelier to drift away (hazard.ts).
 */
export function* communityWeek(lives: readonly Life[], week: Week): Generator<Happening> {
  const random = randomOf(week.seed, 'community', week.index)
  const active = lives.filter((life) => life.status === 'active')
  const answering = active.filter((life) => life.person.sociability > 0.8 && life.driftSince === undefined)
  for (const life of active) yield* ownWeek(life, week, answering, random)
}

function* ownWeek(life: Life, week: Week, answering: readonly Life[], random: Random): Generator<Happening> {
  const { person } = life
  const level = person.sociability * activityOf(life, week)
  for (const { what, weekly, sociability } of ALONE) {
    if (person.sociability < sociability || !chance(random, Math.min(0.9, weekly * level))) continue
    yield {
      kind: 'community',
      what,
      at: momentIn(week, person, random),
      who: { memberId: person.memberId },
      topic: `week-${week.index}`,
    }
    tally(life.belonging)
  }
  if (!chance(random, Math.min(0.9, POSTS_PER_WEEK * level))) return
  const topic = `topic-${week.index}-${person.number}`
  const at = momentIn(week, person, random)
  yield { kind: 'community', what: 'posted', at, who: { memberId: person.memberId }, topic }
  tally(life.belonging)
  yield* answers({ author: life, at, topic }, answering, random)
}

type Question = Readonly<{ author: Life; at: number; topic: string }>

function* answers(question: Question, answering: readonly Life[], random: Random): Generator<Happening> {
  const { author, topic } = question
  author.posts += 1
  if (!chance(random, author.posts === 1 ? FIRST_POST_ANSWERED : ANSWERED)) {
    if (author.posts === 1) author.ignored = true
    return
  }
  for (let left = 1 + Math.floor(random() * 3); left > 0; left -= 1) {
    const helper = answering[Math.floor(random() * answering.length)]
    if (helper === undefined || helper === author) continue
    const at = question.at + Math.ceil((between(random, 0.1, 1) + exponential(random, MEAN_HOURS_TO_ANSWER)) * HOUR_MS)
    const [asker, replier] = [author.person.memberId, helper.person.memberId]
    yield { kind: 'community', what: 'replied', at, who: { memberId: replier }, topic, other: asker }
    yield { kind: 'community', what: 'reply-received', at, who: { memberId: asker }, topic, other: replier }
    tally(helper.belonging)
    tally(author.belonging)
    if (chance(random, 0.3)) {
      yield {
        kind: 'community',
        what: 'reaction-received',
        at: at + HOUR_MS,
        who: { memberId: replier },
        topic,
        other: asker,
      }
    }
  }
}
