// What a pure package may use beyond the language itself: text to bytes and back, the same in every runtime.

interface TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>
  encodeInto(text: string, target: Uint8Array): { read: number; written: number }
}
declare const TextEncoder: { new (): TextEncoder }

interface TextDecoder {
  decode(bytes?: ArrayBufferView | ArrayBuffer): string
}
declare const TextDecoder: { new (encoding?: string, options?: { fatal?: boolean }): TextDecoder }

declare function structuredClone<T>(value: T): T

/** A view of bytes with a fast way to text. It is allowed for that alone. */
interface Buffer extends Uint8Array {
  toString(encoding?: 'utf8' | 'latin1' | 'hex' | 'base64url', start?: number, end?: number): string
  latin1Slice(start: number, end: number): string
  utf8Slice(start: number, end: number): string
}
declare const Buffer: {
  from(buffer: ArrayBufferLike, offset?: number, length?: number): Buffer
  allocUnsafe(size: number): Buffer
}
