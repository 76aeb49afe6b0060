import { isChannelName } from '@perennial/channels'
import { BUILT_IN, type Vocabulary } from '@perennial/member'
import { parseFiles, type Plays, problemText } from '@perennial/playbooks'
import { Fault, fingerprint, type PlayTexts, readTextFiles } from '@perennial/runtime'

/** The plays of a folder; `vocabulary`: the signals that they may ask about. Throws a Fault (`config`) that lists everything wrong with file, line and column. */
export function readPlays(folder: string, vocabulary: Vocabulary = BUILT_IN): Plays {
  const { plays, problems } = parseFiles(readTextFiles(folder, '.yaml'), fingerprint)
  const details =
    plays === undefined ? problems.map(problemText) : [...unknownChannels(plays), ...unknownSignals(plays, vocabulary)]
  if (plays !== undefined && details.length === 0) return plays
  throw new Fault('config', `The playbooks are not in order:\n${details.map((line) => `  ${line}`).join('\n')}`, {
    details,
  })
}

/** Keeps the texts of a folder of plays, so that what is decided by them can be carried out by them. */
export async function keepPlays(texts: Pick<PlayTexts, 'keep'>, folder: string, { version }: Plays): Promise<void> {
  await texts.keep(version, readTextFiles(folder, '.yaml'))
}

/**
 * Plays by version: those in force, and those that texts were kept of. Undefined: nobody knows them any more, or this
 * program cannot read them.
 */
export function playVersions(
  texts: Pick<PlayTexts, 'of'>,
  inForce: Plays,
): (version: string) => Promise<Plays | undefined> {
  const known = new Map([[inForce.version, inForce]])
  return async (version) => {
    if (!known.has(version)) {
      const files = await texts.of(version)
      const { plays } = parseFiles(files ?? [], fingerprint)
      if (files !== undefined && plays !== undefined) known.set(version, plays)
    }
    return known.get(version)
  }
}

function unknownChannels({ playbooks }: Plays): string[] {
  return playbooks.flatMap(({ name, steps }) =>
    steps
      .flatMap(({ channel, fallback }) => (fallback === undefined ? [channel] : [channel, fallback]))
      .filter((channel) => !isChannelName(channel))
      .map((channel) => `${name}: there is no channel '${channel}'`),
  )
}

function unknownSignals({ playbooks }: Plays, { signals }: Vocabulary): string[] {
  const names = new Set(signals.map(({ name }) => name))
  return playbooks.flatMap(({ name, when }) =>
    (when.signals ?? [])
      .filter((signal) => !names.has(signal))
      .map((signal) => `${name}: there is no signal '${signal}'; there are ${[...names].join(', ')}`),
  )
}
