import { readUnsubscribeKeys, type UnsubscribeKeys } from '@perennial/channels'
import { playsFolder } from '@perennial/deployment'
import { type Env, type EnvReader, readEnv } from '@perennial/runtime'
import { isLoopback } from './access.ts'

export type ApiConfig = Readonly<{
  host: string
  /** 0 picks a free one. */
  port: number
  token: string | undefined
  /** A model file; undefined = the starter model that comes with the program. The same as scoring's. */
  modelFile: string | undefined
  /** A signals file; undefined = the built-in signals alone. The same for all services. */
  signalsFile: string | undefined
  /** The folder of the plays; the same as the dispatcher's. */
  playbooks: string
  /** How long a report on all members is told again before another one is made. */
  reportMs: number
  /** What links to unsubscribe are signed with; the same as outreach's. Undefined: none is accepted. */
  unsubscribeKeys: UnsubscribeKeys | undefined
}>

export const DEFAULT_PORT = 8710
const SHORTEST_TOKEN = 16

export function readApiConfig(env: Env): ApiConfig {
  return readEnv(env, (from) => {
    const host = from.text('PERENNIAL_HOST', '127.0.0.1')
    const token = readToken(from)
    if (token === undefined && !isLoopback(host)) {
      from.problems.push(
        `PERENNIAL_HOST is '${host}', which others can reach: set PERENNIAL_API_TOKEN too. Example: PERENNIAL_API_TOKEN=$(openssl rand -hex 24)`,
      )
    }
    return {
      host,
      port: from.integer('PERENNIAL_PORT', DEFAULT_PORT, { min: 0, max: 65_535 }),
      token,
      modelFile: from.optional('PERENNIAL_MODEL'),
      signalsFile: from.optional('PERENNIAL_SIGNALS'),
      playbooks: playsFolder(from),
      reportMs: from.number('REPORT_MINUTES', 10, { min: 0, max: 1_440 }) * 60_000,
      unsubscribeKeys: readUnsubscribeKeys(from),
    }
  })
}

function readToken(from: EnvReader): string | undefined {
  const token = from.secret('PERENNIAL_API_TOKEN')
  if (token !== undefined && token.length < SHORTEST_TOKEN) {
    from.problems.push(
      `PERENNIAL_API_TOKEN is shorter than ${SHORTEST_TOKEN} characters. Example: PERENNIAL_API_TOKEN=$(openssl rand -hex 24)`,
    )
  }
  return token
}
