import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { History } from './history.ts'
import { type HistoryOptions, readHistory } from './read-history.ts'

/** The files of a history folder by name, as text or as the bytes they are. */
export type Files = Readonly<Record<string, string | Uint8Array>>

/** Runs `use` on a folder with these files, and removes it. */
export async function inFolder<T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-history-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The history in these files. */
export function historyIn(files: Files, options: HistoryOptions = {}): Promise<History> {
  return inFolder(files, (folder) => readHistory(folder, options))
}

export const ACTIVITY = 'member_id,at,stream,action'

/** Lines of a CSV file. */
export function csv(header: string, ...lines: readonly string[]): string {
  return [header, ...lines, ''].join('\n')
}

/** A fact of the history, readably. */
export function factsIn(history: History): string[] {
  const { facts, members, actions } = history
  return members.flatMap((id, m) =>
    Array.from({ length: (facts.starts[m + 1] ?? 0) - (facts.starts[m] ?? 0) }, (_, n) => {
      const i = (facts.starts[m] ?? 0) + n
      const { stream, action } = actions[facts.action[i] ?? 0] ?? { stream: '?', action: '?' }
      const value = facts.value === undefined || Number.isNaN(facts.value[i]) ? '' : ` ${facts.value[i]}`
      return `${id} ${new Date(facts.at[i] ?? 0).toISOString().slice(0, 10)} ${stream}.${action}${value}`
    }),
  )
}
