import type { EpochMs } from '@perennial/member'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { counter } from '../metrics.ts'

/** A play that goes on being stopped is said so again after this long, and not each time. */
const SAY_AGAIN_MS = 3_600_000

export type BrakeAlarmParts = Readonly<{
  registry: Registry
  logger: Pick<Logger, 'error'>
  service: 'dispatcher' | 'outreach'
  now: () => EpochMs
}>

/** Says aloud that a play has contacted as many as it may and is stopped: somebody has to look. To be told of each contact it stopped. */
export function createBrakeAlarm({ registry, logger, service, now }: BrakeAlarmParts): (playbook: string) => void {
  const stopped = counter(registry, {
    name: `perennial_${service}_play_limit_total`,
    help: 'Contacts that a play was not let make because it had made as many as its limit says.',
    labels: ['playbook'],
  })
  const saidAt = new Map<string, EpochMs>()
  return (playbook) => {
    stopped.inc({ playbook })
    if (now() - (saidAt.get(playbook) ?? -Infinity) < SAY_AGAIN_MS) return
    saidAt.set(playbook, now())
    logger.error(
      { playbook },
      'A playbook has contacted as many members as its limit allows, and is stopped until the window has passed. Look at what it does: perennial playbook list.',
    )
  }
}
