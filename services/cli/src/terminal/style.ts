type Paint = (text: string) => string

export type Style = Readonly<{ bold: Paint; dim: Paint; red: Paint; yellow: Paint; green: Paint }>

type Surroundings = Readonly<{ terminal: boolean; env: Readonly<Record<string, string | undefined>> }>

const PLAIN: Style = { bold: same, dim: same, red: same, yellow: same, green: same }
const COLOURED: Style = {
  bold: painter(1, 22),
  dim: painter(2, 22),
  red: painter(31, 39),
  yellow: painter(33, 39),
  green: painter(32, 39),
}

/** Colours on a terminal only, and never where NO_COLOR is set (no-color.org). */
export function styleFor({ terminal, env }: Surroundings): Style {
  const plain = !terminal || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb'
  return plain ? PLAIN : COLOURED
}

/** How many columns the text takes: colour codes take none. */
export function widthOf(text: string): number {
  // oxlint-disable-next-line no-control-regex -- that is what a colour code begins with
  return text.replaceAll(/\u001B\[\d+m/g, '').length
}

function painter(on: number, off: number): Paint {
  return (text) => `\u001B[${on}m${text}\u001B[${off}m`
}

function same(text: string): string {
  return text
}
