import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulateHistory } from '@perennial/testkit'
import { type CommandFigures, timed } from '../rig/timed.ts'

const START = Date.UTC(2023, 0, 1)
const [FROM, TO] = ['2023-01-01', '2025-01-01']
const END = Date.UTC(2025, 0, 1)
const PLAY = 'renewal-series'

export type Simulation = Readonly<{ members: number; rows: number; contacts: number; simulate: CommandFigures }>

/** The real command on two years of a simulated association, reading the folder included. */
export async function simulation(
  options: Readonly<{ members: number; rows: number; seed: number }>,
): Promise<Simulation> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'))
  try {
    const rows = await simulateHistory(folder, { ...options, start: START, end: END, terms: true })
    const { out, figures } = await timed(['simulate', PLAY, '--history', folder, '--from', FROM, '--to', TO, '--json'])
    const { contacts, members } = JSON.parse(out) as { contacts: number; members: number }
    // A fast wrong answer is a failed run: everybody has a term, and most of the terms come to be reminded of.
    if (members < options.members * 0.99 || contacts < members)
      throw new Error(`${contacts} contacts with ${members} members: the renewal series reminds nearly everybody.`)
    return { members: options.members, rows, contacts, simulate: figures }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
