import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import kafkajs from 'kafkajs'
import { Fault } from '../../fault.ts'
import { decompressLz4 } from './lz4.ts'
import { MAX_OUTPUT_BYTES } from './output.ts'
import { decompressSnappy } from './snappy.ts'

const zstd = promisify(zstdDecompress)

let registered = false

/**
 * Whatever codec a producer chose must be readable, for kafkajs stops for good at one it does not know. It brings
 * gzip along, Node brings zstd, and the other two are small. We write uncompressed: blocks are packed already.
 */
export function registerCodecs(): void {
  if (registered) return
  registered = true
  const { CompressionCodecs, CompressionTypes } = kafkajs
  CompressionCodecs[CompressionTypes.Snappy] = readOnly(async (input) => decompressSnappy(input))
  CompressionCodecs[CompressionTypes.LZ4] = readOnly(async (input) => decompressLz4(input))
  CompressionCodecs[CompressionTypes.ZSTD] = readOnly((input) => zstd(input, { maxOutputLength: MAX_OUTPUT_BYTES }))
}

function readOnly(decompress: (input: Buffer) => Promise<Buffer>) {
  return () => ({
    decompress,
    compress: async (): Promise<Buffer> => {
      throw new Fault('kafka/codec', 'This program writes uncompressed batches only.')
    },
  })
}
