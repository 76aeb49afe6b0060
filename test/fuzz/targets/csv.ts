import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '@perennial/runtime'
import { readHistory } from '../../../packages/history/src/index.ts'
import { RecordScanner } from '../../../packages/history/src/csv/record-scanner.ts'
import { ACTIVITY, csv } from '../../../packages/history/src/history.fixture.ts'
import { NOW } from '../samples.ts'
import type { Target } from '../target.ts'

const GOOD = csv(ACTIVITY, 'M1,2024-03-01,forum,post')

/** The files of a history folder: what an input is, its header says. */
export function createTarget(): Target {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-fuzz-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return {
    shape: 'text',
    samples: SAMPLES.map((text) => Buffer.from(text)),
    words: [
      '"',
      '""',
      ',',
      ',,',
      '\r\n',
      '\n',
      '"\n',
      ';',
      '\t',
      '\u{feff}',
      'member_id',
      'left_at',
      'Infinity',
      '1e400',
    ],
    async take(input) {
      // A folder takes a hundred times as long.
      if (input.length % 4 !== 0) return scan(input)
      const header = input.toString('latin1', 0, 60)
      const name = header.includes('joined') ? 'members' : header.includes('size') ? 'traits' : 'activity'
      const files = {
        activity: GOOD,
        members: csv('member_id,joined_at'),
        traits: csv('member_id,size'),
        [name]: input,
      }
      for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, `${file}.csv`), content)
      await readHistory(folder, { maxBadShare: input.length % 2, now: NOW })
    },
    declared: (error) => error instanceof Fault && error.code.startsWith('history/'),
  }
}

/** In chunks that end anywhere. */
function scan(input: Buffer): void {
  const scanner = new RecordScanner({ record: () => undefined, broken: () => undefined })
  // Small ones for short inputs: what is left of a chunk is copied to the next.
  const chunk = Math.max(1 + (input.length % 50), input.length >> 5)
  for (let at = 0; at < input.length; at += chunk) scanner.push(Buffer.from(input.subarray(at, at + chunk)))
  scanner.end()
}

const SAMPLES = [
  GOOD,
  csv(`${ACTIVITY},object,value,id`, 'M1,2024-03-01T10:00:00Z,forum,post,"a ""b"", c",2.5,e1', 'M2,1709287200,x,y,,,'),
  csv('member_id,joined_at,left_at,term_start,term_end,dues', 'M1,2020-01-01,2021-01-01,2020-01-01,2021-01-01,120'),
  csv('member_id,joined_at', 'M1,2020-01-01', '"M ""2""",2021-02-03'),
  csv('member_id,size,colour', 'M1,3,red', 'M2,4.5,"blue, green"'),
]
