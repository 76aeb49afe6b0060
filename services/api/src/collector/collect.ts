import { idHash } from '@perennial/member'
import type { SourceInput, SourceWriter } from '@perennial/runtime'
import {
  createCodec,
  encodeRecord,
  type MapContext,
  SCHEMAS,
  SOURCE_NAMES,
  type SourceName,
  STREAMS,
  type Verdict,
  type Violation,
  violationsOf,
} from '@perennial/streams'
import { type CallContext, mapCall, type SourceRecord } from './calls.ts'

export type Item =
  | Readonly<{ index: number; status: 'accepted'; messageId: string }>
  | Readonly<{ index: number; status: 'rejected'; messageId?: string; violations: readonly Violation[] }>

export type Collected = Readonly<{ accepted: number; rejected: number; items: readonly Item[] }>

/**
 * Takes the calls that are in order and appends them to their streams; says of every other one what is wrong.
 * Nothing is accepted before it is stored: when the log cannot be reached this throws, and the whole may be sent again.
 */
export async function collect(
  writer: SourceWriter,
  calls: readonly unknown[],
  context: CallContext,
): Promise<Collected> {
  const inputs: SourceInput[] = []
  const items = calls.map((call, index): Item => {
    const mapped = mapCall(call, context)
    const { messageId } = mapped
    const violations =
      mapped.kind === 'rejected' ? mapped.violations : mapped.records.flatMap((each) => checkRecord(each, context))
    if (mapped.kind === 'rejected' || violations.length > 0) {
      return { index, status: 'rejected', ...(messageId !== undefined && { messageId }), violations }
    }
    inputs.push(...(mapped.records as readonly SourceInput[]))
    return { index, status: 'accepted', messageId: mapped.messageId }
  })
  if (inputs.length > 0) await writer.write(inputs)
  const accepted = items.filter(({ status }) => status === 'accepted').length
  return { accepted, rejected: items.length - accepted, items }
}

/** Ids of our own, used only to read a record back here: the stream's place in the list. */
const codec = createCodec((id) => SCHEMAS[SOURCE_NAMES[id] ?? 'purchase'])

const NOWHERE: Omit<MapContext, 'vocabulary'> = {
  receivedAt: 0,
  source: { stream: 0, partition: 0, offset: 0 },
  hashEmail: (address) => address,
  hashId: idHash,
  maxFutureMs: 0,
}

/** What ingest would say of the record: better told to the sender now than found among the dead letters. */
function checkRecord({ stream, record }: SourceRecord, { vocabulary }: CallContext): readonly Violation[] {
  const violations = violationsOf(stream, record)
  if (violations.length > 0) return violations
  const decoded = codec.decode(
    stream,
    encodeRecord(stream, record as SourceInput['record'], SOURCE_NAMES.indexOf(stream)),
  )
  if (decoded.kind === 'dead') return [decoded.violation]
  const verdict = decoded.kind === 'ok' ? judge(stream, decoded.record, { ...NOWHERE, vocabulary }) : undefined
  return verdict?.kind === 'dead' ? [verdict.violation] : []
}

function judge(stream: SourceName, record: unknown, context: MapContext): Verdict {
  const mapper = STREAMS[stream] as Readonly<{ toFacts: (record: unknown, context: MapContext) => Verdict }>
  return mapper.toFacts(record, context)
}
