import * as fc from 'fast-check'
import { BUILT_IN, idHash, STREAM_CODES } from '@perennial/member'
import {
  createCodec,
  encodeRecord,
  type MapContext,
  OUTPUTS,
  parseSchema,
  readLoosely,
  SCHEMAS,
  schemaIdOf,
  SOURCE_NAMES,
  type StreamName,
  STREAMS,
} from '@perennial/streams'
import { Malformed } from '../../../packages/streams/src/avro/cursor.ts'
import { valuesOf } from '../../../packages/streams/src/testing/arbitrary.ts'
import { NOW, sampleInputs } from '../samples.ts'
import type { Target } from '../target.ts'

const NAMES: readonly StreamName[] = [...SOURCE_NAMES, ...Object.values(OUTPUTS).map(({ name }) => name)]
const SAMPLES_A_STREAM = 12

/** Values in the registry's wire format, as ingest, the decoder of other services, and repairs read them. */
export function createTarget(): Target {
  const schemaById = (id: number) => SCHEMAS[NAMES[id] ?? 'purchase']
  const codec = createCodec(schemaById)
  const intakes = SOURCE_NAMES.map((name) => STREAMS[name].intake(schemaById))
  const context = contextNow()
  return {
    shape: 'bytes',
    samples: samples(),
    take(input) {
      const id = (schemaIdOf(input) ?? 0) % NAMES.length
      const name = NAMES[id] ?? 'purchase'
      codec.decode(name, input)
      // What was written with another stream's schema, too.
      codec.decode(NAMES[input.length % NAMES.length] ?? 'purchase', input)
      intakes[id % intakes.length]?.(input, context, () => false)
      if (input.length % 4 === 0) readLoosely(input, SCHEMAS[name])
    },
    // Of repairs alone.
    declared: (error) => error instanceof Malformed,
  }
}

function contextNow(): MapContext {
  return {
    receivedAt: NOW,
    source: { stream: STREAM_CODES['website-activity'], partition: 3, offset: 7 },
    maxFutureMs: 300_000,
    hashEmail: (address) => `#${address}`,
    hashId: () => idHash('x'),
    vocabulary: BUILT_IN,
  }
}

function samples(): Buffer[] {
  const made = NAMES.flatMap((name, id) => {
    const values = fc.sample(valuesOf(parseSchema(SCHEMAS[name])), { seed: id, numRuns: SAMPLES_A_STREAM })
    return values.map((value) => encodeRecord(name, value as never, id))
  })
  const usual = sampleInputs().map(({ stream, record }) => encodeRecord(stream, record, NAMES.indexOf(stream)))
  return [...made, ...usual]
}
