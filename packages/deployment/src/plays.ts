import { isChannelName } from '@perennial/channels'
import { parseFiles, type Plays, problemText } from '@perennial/playbooks'
import { Fault, fingerprint, readTextFiles } from '@perennial/runtime'

/** The plays of a folder. Throws a Fault (`config`) that lists everything wrong with file, line and column. */
export function readPlays(folder: string): Plays {
  const { plays, problems } = parseFiles(readTextFiles(folder, '.yaml'), fingerprint)
  const details = plays === undefined ? problems.map(problemText) : unknownChannels(plays)
  if (plays !== undefined && details.length === 0) return plays
  throw new Fault('config', `The playbooks are not in order:\n${details.map((line) => `  ${line}`).join('\n')}`, {
    details,
  })
}

function unknownChannels({ playbooks }: Plays): string[] {
  return playbooks.flatMap(({ name, steps }) =>
    steps
      .flatMap(({ channel, fallback }) => (fallback === undefined ? [channel] : [channel, fallback]))
      .filter((channel) => !isChannelName(channel))
      .map((channel) => `${name}: there is no channel '${channel}'`),
  )
}
