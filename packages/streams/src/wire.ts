/** Confluent's wire format: a zero byte, the schema id as four bytes, big-endian, then the Avro body. */
export const WIRE_HEADER_BYTES = 5

/** The id of the schema a value was written with, or undefined where the value is not in the wire format. */
export function schemaIdOf(value: Uint8Array): number | undefined {
  if (value.length < WIRE_HEADER_BYTES || value[0] !== 0) return undefined
  return (value[1] ?? 0) * 0x1_00_00_00 + (((value[2] ?? 0) << 16) | ((value[3] ?? 0) << 8) | (value[4] ?? 0))
}
