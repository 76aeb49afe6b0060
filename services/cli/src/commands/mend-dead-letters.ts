import { userInfo } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { createLetterDesk, Fault, type LetterAction, whenReady } from '@perennial/runtime'
import { deadTopicOf, SOURCE_NAMES, type SourceName, topicOf } from '@perennial/streams'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import { deadTopicNamed } from '../dead/letters.ts'
import { createMend } from '../dead/mending.ts'
import { type ReplayCounts, replayLetters, type Sample } from '../dead/replay-letters.ts'
import { toldOf, type Transformation } from '../dead/transformation.ts'
import type { Life } from '../lifecycle.ts'
import { renderTable } from '../terminal/table.ts'
import { count, instant } from '../terminal/words.ts'

export type MendRequest = Readonly<{
  action: LetterAction['action']
  stream: string
  transformation: Transformation
  schema: number | undefined
  cause: string | undefined
  rate: number
  /** False: show what would be done. */
  act: boolean
}>

/** Replays, repairs or drops the dead letters of a stream that have not been handled, or shows what that would do. */
export async function mendDeadLetters(context: Context, life: Life, request: MendRequest): Promise<void> {
  const { action, act, cause, transformation, schema } = request
  const name = sourceNamed(request.stream)
  const platform = await connect(context, life, { log: true })
  const redis = platform.redis('command')
  await whenReady(redis)
  const desk = createLetterDesk(redis, platform.namespace)
  const mend = await createMend({ schemas: platform.schemas, env: context.env, now: context.now }, name, {
    transformation,
    schema,
  })
  const progress = context.progress('Dead letters')
  const deps = {
    log: platform.log,
    desk,
    mend,
    now: context.now,
    pause: (ms: number) => setTimeout(ms),
    progress: (seen: number, total: number) => progress.update(seen, total),
  }
  const topics = { dead: deadTopicOf(name), source: topicOf(name) }
  const { counts, samples } = await replayLetters(deps, {
    ...topics,
    cause,
    rate: request.rate,
    dry: !act,
    act: action === 'drop' ? 'drop' : 'send',
  })
  progress.finish()
  if (act) {
    const what = [toldOf(transformation), schema === undefined ? '' : `schema ${schema}`, cause ?? '']
    const told = what.filter((part) => part !== '').join('; ')
    await desk.log({ at: context.now(), by: userInfo().username, action, topic: topics.dead, what: told, counts })
  }
  if (context.json)
    return context.out(JSON.stringify({ topic: topics.dead, action, acted: act, counts, samples: samples.map(plain) }))
  if (!act) for (const sample of samples) context.out(sampleText(sample))
  context.out(countsText(request, counts))
}

/** The log of what was done about dead letters, latest first. */
export async function deadLetterActions(context: Context, life: Life, limit: number): Promise<void> {
  const platform = await connect(context, life, { log: false })
  const redis = platform.redis('command')
  await whenReady(redis)
  const actions = await createLetterDesk(redis, platform.namespace).actions(limit)
  if (context.json) return context.out(JSON.stringify({ actions }))
  if (actions.length === 0) return context.out('Nothing has been done about dead letters.')
  const columns = ['when', 'who', 'did', 'topic', 'what', 'records'].map((title) => ({ title }))
  const rows = actions.map(({ at, by, action, topic, what, counts }) => [
    instant(at),
    by,
    action,
    topic,
    what,
    Object.entries(counts)
      .map(([kind, number]) => `${kind} ${number}`)
      .join(', '),
  ])
  context.out(renderTable(columns, rows, context.width))
}

function sourceNamed(stream: string): SourceName {
  const topic = deadTopicNamed(stream)
  const name = SOURCE_NAMES.find((each) => deadTopicOf(each) === topic)
  if (name !== undefined) return name
  throw new Fault('usage', `${topic} holds what was made of records: replay the records of the source streams instead.`)
}

function plain({ partition, offset, mended }: Sample) {
  const { kind, changes } = mended
  return { partition, offset, kind, ...(mended.kind === 'unusable' ? { why: mended.why } : {}), changes }
}

function sampleText({ partition, offset, mended }: Sample): string {
  const changes = mended.changes.flatMap(({ path, before, after }) => [
    ...(before === undefined ? [] : [`  - ${path}: ${JSON.stringify(before)}`]),
    ...(after === undefined ? [] : [`  + ${path}: ${JSON.stringify(after)}`]),
  ])
  const verdict = mended.kind === 'usable' ? 'can be used' : `still cannot be used: ${mended.why}`
  return [`${partition} ${offset}  ${verdict}`, ...changes].join('\n')
}

function countsText({ action, act }: MendRequest, { done, handled, other, unusable }: ReplayCounts): string {
  const verb = action === 'drop' ? 'dropped' : 'sent to the stream again'
  return [
    `${count(done, 'record')} ${act ? verb : `would be ${verb}`}`,
    ...(handled > 0 ? [`${handled} handled before`] : []),
    ...(other > 0 ? [`${other} of other causes`] : []),
    ...(unusable > 0 ? [`${unusable} still cannot be used`] : []),
    ...(act ? [] : ['nothing was changed: --yes does it']),
  ].join('; ')
}
