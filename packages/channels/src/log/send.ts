import type { Logger } from '@perennial/runtime'
import type { SendResult } from '../channel.ts'
import type { LogLine } from './render.ts'

/** Writes the line. A job that is run twice after a crash is seen twice, under the same job id. */
export function send(logger: Pick<Logger, 'info'>, { message, fields }: LogLine): SendResult {
  logger.info(fields, message)
  return { kind: 'delivered' }
}
