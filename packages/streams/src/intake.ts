import type { Reader } from './reader.ts'
import type { MapContext, Verdict } from './verdict.ts'

/** `repeated`: the caller has seen the event id before. `unresolved`: ask the registry for this id, then try again. */
export type Taken = Verdict | Readonly<{ kind: 'repeated' }> | Readonly<{ kind: 'unresolved'; id: number }>

/** What a record means, unless `repeated` says that its event id was there before: then the rest of it is not looked at. */
export type Intake = (value: Buffer, context: MapContext, repeated: (eventId: string) => boolean) => Taken

const REPEATED = { kind: 'repeated' } as const

export function createIntake<T extends Readonly<{ eventId: string }>>(
  read: Reader<T>,
  toFacts: (record: T, context: MapContext) => Verdict,
): Intake {
  return (value, context, repeated) => {
    const decoded = read(value)
    if (decoded.kind !== 'ok') return decoded
    const { record } = decoded
    return repeated(record.eventId) ? REPEATED : toFacts(record, context)
  }
}
