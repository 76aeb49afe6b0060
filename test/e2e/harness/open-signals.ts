import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type OpenSignal, SIGNALS, vocabularyOf } from '@perennial/member'

/** The signals file that every deployment of these tests has. */
export const SIGNALS_FILE = join(import.meta.dirname, 'signals.json')

const { signals: open } = JSON.parse(readFileSync(SIGNALS_FILE, 'utf8')) as Readonly<{ signals: readonly OpenSignal[] }>

/** What the services know; the rows that they store have room for it. */
export const OPEN_VOCABULARY = vocabularyOf(open)

/** The same told as plainly as can be, for the reference: built-in ones first. */
export const ALL_SIGNALS: readonly Readonly<{ id: number; name: string; family: string }>[] = [
  ...SIGNALS,
  ...open.map(({ stream, action, family = 'open' }, n) => ({
    id: SIGNALS.length + n,
    name: `${stream}.${action}`,
    family,
  })),
]
