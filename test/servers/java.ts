import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Kafka 4 and the registry run on this and later. */
const OLDEST = 17

/** The Java program to run the servers with; `undefined` when the machine has none that is new enough. */
export function findJava(env: NodeJS.ProcessEnv): string | undefined {
  const home = env['JAVA_HOME']
  const candidates = home === undefined ? ['java'] : [join(home, 'bin', 'java'), 'java']
  return candidates.find((java) => (javaVersion(java, env) ?? 0) >= OLDEST)
}

function javaVersion(java: string, env: NodeJS.ProcessEnv): number | undefined {
  const { stderr, status } = spawnSync(java, ['-version'], { env, encoding: 'utf8' })
  const major = status === 0 ? /version "(\d+)/.exec(stderr)?.[1] : undefined
  return major === undefined ? undefined : Number(major)
}
