import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isFault } from '@perennial/runtime'
import { readVocabulary } from '../../../packages/deployment/src/vocabulary.ts'
import type { Target } from '../target.ts'

/** The signals file of a deployment. */
export function createTarget(): Target {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-fuzz-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'signals.json')
  return {
    shape: 'json',
    samples: [readFileSync(join(import.meta.dirname, '../../e2e/harness/signals.json'))],
    words: ['signals', 'stream', 'action', 'family', 'label', 'belonging', 'purchase', 'website-activity'],
    take(input) {
      writeFileSync(file, input)
      readVocabulary(file)
    },
    declared: (error) => isFault(error, 'config'),
  }
}
