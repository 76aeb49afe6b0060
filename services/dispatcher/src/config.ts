import { playsFolder } from '@perennial/deployment'
import { type Env, readEnv } from '@perennial/runtime'

export type DispatcherConfig = Readonly<{
  /** The folder of the plays. */
  playbooks: string
  /** What is switched off by the environment: names of plays, or `all`. */
  killSwitch: readonly string[]
  /** A model file; undefined = the starter model. The one that scoring uses. */
  modelFile: string | undefined
  /** A signals file; undefined = the built-in signals alone. The same for all services. */
  signalsFile: string | undefined
  /** Key of the hashes by which those who were erased are known; the same for all services. */
  identityKey: string | undefined
}>

/** PERENNIAL_PLAYBOOKS (the shipped ones), KILL_SWITCH (nothing; a list of plays, or `all`), PERENNIAL_MODEL and PERENNIAL_SIGNALS. */
export function readDispatcherConfig(env: Env): DispatcherConfig {
  return readEnv(env, (from) => ({
    playbooks: playsFolder(from),
    killSwitch: from.list('KILL_SWITCH'),
    modelFile: from.optional('PERENNIAL_MODEL'),
    signalsFile: from.optional('PERENNIAL_SIGNALS'),
    identityKey: from.secret('IDENTITY_KEY'),
  }))
}
