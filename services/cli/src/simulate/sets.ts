import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { playsFrom, playFiles } from '@perennial/deployment'
import type { Vocabulary } from '@perennial/member'
import { parsePlaybook, type Plays, type SourceFile } from '@perennial/playbooks'
import { Fault, messageOf } from '@perennial/runtime'

export type SetOptions = Readonly<{
  /** A play by name, or its file; undefined: the whole set. */
  play: string | undefined
  /** The folder of plays to try; undefined: the one in force. */
  folder: string | undefined
  /** The folder in force. */
  inForce: string
  /** As if every play were switched on. */
  all: boolean
  /** Whether to run the set in force as well. */
  diff: boolean
  cwd: string
  vocabulary: Vocabulary
}>

/** What a set of plays is made from. */
export type PlayTexts = Readonly<{
  files: readonly SourceFile[]
  /** Names of the plays that are switched on. */
  on: readonly string[]
}>

export type PlaySet = Readonly<{ plays: Plays; texts: PlayTexts }>

/** Sets of plays to be run side by side. */
export type Sets = Readonly<{
  /** What is tried, and the names of the plays that it is about. */
  tried: PlaySet
  subjects: readonly string[]
  /** The same without the one play that it is about. */
  without: PlaySet | undefined
  /** As plays are switched on now. */
  current: PlaySet | undefined
}>

/** What to simulate. Throws a Fault: `usage` where there is no such play, `config` where files are not in order. */
export function setsOf(options: SetOptions): Sets {
  const { folder, inForce, vocabulary, cwd, all, diff } = options
  const texts = folder === undefined ? playFiles(inForce) : playFiles(resolve(cwd, folder), '--playbooks')
  const current = diff ? setFrom(playFiles(inForce), vocabulary, ({ enabled }) => enabled) : undefined
  const isOn: IsOn = ({ enabled }) => all || enabled
  if (options.play === undefined) {
    const tried = setFrom(texts, vocabulary, isOn)
    return { tried, subjects: tried.texts.on, without: undefined, current }
  }
  const file = fileOf(resolve(cwd, options.play), options.play)
  const files = file === undefined ? texts : [...withoutPlay(texts, file), file]
  const { playbooks } = playsFrom(files, vocabulary)
  const name = file === undefined ? options.play : nameIn(file)
  if (name === undefined || !playbooks.some((play) => play.name === name))
    throw new Fault(
      'usage',
      `There is no playbook '${options.play}', and a file of one ends in .yaml or .yml. Those there are: ${playbooks.map((play) => play.name).join(', ')}`,
    )
  const switched = (on: boolean) => setFrom(files, vocabulary, (play) => (play.name === name ? on : isOn(play)))
  return { tried: switched(true), subjects: [name], without: switched(false), current }
}

/** The plays of texts, switched on or off as they say. */
export function playsOf({ files, on }: PlayTexts, vocabulary: Vocabulary): Plays {
  const plays = playsFrom(files, vocabulary)
  return { ...plays, playbooks: plays.playbooks.map((play) => ({ ...play, enabled: on.includes(play.name) })) }
}

type IsOn = (play: Plays['playbooks'][number]) => boolean

function setFrom(files: readonly SourceFile[], vocabulary: Vocabulary, isOn: IsOn): PlaySet {
  const { playbooks } = playsFrom(files, vocabulary)
  const texts = { files, on: playbooks.filter(isOn).map(({ name }) => name) }
  return { texts, plays: playsOf(texts, vocabulary) }
}

/** A name is a name, even where a folder is called the same. */
function fileOf(path: string, said: string): SourceFile | undefined {
  if (!/\.ya?ml$/.test(said)) return undefined
  if (!existsSync(path) || statSync(path).isDirectory())
    throw new Fault('usage', `${said} is not there. PLAY is the name of a play or its YAML file.`)
  try {
    return { file: path, text: readFileSync(path, 'utf8') }
  } catch (cause) {
    throw new Fault('usage', `${said} cannot be read: ${messageOf(cause)}.`, { cause })
  }
}

/** The play's file in the folder gives way to the one that was named: of the same name or in the same place. */
function withoutPlay(texts: readonly SourceFile[], file: SourceFile): SourceFile[] {
  const name = nameIn(file)
  return texts.filter((text) => join(text.file) !== file.file && (name === undefined || nameIn(text) !== name))
}

function nameIn({ file, text }: SourceFile): string | undefined {
  return parsePlaybook(file, text).playbook?.name
}
