import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs'
import { MOST_INPUT_BYTES } from './target.ts'

/** What the worker is told; as JSON, so that it can stand in its arguments. */
export type Job = Readonly<{
  /** The file that is its desk. */
  desk: string
  seed: number
  /** How many inputs each target gets. */
  counts: Readonly<Record<string, number>>
  /** The number of the first input of each. */
  from: number
  /** This and nothing else. */
  /** In hex. */
  input?: string
  plant?: string
}>

/** Beat, index and length. */
const HEADER_BYTES = 12

/** Where the worker writes what it is at before it begins: there it is found when the worker is stuck, or dead. */
export type Desk = Readonly<{
  put(index: number, input: Uint8Array): void
  /** `beat` counts what was put. */
  look(): Readonly<{ index: number; beat: number }>
  input(): Buffer
  close(): void
}>

/** A file: memory that outlives the process. */
export function openDesk(path: string): Desk {
  const desk = openSync(path, constants.O_RDWR | constants.O_CREAT)
  const bytes = Buffer.alloc(HEADER_BYTES + MOST_INPUT_BYTES)
  const read = (length: number) => readSync(desk, bytes, 0, length, 0)
  let beat = 0
  return {
    put(index, input) {
      for (const [at, number] of [++beat, index, input.length].entries()) bytes.writeInt32LE(number, at * 4)
      bytes.set(input, HEADER_BYTES)
      writeSync(desk, bytes, 0, HEADER_BYTES + input.length, 0)
    },
    look() {
      read(HEADER_BYTES)
      return { beat: bytes.readInt32LE(0), index: bytes.readInt32LE(4) }
    },
    input() {
      read(bytes.length)
      return Buffer.from(bytes.subarray(HEADER_BYTES, HEADER_BYTES + bytes.readInt32LE(8)))
    },
    close: () => closeSync(desk),
  }
}
