import { pino, type Logger } from 'pino'
import pretty from 'pino-pretty'
import type { EnvReader } from './env.ts'

export type LoggerConfig = Readonly<{
  level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  format: 'json' | 'pretty'
}>

/** LOG_LEVEL (info) and LOG_FORMAT (json, or pretty on a terminal). */
export function readLoggerConfig(from: EnvReader): LoggerConfig {
  const levels = ['info', 'debug', 'trace', 'warn', 'error', 'fatal', 'silent'] as const
  return {
    level: from.oneOf('LOG_LEVEL', levels, 'info'),
    format: from.oneOf('LOG_FORMAT', ['json', 'pretty'] as const, process.stdout.isTTY ? 'pretty' : 'json'),
  }
}

/** Fields that must never reach a log, wherever a careless line puts them. */
const PRIVATE_FIELDS = [
  'email',
  'emails',
  'address',
  'phone',
  'name',
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
]

/**
 * JSON lines to stdout, or readable ones on a terminal. Written synchronously: a transport lives in a worker
 * thread and loses its last lines when the process dies, and those are the ones that matter.
 */
export function createLogger(service: string, config: LoggerConfig, destination: 1 | 2 = 1): Logger {
  const options = {
    level: config.level,
    base: { service },
    redact: { paths: PRIVATE_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[private]' },
  }
  if (config.format === 'json') return pino(options, pino.destination({ dest: destination, sync: true }))
  const stream = pretty({ sync: true, destination, ignore: 'service,pid,hostname', translateTime: 'SYS:HH:MM:ss.l' })
  return pino(options, stream)
}
