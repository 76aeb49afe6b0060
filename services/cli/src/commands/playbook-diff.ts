import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { playFiles, playsFrom, SHIPPED_PLAYS } from '@perennial/deployment'
import { readDispatcherConfig } from '@perennial/dispatcher'
import { diffFiles, type FileDiff, parsePlaybook, type SourceFile } from '@perennial/playbooks'
import { Fault, messageOf } from '@perennial/runtime'
import type { Context } from '../context.ts'
import { vocabularyOf } from '../views.ts'

/** Words that stand for a folder. */
const CURRENT = 'current'
const SHIPPED = 'shipped'

/** Says what changes from one set of plays, or one play, to another. Both must be in order. */
export async function diffPlaybooks(context: Context, from: string, to: string | undefined): Promise<void> {
  // With one name only it is the set in force that would change.
  const [before, after] = to === undefined ? [CURRENT, from] : [from, to]
  const [old, young] = [read(context, before), read(context, after)]
  const diffs = diffFiles(old.one === undefined ? only(old, young.one) : old.files, only(young, old.one))
  if (context.json) return context.out(JSON.stringify({ from: old.path, to: young.path, playbooks: diffs }))
  context.out(diffs.length === 0 ? 'The plays are the same.' : diffs.map((diff) => text(context, diff)).join('\n\n'))
}

/** `one`: the name of the play, where it is a single file. */
type Side = Readonly<{ path: string; files: readonly SourceFile[]; one: string | undefined }>

function read({ env, cwd }: Context, name: string): Side {
  const path = pathOf(name)
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory()
  if (isFolder === undefined)
    throw new Fault(
      'usage',
      `'${name}' is not there. Name a folder of plays or the file of one, or say ${CURRENT} or ${SHIPPED}.`,
    )
  const files = isFolder ? filesIn(path, name) : [{ file: path, text: textOf(path) }]
  const { playbooks } = playsFrom(files, vocabularyOf(env))
  return { path, files, one: isFolder ? undefined : playbooks[0]?.name }

  function filesIn(folder: string, said: string): readonly SourceFile[] {
    return said === CURRENT ? playFiles(folder) : playFiles(folder, 'A folder to compare')
  }

  function pathOf(said: string): string {
    if (said === CURRENT) return readDispatcherConfig(env).playbooks
    return said === SHIPPED ? SHIPPED_PLAYS : resolve(cwd, said)
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Fault('usage', `${path} cannot be read: ${messageOf(cause)}.`, { cause })
  }
}

/** A play is compared with the play of its name, and not with a whole set. */
function only({ files }: Side, play: string | undefined): readonly SourceFile[] {
  return play === undefined
    ? files
    : files.filter(({ file, text: source }) => parsePlaybook(file, source).playbook?.name === play)
}

const MARKS = { added: '+', removed: '-', changed: '~' } as const

function text({ style }: Context, { name, kind, changes }: FileDiff): string {
  const what = { added: 'is new', removed: 'is gone', changed: 'changes' }[kind]
  const lines = changes.map(({ where, before, after }) => {
    if (kind === 'added') return `    ${where}: ${after}`
    if (kind === 'removed') return `    ${where}: ${before}`
    if (before === undefined) return `    ${where}: ${style.green(String(after))} (new)`
    return after === undefined
      ? `    ${where}: ${style.red(before)} (left out)`
      : `    ${where}: ${style.red(before)} → ${style.green(after)}`
  })
  return [`${MARKS[kind]} ${style.bold(name)} ${what}`, ...lines].join('\n')
}
