import { writeFile } from 'node:fs/promises'
import type { Role } from '@perennial/playbooks'
import { isoWeek, lastWeek, readDigest, roleDigest } from '@perennial/reporting'
import {
  createAlerts,
  createLedger,
  createMemberReader,
  createPartitionStore,
  createRiskProjection,
  Fault,
} from '@perennial/runtime'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { aimsOf } from '../report.ts'
import { scorerOf } from '../views.ts'
import { outputFile } from './output-file.ts'

export type DigestOptions = Readonly<{ role: Role; week: string | undefined; out: string | undefined }>

/** Tells what a week came to, for a role, as Markdown. */
export async function digest(context: Context, life: Life, { role, week, out }: DigestOptions): Promise<void> {
  const stretch = week === undefined ? lastWeek(context.now()) : isoWeek(week)
  if (stretch === undefined) throw new Fault('usage', `--week is '${week}': it must be a week such as 2026-W48.`)
  if (stretch.from > context.now())
    throw new Fault('usage', `--week is '${week}', which has not begun: without --week it is the last one.`)
  const path = out === undefined ? undefined : await outputFile(context.cwd, out, '--out')
  const aims = aimsOf(context)
  const platform = await connect(context, life, { log: false })
  const { namespace, clock, redis } = platform
  const { activity } = platform.partitions
  const connection = redis('command')
  const bar = context.progress('Members')
  const deps = {
    ...aims,
    clock,
    ledger: createLedger(connection, platform),
    store: createPartitionStore(connection, namespace),
    risks: createRiskProjection(connection, namespace, activity),
    members: createMemberReader(connection, namespace, activity, aims.vocabulary),
    alerts: createAlerts(connection, namespace),
    scorer: await scorerOf(platform, context.env),
    partitions: activity,
    progress: (members: number) => bar.update(members),
  }
  const numbers = await readDigest(deps, stretch)
  bar.finish()
  const { subject, markdown } = roleDigest(role, numbers)
  const text = `# ${subject}\n\n${markdown}\n`
  if (path !== undefined) await writeFile(path, text)
  if (context.json) return context.out(JSON.stringify({ role, subject, markdown, ...numbers }))
  context.out(path === undefined ? text.trimEnd() : `Written: ${path}`)
}
