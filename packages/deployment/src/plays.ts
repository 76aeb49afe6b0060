import { join } from 'node:path'
import { isChannelName, isTemplated, type Templates } from '@perennial/channels'
import { BUILT_IN, type Vocabulary } from '@perennial/member'
import {
  hint,
  parseFiles,
  type Playbook,
  type Plays,
  possibleOwners,
  problemText,
  isPlayFile,
  type SourceFile,
  type Step,
} from '@perennial/playbooks'
import { type EnvReader, Fault, fingerprint, type PlayTexts, readTextFiles } from '@perennial/runtime'

const SETTING = 'PERENNIAL_PLAYBOOKS'
/** The plays that come with the program. */
export const SHIPPED_PLAYS = join(import.meta.dirname, '../node_modules/@perennial/playbooks/playbooks')
const ENDINGS = ['.yaml', '.yml']
/** What stands for every play in the kill switch. */
const EVERYTHING = ['all', '*']
/** Before the name of a channel in the kill switch. */
const CHANNEL = 'channel:'

/** PERENNIAL_PLAYBOOKS (the shipped ones): the folder of the plays. */
export function playsFolder(from: EnvReader): string {
  return from.text(SETTING, SHIPPED_PLAYS)
}

/** All YAML files of a folder of plays, those beside the plays too. `named`: the setting or option that names the folder. */
export function playFiles(folder: string, named: string = SETTING): readonly SourceFile[] {
  return readTextFiles(named, folder, ENDINGS)
}

/**
 * The plays of a folder; `vocabulary`: the signals that they may ask about. Throws a Fault (`config`) that lists everything
 * wrong with file, line and column. `killSwitch`: the names that the environment switches off. One that is no play and no
 * channel is refused: whoever wrote it believes that a play is stopped.
 */
export function readPlays(
  folder: string,
  vocabulary: Vocabulary = BUILT_IN,
  killSwitch: readonly string[] = [],
): Plays {
  return playsInForce(playFiles(folder), vocabulary, killSwitch)
}

/** As `readPlays`, of texts that were read already. */
export function playsInForce(
  files: readonly SourceFile[],
  vocabulary: Vocabulary,
  killSwitch: readonly string[],
): Plays {
  const plays = playsFrom(files, vocabulary)
  checkKillSwitch(plays, killSwitch)
  return plays
}

/** The plays of texts. Throws a Fault (`config`) that lists everything wrong with file, line and column. */
export function playsFrom(files: readonly SourceFile[], vocabulary: Vocabulary = BUILT_IN): Plays {
  const { plays, problems } = parseFiles(files, fingerprint)
  const details =
    plays === undefined ? problems.map(problemText) : [...problemsOf(plays), ...unknownSignals(plays, vocabulary)]
  if (plays === undefined || details.length > 0) {
    throw new Fault('config', `The playbooks are not in order:\n${details.map((line) => `  ${line}`).join('\n')}`, {
      details,
    })
  }
  return plays
}

/** Keeps the texts of plays, so that what is decided by them can be carried out by them. */
export async function keepPlays(
  texts: Pick<PlayTexts, 'keep'>,
  { version }: Plays,
  files: readonly SourceFile[],
): Promise<void> {
  await texts.keep(version, files.filter(isPlayFile))
}

/**
 * Plays by version: those in force, at the moment or when others were asked about, and those that texts were kept of. Undefined: nobody knows them any more, or this
 * program cannot read them.
 */
export function playVersions(
  texts: Pick<PlayTexts, 'of'>,
  inForce: () => Plays,
): (version: string) => Promise<Plays | undefined> {
  const known = new Map<string, Plays>()
  return async (version) => {
    const now = inForce()
    known.set(now.version, now)
    if (!known.has(version)) {
      const files = await texts.of(version)
      const { plays } = parseFiles(files ?? [], fingerprint)
      if (files !== undefined && plays !== undefined) known.set(version, plays)
    }
    return known.get(version)
  }
}

/** Templates that plays name which are switched on, and that are not there. Throws a Fault (`config`) that lists them. */
export function checkTemplatesOf({ playbooks }: Plays, { byName }: Templates): void {
  const missing = playbooks
    .filter(({ enabled }) => enabled)
    .flatMap(({ name, steps }) =>
      steps
        .filter(({ template }) => template !== undefined && !byName.has(template))
        .map((step) => `${name}: there is no template '${step.template}'. There are: ${[...byName.keys()].join(', ')}`),
    )
  if (missing.length > 0) throw new Fault('config', missing.join('\n'), { details: missing })
}

function problemsOf({ playbooks, policy }: Plays): string[] {
  const capped = (policy.caps ?? []).flatMap(({ channel }) =>
    channel === undefined || isChannelName(channel) ? [] : [`policy: caps: there is no channel '${channel}'`],
  )
  const owners = [...new Set(playbooks.flatMap(({ steps }) => steps.flatMap(({ owner }) => possibleOwners(owner))))]
  const budgeted = Object.keys(policy.alertBudget?.owners ?? {}).flatMap((owner) =>
    owners.includes(owner) ? [] : [`policy: alertBudget: no play has the owner '${owner}'${hint(owner, owners)}`],
  )
  return [
    ...capped,
    ...budgeted,
    ...playbooks.flatMap((playbook) => playbook.steps.flatMap((step) => stepProblems(playbook, step))),
  ]
}

function stepProblems({ name, purpose }: Playbook, { channel, fallback, template }: Step): string[] {
  const channels = fallback === undefined ? [channel] : [channel, fallback]
  const unknown = channels.filter((one) => !isChannelName(one)).map((one) => `${name}: there is no channel '${one}'`)
  const templated = channels.find(isTemplated)
  if (templated === undefined) return unknown
  if (purpose === 'internal') return [`${name}: '${templated}' goes to the member, and the play is internal`]
  return template === undefined
    ? [`${name}: '${templated}' needs a template, such as 'template: we-miss-you'`]
    : unknown
}

function unknownSignals({ playbooks, policy: { complaint } }: Plays, { signals }: Vocabulary): string[] {
  const names = new Set(signals.map(({ name }) => name))
  const asked = playbooks.map(({ name, when }) => ({ name, signals: when.signals ?? [] }))
  const ofPolicy =
    complaint === undefined ? [] : [{ name: 'policy: complaint', signals: [...complaint.opened, ...complaint.closed] }]
  return [...ofPolicy, ...asked].flatMap(({ name, signals: wanted }) =>
    wanted
      .filter((signal) => !names.has(signal))
      .map((signal) => `${name}: there is no signal '${signal}'; there are ${[...names].join(', ')}`),
  )
}

function checkKillSwitch({ playbooks }: Plays, killSwitch: readonly string[]): void {
  const known = ['all', ...playbooks.map(({ name }) => name)]
  const isKnown = (name: string) =>
    known.includes(name) ||
    EVERYTHING.includes(name) ||
    (name.startsWith(CHANNEL) && isChannelName(name.slice(CHANNEL.length)))
  const details = killSwitch
    .filter((name) => !isKnown(name))
    .map(
      (name) =>
        `KILL_SWITCH names '${name}', which is no playbook${hint(name, known)}. Examples: KILL_SWITCH=all, KILL_SWITCH=channel:email`,
    )
  if (details.length > 0) throw new Fault('config', details.join('\n'), { details })
}
