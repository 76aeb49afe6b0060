import { Fault, messageOf } from '../fault.ts'

/** White space makes no other schema: one that is only written differently must get the same id. */
export function withoutSpace(subject: string, schema: string): string {
  try {
    return JSON.stringify(JSON.parse(schema))
  } catch (error) {
    throw new Fault('schema/not-json', `The schema of ${subject} is not JSON: ${messageOf(error)}`, { cause: error })
  }
}
