import { type FileReport, type History, readHistory, type Task, unknownIgnored } from '@perennial/history'
import type { Context } from '../context.ts'
import { count, number } from '../terminal/words.ts'
import type { Progress } from '../terminal/progress.ts'

export type FolderOptions = Readonly<{
  /** Share of rows that cannot be read and are put up with, in percent. */
  maxBadPercent: number
}>

/** Reads a history folder with a progress bar for each file, and says what was left out of it. */
export async function readFolder(context: Context, folder: string, options: FolderOptions): Promise<History> {
  const bars = new Map<string, Progress>()
  const history = await readHistory(folder, {
    now: context.now(),
    maxBadShare: options.maxBadPercent / 100,
    onProgress: ({ file, bytes, totalBytes, rows }) => {
      const bar = bars.get(file) ?? context.progress(`Read ${file}`)
      bars.set(file, bar)
      bar.update(rows, bytes >= totalBytes ? rows : Math.round((rows * totalBytes) / Math.max(1, bytes)))
    },
  })
  for (const bar of bars.values()) bar.finish()
  for (const line of remarksOn(history)) context.note(line)
  return history
}

/** An action that is to be ignored, and that nobody did, may be a slip of the pen. */
export function noteUnknownActions(context: Context, history: History, { ignored }: Task): void {
  for (const name of unknownIgnored(history, ignored))
    context.note(`--ignore-action ${name}: the history has no such action.`)
}

/** What somebody who gave the folder should know of the reading. */
function remarksOn({ report }: History): readonly string[] {
  return [
    ...report.files.flatMap(badRows),
    ...report.files.flatMap(({ file, ignoredColumns }) =>
      ignoredColumns.length === 0 ? [] : [`${file}: ignored columns ${ignoredColumns.join(', ')}.`],
    ),
    ...(report.duplicates === 0 ? [] : [`${count(report.duplicates, 'repeated fact')} left out.`]),
    ...(report.traitsLeftOut.length === 0
      ? []
      : [`traits.csv: left out ${report.traitsLeftOut.join(', ')}, which are ids or free text.`]),
  ]
}

function badRows({ file, rows, bad, badByReason, firstBad }: FileReport): readonly string[] {
  if (bad === 0) return []
  const lines = firstBad.slice(0, 5).map(({ line, reason }) => `  ${file}:${line}  ${reason}`)
  const reasons = Object.entries(badByReason).map(([reason, n]) => `${number(n)} × ${reason}`)
  return [`${file}: ${count(bad, 'row')} of ${number(rows)} could not be used: ${reasons.join('; ')}.`, ...lines]
}
