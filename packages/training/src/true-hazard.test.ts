import { auc, calibrationSlope } from '@perennial/learning'
import { DAY_MS } from '@perennial/member'
import { expect, test } from 'vitest'
import { backtest } from './backtest.ts'
import { at, chance, csv, historyIn, LEFT, type Row } from './history.fixture.ts'

const [MEMBERS, YEARS] = [7_000, 5]
const YEAR_DAYS = 365

type Member = { id: string; keen: number; joined: number; left: number | undefined; hazard: number | undefined }

/**
 * An association whose members make up their minds at the end of each year, by what the year showed: the true hazard
 * is known, and all that it rests on is in the history. They leave on some day of the next year. Keenness is out of
 * sight and changes.
 */
function decidingAssociation(seed: number) {
  const random = chance(seed)
  const activity: Row[] = []
  const members: Member[] = Array.from({ length: MEMBERS }, (_, m) => ({
    id: `M${String(m).padStart(5, '0')}`,
    keen: 3 * random() ** 2,
    joined: -YEAR_DAYS * Math.floor(1 + YEARS * random()) - 364 * random(),
    left: undefined,
    hazard: undefined,
  }))
  const doing = (one: Member, [from, to]: readonly [number, number], [stream, action, rate]: Kind) => {
    let [day, count] = [Math.max(from, one.joined), 0]
    for (;;) {
      day -= Math.log(1 - random()) / rate
      if (day >= to) return count
      activity.push([one.id, at(day), stream, action])
      count++
    }
  }
  for (let year = -YEARS - 1; year <= 0; year++)
    for (const one of members.filter(({ joined, left }) => joined < year * YEAR_DAYS && left === undefined)) {
      const span = [(year - 1) * YEAR_DAYS, year * YEAR_DAYS] as const
      const came = doing(one, span, ['meeting', 'came', one.keen / 60])
      const missed = doing(one, span, ['meeting', 'missed', 1 / 200])
      const read = doing(one, span, ['email-activity', 'clicked', (0.3 + one.keen) / 60])
      const z = 0.6 - 0.9 * Math.log1p(came) - 0.4 * Math.log1p(read) + 0.9 * Math.log1p(missed)
      one.hazard = 1 / (1 + Math.exp(-z))
      if (random() < one.hazard) one.left = year * YEAR_DAYS + 1 + 360 * random()
      one.keen *= 0.5 + random()
    }
  // The last day of the records.
  activity.push(['Z', at(YEAR_DAYS), 'office', 'closed'])
  return { activity, members }
}

type Kind = readonly [stream: string, action: string, perDay: number]

test(
  'of members whose true hazard is known, the model ranks nearly as well, and is as sure',
  { timeout: 120_000 },
  async () => {
    const { activity, members } = decidingAssociation(3)
    const rows = members.map(({ id, joined, left }) => [id, at(joined), left === undefined ? '' : at(left)])
    const history = await historyIn({
      'activity.csv': csv('member_id,at,stream,action', activity),
      'members.csv': csv('member_id,joined_at,left_at', rows),
    })
    const horizonMs = YEAR_DAYS * DAY_MS
    const trainAt = [-3, -2, -1].map((year) => Date.parse(at(year * YEAR_DAYS)))
    const result = backtest(history, { task: { ...LEFT, horizonMs }, testAt: Date.parse(at(0)), trainAt })
    const hazards = new Map(members.map(({ id, hazard }) => [id, hazard]))
    const tested = result.lesson.test?.population.members ?? []
    const truth = Float64Array.from(tested, (m) => {
      const p = hazards.get(history.members[m] ?? '') ?? Number.NaN
      return Math.log(p / (1 - p))
    })
    // What became of each is one throw of the dice. Ten more for each say the same with a third of the noise.
    const random = chance(99)
    const ten = <A extends Float64Array>(values: A) =>
      Float64Array.from({ length: 10 * values.length }, (_, i) => values[i % values.length] ?? 0)
    const labels = Uint8Array.from(ten(truth), (z) => (random() < 1 / (1 + Math.exp(-z)) ? 1 : 0))
    const logits = ten(result.logits)
    expect(auc(ten(truth), labels) - auc(logits, labels)).toBeLessThan(0.01)
    const { slope } = calibrationSlope(logits, labels)
    expect(slope).toBeGreaterThan(0.9)
    expect(slope).toBeLessThan(1.1)
  },
)
