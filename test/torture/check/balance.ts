import { readBlock, STREAM_CODES } from '@perennial/member'
import { deadTopicOf, SOURCE_NAMES, topicOf } from '@perennial/streams'
import type { Tally } from '../../e2e/reference/reference.ts'
import type { LogCopy } from './log-copy.ts'
import { type Place, placeOf, type Truth } from './truth.ts'

export type Balance = Readonly<{ produced: number }> & Readonly<Tally>

/** What was really done with the source records: which have made facts, and which were set aside. */
export type Done = Readonly<{
  applied: ReadonlySet<Place>
  dead: ReadonlySet<Place>
  /** Of the dead, those for which the registry has given a schema that they were not written with. */
  misread: ReadonlySet<Place>
}>

const MISREAD = /^Schema \d+ (cannot be read|is not usable)/

/** Which records were applied and set aside, by the places that facts and dead letters name. */
export async function whatWasDone(copy: LogCopy): Promise<Done> {
  const topics = new Map<number, string>(SOURCE_NAMES.map((name) => [STREAM_CODES[name], topicOf(name)]))
  const applied = new Set<Place>()
  for (const { value } of await copy.catchUp(topicOf('member-activity')))
    for (const { source } of value === null ? [] : readBlock(value)) {
      const topic = topics.get(source.stream)
      // What scoring forwards names no source topic.
      if (topic !== undefined) applied.add(placeOf(topic, source.partition, source.offset))
    }
  const dead = new Set<Place>()
  const misread = new Set<Place>()
  for (const name of SOURCE_NAMES)
    for (const { headers } of await copy.catchUp(deadTopicOf(name))) {
      const text = (header: string) => String(headers?.[`perennial.errors.${header}`])
      const place = placeOf(text('topic'), Number(text('partition')), Number(text('offset')))
      dead.add(place)
      if (MISREAD.test(text('exception.message'))) misread.add(place)
    }
  return { applied, dead, misread }
}

/** produced = applied + deduplicated + dropped + dead, record by record; what does not fit, a line each. */
export function balanceFaults(
  { verdicts }: Pick<Truth, 'verdicts'>,
  { applied, dead }: Pick<Done, 'applied' | 'dead'>,
): string[] {
  const wrong = [...verdicts].flatMap(([place, verdict]) => {
    const [isApplied, isDead] = [applied.has(place), dead.has(place)]
    if (isApplied === (verdict === 'used') && isDead === (verdict === 'dead')) return []
    return [
      `${place} is ${isApplied ? 'applied' : isDead ? 'dead' : 'neither applied nor dead'}, and must be ${verdict}`,
    ]
  })
  const unknown = [...applied, ...dead].filter((place) => !verdicts.has(place))
  return [...wrong, ...unknown.map((place) => `${place} is not in the log`)]
}

export function balanceOf({ verdicts }: Pick<Truth, 'verdicts'>): Balance {
  const balance = { produced: verdicts.size, used: 0, repeated: 0, dropped: 0, dead: 0 }
  for (const verdict of verdicts.values()) balance[verdict]++
  return balance
}
