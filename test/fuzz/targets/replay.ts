import { createCodec, encodeRecord, SCHEMAS, SOURCE_NAMES } from '@perennial/streams'
import { parseRow } from '../../../services/cli/src/replay/rows.ts'
import { sampleInputs } from '../samples.ts'
import type { Target } from '../target.ts'

/** Lines of replay files. What is taken can be written, and read again. */
export function createTarget(): Target {
  const codec = createCodec((id) => SCHEMAS[SOURCE_NAMES[id] ?? 'purchase'])
  return {
    shape: 'json',
    samples: sampleInputs().map((input) => Buffer.from(JSON.stringify(input))),
    words: ['stream', 'record', 'purchase', 'membership', 'memberId', 'occurredAt', 'externalIds', 'eventId', 'source'],
    take(input) {
      const row = parseRow(input.toString())
      if (row.kind === 'broken') return
      const { stream, record } = row.input
      const { kind } = codec.decode(stream, encodeRecord(stream, record, SOURCE_NAMES.indexOf(stream)))
      if (kind !== 'ok') throw new Error('What was written cannot be read.')
    },
  }
}
