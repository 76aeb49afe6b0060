import { createJobQueue } from '@perennial/runtime'
import { SOURCE_NAMES, topicOf } from '@perennial/streams'
import { quietLogger } from '@perennial/testkit'
import type { Deployment } from './deployment.ts'
import { waitFor } from './wait-for.ts'

export type Stage = 'ingest' | 'scoring' | 'dispatcher' | 'outreach'

const TOPICS_OF: Readonly<Record<Exclude<Stage, 'outreach'>, readonly string[]>> = {
  ingest: SOURCE_NAMES.map(topicOf),
  scoring: [topicOf('member-activity')],
  dispatcher: [topicOf('member-risk')],
}

const QUIET_MS = 500
const DEADLINE_MS = 60_000

/**
 * Resolves when nothing is left to do for these stages: every record in front of them is read and committed, no job
 * waits, and nothing new has come up for a while, for what one stage does may come back to another.
 */
export async function settled(
  deployment: Deployment,
  stages: readonly Stage[],
  quietMs = QUIET_MS,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  const { namespace, platform, redis } = deployment
  const blocking = () => redis
  const jobs = await createJobQueue({ ...platform, redis, blocking, logger: quietLogger() }, { keepMs: 1_000 })
  let last: string | undefined
  let since = 0

  async function look(): Promise<boolean> {
    const found = await Promise.all(
      stages.map((stage) => (stage === 'outreach' ? openJobs() : backlog(deployment, `${namespace}-${stage}`, stage))),
    )
    const seen = found.map(({ position }) => position).join(' ')
    const now = performance.now()
    if (seen !== last) since = now
    last = seen
    return found.every(({ open }) => open === 0) && now - since >= quietMs
  }

  async function openJobs() {
    const { waiting, active, completed, failed } = await jobs.counts()
    return { open: waiting + active, position: `${completed}/${failed}` }
  }

  try {
    await waitFor(`${stages.join(', ')} to settle`, look, {
      deadlineMs,
      everyMs: 100,
      explain: () => `It stands at ${last}.\n${deployment.tails()}`,
    })
  } finally {
    await jobs.close()
  }
}

/** How many records a stage has still to read, and a word that changes with every step. */
async function backlog(
  { platform: { log } }: Pick<Deployment, 'platform'>,
  group: string,
  stage: Exclude<Stage, 'outreach'>,
): Promise<Readonly<{ open: number; position: string; done: number }>> {
  const topics = await Promise.all(
    TOPICS_OF[stage].map(async (topic) => {
      const [ends, committed] = await Promise.all([log.endOffsets(topic), log.committed(group, topic)])
      const done = ends.map((_, partition) => committed[partition] ?? 0)
      return { ends, done }
    }),
  )
  const total = (pick: (topic: (typeof topics)[number]) => readonly number[]) =>
    topics.flatMap(pick).reduce((sum, offset) => sum + offset, 0)
  const done = total((topic) => topic.done)
  const end = total((topic) => topic.ends)
  return { open: end - done, position: `${stage}:${done}/${end}`, done }
}
