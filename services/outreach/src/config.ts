import { type ChannelDeps, type Channels, configureChannels } from '@perennial/channels'
import { playsFolder, readTemplateConfig, type TemplateConfig } from '@perennial/deployment'
import { type ContactKeys, type Env, readContactKeys, readEnv } from '@perennial/runtime'

export type OutreachConfig = Readonly<{
  /** The folder of the plays; the same as the dispatcher's. */
  playbooks: string
  /** What is switched off by the environment: names of plays, or `all`. */
  killSwitch: readonly string[]
  /** A model file; undefined = the starter model. The one that scoring uses. */
  modelFile: string | undefined
  /** A signals file; undefined = the built-in signals alone. The same for all services. */
  signalsFile: string | undefined
  /** Key of the hashes by which those who were erased are known; the same for all services. */
  identityKey: string | undefined
  /** Jobs at a time. */
  concurrency: number
  /** What the members' addresses are sealed with; undefined: none is kept. The same as ingest's. */
  contactKeys: ContactKeys | undefined
  templates: TemplateConfig
  openChannels: (deps: ChannelDeps) => Channels
}>

/** PERENNIAL_PLAYBOOKS, KILL_SWITCH, PERENNIAL_MODEL, PERENNIAL_SIGNALS, OUTREACH_CONCURRENCY (10), CONTACT_KEY, PERENNIAL_TEMPLATES, EMAIL_LINKS, and the settings of the channels. */
export function readOutreachConfig(env: Env): OutreachConfig {
  return readEnv(env, (from) => ({
    playbooks: playsFolder(from),
    killSwitch: from.list('KILL_SWITCH'),
    modelFile: from.optional('PERENNIAL_MODEL'),
    signalsFile: from.optional('PERENNIAL_SIGNALS'),
    identityKey: from.secret('IDENTITY_KEY'),
    concurrency: from.integer('OUTREACH_CONCURRENCY', 10, { min: 1, max: 1_000 }),
    contactKeys: readContactKeys(from),
    templates: readTemplateConfig(from),
    openChannels: configureChannels(from),
  }))
}
