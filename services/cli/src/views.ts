import { type AtRisk, type AtRiskMember, type AtRiskQuery, listAtRisk } from '@perennial/reporting'
import { readModels, readScorer, readVocabulary } from '@perennial/deployment'
import type { Vocabulary } from '@perennial/member'
import type { Scorer } from '@perennial/risk'
import {
  createAlerts,
  createMemberReader,
  createModelStore,
  createRiskProjection,
  type Env,
  type Platform,
  readEnv,
} from '@perennial/runtime'
import type { Context } from './context.ts'
import type { Style } from './terminal/style.ts'
import { type Column, renderTable } from './terminal/table.ts'
import { number, percent } from './terminal/words.ts'

/** The signals that the settings name: those that all services know. */
export function vocabularyOf(env: Env): Vocabulary {
  return readVocabulary(readEnv(env, (from) => from.optional('PERENNIAL_SIGNALS')))
}

/** The scorer that the settings name, whatever was promoted. */
export function settingsScorer(env: Env): Scorer {
  return readScorer(
    readEnv(env, (from) => from.optional('PERENNIAL_MODEL')),
    vocabularyOf(env),
  )
}

/** What is needed to know the models that scoring uses. */
export function modelsDeps({ redis, namespace }: Pick<Platform, 'redis' | 'namespace'>, env: Env) {
  const file = readEnv(env, (from) => from.optional('PERENNIAL_MODEL'))
  return { store: createModelStore(redis('command'), namespace), file, vocabulary: vocabularyOf(env) }
}

/** The scorer that scoring uses: of the model that was promoted last, else of the one that the settings name. */
export async function scorerOf(platform: Platform, env: Env): Promise<Scorer> {
  return (await readModels(modelsDeps(platform, env))).models.current
}

/** The members at risk, from Redis. */
export async function readAtRisk(platform: Platform, env: Env, query: Omit<AtRiskQuery, 'offset'>): Promise<AtRisk> {
  const { namespace, partitions, clock } = platform
  const redis = platform.redis('command')
  const sources = {
    risks: createRiskProjection(redis, namespace, partitions.activity),
    members: createMemberReader(redis, namespace, partitions.activity, vocabularyOf(env)),
    alerts: createAlerts(redis, namespace),
    scorer: await scorerOf(platform, env),
    clock,
  }
  return listAtRisk(sources, { ...query, offset: 0 })
}

type Shown = Column & Readonly<{ of: (member: AtRiskMember, style: Style) => string }>

const UNKNOWN = '–'

const COLUMNS: readonly Shown[] = [
  { title: 'member', of: ({ memberId }) => memberId },
  { title: 'chapter', of: ({ chapter }) => chapter ?? UNKNOWN },
  { title: 'risk', align: 'right', of: ({ lapseRisk }) => percent(lapseRisk) },
  { title: 'band', of: ({ band }, { red, yellow }) => (band === 'high' ? red(band) : yellow(band)) },
  { title: 'until', of: ({ horizon }) => horizon.at.slice(0, 10) },
  { title: 'at stake', align: 'right', of: ({ valueAtRisk }) => (valueAtRisk === 0 ? UNKNOWN : number(valueAtRisk)) },
  { title: 'why', of: ({ reasons }) => reasons.join('; ') },
]

/**
 * The at-risk list as a table: who, how likely until when, how much is at stake, and why.
 * A column in which nothing is known of anybody is left out.
 */
export function atRiskTable({ members }: AtRisk, { style, width }: Pick<Context, 'style' | 'width'>): string {
  const columns = COLUMNS.filter(({ of }) => members.some((member) => of(member, style) !== UNKNOWN))
  const rows = members.map((member) => columns.map(({ of }) => of(member, style)))
  return renderTable(columns, rows, width)
}
