import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { scorerFrom } from '@perennial/deployment'
import {
  BY_SETTINGS,
  Fault,
  messageOf,
  type Platform,
  promoted,
  rolledBack,
  shadowed,
  type StoredModel,
  type StoredModels,
} from '@perennial/runtime'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { found } from '../exit.ts'
import type { Life } from '../lifecycle.ts'
import { modelsDeps, settingsScorer, vocabularyOf } from '../views.ts'

/** Scores by a model file, or by the shadow, from now on. */
export async function promoteModel(
  context: Context,
  life: Life,
  { file, shadow }: Readonly<{ file: string | undefined; shadow: boolean }>,
): Promise<void> {
  if ((file === undefined) === !shadow) throw new Fault('usage', 'Name a model file, or say --shadow.')
  const given = file === undefined ? undefined : storedFrom(context, file)
  const platform = await connect(context, life, { log: false })
  const models = await change(context, platform, (known) => {
    const model = given ?? known.shadow
    if (model === undefined) throw found('There is no shadow model to promote.')
    if (isCurrent(context, known, model)) throw found(`'${model.id}' is the current model already.`)
    return promoted(known, { ...model, at: context.now(), by: nameOf(context) })
  })
  answer(context, models, `${models.current?.id} scores from now on; before: ${named(models.previous)}.`)
}

export async function rollBackModel(context: Context, life: Life): Promise<void> {
  const platform = await connect(context, life, { log: false })
  const models = await change(context, platform, (known) => {
    const back = rolledBack(known)
    if (back === undefined) throw found('Nothing was ever promoted: there is no model to go back to.')
    return back
  })
  answer(context, models, `${named(models.current ?? BY_SETTINGS)} scores again; before: ${named(models.previous)}.`)
}

export async function shadowModel(
  context: Context,
  life: Life,
  { file, off }: Readonly<{ file: string | undefined; off: boolean }>,
): Promise<void> {
  if ((file === undefined) === !off) throw new Fault('usage', 'Name a model file, or say --off.')
  const given = file === undefined ? undefined : storedFrom(context, file)
  const platform = await connect(context, life, { log: false })
  const models = await change(context, platform, (known) => {
    if (given === undefined && known.shadow === undefined) throw found('There is no shadow model.')
    if (given !== undefined && isCurrent(context, known, given))
      throw found(`'${given.id}' is the current model already.`)
    return shadowed(known, given)
  })
  answer(
    context,
    models,
    models.shadow === undefined
      ? 'No shadow model runs any more.'
      : `${models.shadow.id} runs beside the current model.`,
  )
}

/** Whether this is the current model. Throws where one of those known has its id and is another: every score names its model. */
function isCurrent({ env }: Context, { current, previous, shadow }: StoredModels, { id, json }: StoredModel): boolean {
  const stored = [current, previous, shadow].filter((one) => one !== undefined && one !== BY_SETTINGS)
  if (stored.some((one) => one.id === id && canonical(one.json) !== canonical(json)))
    throw new Fault('usage', `Another model has the id '${id}' already: give the file an id of its own.`)
  return id === (current?.id ?? settingsScorer(env).model.id)
}

const canonical = (json: string): string => JSON.stringify(JSON.parse(json))

/** A model file, once it is known to be sound for the signals of this deployment. Throws a Fault with everything wrong, by path. */
function storedFrom(context: Context, file: string): StoredModel {
  const path = resolve(context.cwd, file)
  const json = readModelFile(path)
  const { model } = scorerFrom(JSON.parse(json), vocabularyOf(context.env), `'${file}' was read`)
  return { id: model.id, json, by: nameOf(context), at: context.now() }
}

function readModelFile(path: string): string {
  try {
    return JSON.stringify(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw new Fault('usage', `'${path}' cannot be read as JSON: ${messageOf(error)}`, { cause: error })
  }
}

async function change(
  context: Context,
  platform: Platform,
  to: (known: StoredModels) => StoredModels,
): Promise<StoredModels> {
  const { store } = modelsDeps(platform, context.env)
  const { revision, models } = await store.read()
  const next = to(models)
  if (await store.write(next, revision)) return next
  throw new Fault('usage', 'Somebody else has just changed the models: look at `perennial model show`, and try again.')
}

function nameOf({ env }: Context): string {
  return env['USER'] ?? env['LOGNAME'] ?? userInfo().username
}

/** A model as a person names it. */
function named(model: StoredModel | typeof BY_SETTINGS | undefined): string {
  if (model === undefined) return 'none'
  return model === BY_SETTINGS ? 'the model that the settings name' : model.id
}

function answer(context: Context, models: StoredModels, sentence: string): void {
  if (context.json) context.out(JSON.stringify(summaryOf(models)))
  else context.out(sentence)
}

type Summary = Readonly<{ source: 'settings' } | { source: 'promoted'; id: string; by: string; at: string }>

/** Which models there are, without the files. */
export function summaryOf({ current, previous, shadow }: StoredModels) {
  const short = (model: StoredModel | typeof BY_SETTINGS | undefined): Summary | null => {
    if (model === undefined) return null
    if (model === BY_SETTINGS) return { source: BY_SETTINGS }
    return { source: 'promoted', id: model.id, by: model.by, at: new Date(model.at).toISOString() }
  }
  return { current: short(current ?? BY_SETTINGS), previous: short(previous), shadow: short(shadow) }
}
