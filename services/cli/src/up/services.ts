import { type ApiConfig, readApiConfig } from '@perennial/api'
import { type DispatcherConfig, readDispatcherConfig, startDispatcher } from '@perennial/dispatcher'
import { type IngestConfig, readIngestConfig, startIngest } from '@perennial/ingest'
import { type OutreachConfig, readOutreachConfig, startOutreach } from '@perennial/outreach'
import { type Env, type Platform, readAll, type Running, type Scope } from '@perennial/runtime'
import { readScoringConfig, type ScoringConfig, startScoring } from '@perennial/scoring'

/** The settings of every service. Throws one Fault that lists all that is wrong with them. */
export function readServicesConfig(env: Env) {
  const readers = [
    readApiConfig,
    readIngestConfig,
    readScoringConfig,
    readDispatcherConfig,
    readOutreachConfig,
  ] as const
  const [api, ingest, scoring, dispatcher, outreach] = readAll(env, readers)
  return { api, ingest, scoring, dispatcher, outreach }
}

export type ServicesConfig = Readonly<{
  api: ApiConfig
  ingest: IngestConfig
  scoring: ScoringConfig
  dispatcher: DispatcherConfig
  outreach: OutreachConfig
}>

/** Starts everything a fact passes through, in this process. Later ones first: nothing waits for a reader that is not there. */
export async function startServices(platform: Platform, config: ServicesConfig, scope: Scope): Promise<Running> {
  const outreach = await startOutreach(platform, config.outreach, scope)
  const dispatcher = await startDispatcher(platform, config.dispatcher, scope)
  const scoring = await startScoring(platform, config.scoring, scope)
  const ingest = await startIngest(platform, config.ingest, scope)
  return {
    status: () => ({
      ingest: ingest.status(),
      scoring: scoring.status(),
      dispatcher: dispatcher.status(),
      outreach: outreach.status(),
    }),
    notReady: () => ingest.notReady?.(),
  }
}
