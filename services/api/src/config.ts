import { readUnsubscribeKeys, type UnsubscribeKeys } from '@perennial/channels'
import { playsFolder } from '@perennial/deployment'
import { type ContactKeys, type Env, type EnvReader, readContactKeys, readEnv } from '@perennial/runtime'

export type ApiConfig = Readonly<{
  host: string
  /** 0 picks a free one. */
  port: number
  /** One that is good for everything. */
  token: string | undefined
  /** Requests a second and token; 0 = no bound. */
  requestsPerSecond: number
  /** Key of the hashes by which those who were erased are known; the same for all services. */
  identityKey: string | undefined
  /** What the members' addresses are sealed with; the same as ingest's. */
  contactKeys: ContactKeys | undefined
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
    return {
      host,
      port: from.integer('PERENNIAL_PORT', DEFAULT_PORT, { min: 0, max: 65_535 }),
      token,
      requestsPerSecond: from.integer('API_REQUESTS_PER_SECOND', 200, { min: 0, max: 1_000_000 }),
      identityKey: from.secret('IDENTITY_KEY'),
      contactKeys: readContactKeys(from),
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
