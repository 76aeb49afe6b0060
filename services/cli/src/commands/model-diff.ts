import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readModels, scorerFrom } from '@perennial/deployment'
import { createRowSampler, Fault, messageOf, type Platform } from '@perennial/runtime'
import { compareOnSample } from '@perennial/scoring'
import type { Model, Scorer } from '@perennial/risk'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { renderTable } from '../terminal/table.ts'
import { count, number } from '../terminal/words.ts'
import { modelsDeps } from '../views.ts'

/** Prints what two models do differently: in their files, and with the members of today. */
export async function modelDiff(context: Context, life: Life, nameA: string, nameB: string): Promise<void> {
  const platform = await connect(context, life, { log: false })
  const [a, b] = [await scorerNamed(context, platform, nameA), await scorerNamed(context, platform, nameB)]
  const { namespace, partitions } = platform
  const vocabulary = a.vocabulary
  const sampler = createRowSampler(platform.redis('command'), namespace, partitions.activity, vocabulary)
  const members = await compareOnSample(sampler, a, b, context.now())
  const features = featuresOf(a.model, b.model)
  const settings = (['calibration', 'bands', 'prior'] as const).map((name) => ({
    name,
    a: a.model[name],
    b: b.model[name],
    same: JSON.stringify(a.model[name]) === JSON.stringify(b.model[name]),
  }))
  const diff = {
    a: a.model.id,
    b: b.model.id,
    features,
    ...Object.fromEntries(settings.map(({ name, ...rest }) => [name, rest])),
    members,
  }
  if (context.json) return context.out(JSON.stringify(diff))
  const shown = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(4))
  const columns = [{ title: 'feature' }, { title: a.model.id, align: 'right' as const }, { title: b.model.id }]
  context.out(
    renderTable(
      columns,
      features.map(({ name, a: left, b: right }) => [name, shown(left), shown(right)]),
      context.width,
    ),
  )
  for (const { name, same, ...values } of settings)
    context.out(same ? `${name}: the same` : `${name}: ${shortly(values.a)} → ${shortly(values.b)}`)
  const { rankCorrelation, wouldRise, wouldFall } = members
  context.out(
    members.members === 0
      ? 'No members are known here to compare them on.'
      : `On ${count(members.members, 'member')}: rank correlation ${rankCorrelation?.toFixed(3) ?? 'not known'}; with ${b.model.id} ${number(wouldRise)} would rise to a higher band, ${number(wouldFall)} fall to a lower one.`,
  )
}

/** `current`, `shadow`, or a file. */
async function scorerNamed(context: Context, platform: Platform, name: string): Promise<Scorer> {
  const deps = modelsDeps(platform, context.env)
  if (name === 'current' || name === 'shadow') {
    const { models } = await readModels(deps)
    const scorer = models[name]
    if (scorer === undefined) throw new Fault('found', 'There is no shadow model.')
    return scorer
  }
  return scorerFrom(readJsonFile(resolve(context.cwd, name)), deps.vocabulary, `'${name}' was read`)
}

function readJsonFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Fault('usage', `'${path}' cannot be read as JSON: ${messageOf(error)}`, { cause: error })
  }
}

/** Every feature of either model with its weight per unit of the feature; of trees, which have none, only that it is used: 1. */
function featuresOf(a: Model, b: Model): { name: string; a: number | undefined; b: number | undefined }[] {
  const weights = (model: Model) =>
    new Map(
      model.form === 'hazard'
        ? model.features.map(({ name, weight, sd }) => [name, weight / sd])
        : model.features.map(({ name }) => [name, 1]),
    )
  const [left, right] = [weights(a), weights(b)]
  const names = new Set([...left.keys(), ...right.keys()])
  return [...names].map((name) => ({ name, a: left.get(name), b: right.get(name) }))
}

function shortly(value: unknown): string {
  return JSON.stringify(value).slice(0, 160)
}
