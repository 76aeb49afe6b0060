import { lastAtOf, memberKey, partitionFor, signalId } from '@perennial/member'
import { createLedger, createMemberReader, type LedgerEntry, type SourceInput } from '@perennial/runtime'
import { OPEN_VOCABULARY } from '../e2e/harness/open-signals.ts'
import { visit } from '../e2e/harness/people.ts'
import { waitFor } from '../e2e/harness/wait-for.ts'
import type { Ground } from './ground/ground.ts'
import { introduced, type Person, personOf } from './workload/cast.ts'

/** One member in each partition, to see whether facts get through to everywhere. */
function probes(partitions: number): string[] {
  return Array.from({ length: partitions }, (_, partition) => {
    for (let n = 0; ; n++) {
      const id = `probe-${partition}-${n}`
      if (partitionFor(memberKey(id), partitions) === partition) return id
    }
  })
}

export type Recovery = Readonly<{
  /**
   * Resolves with the milliseconds it took until a fact has got into a row of every partition, and somebody who slips
   * was decided about and, where it is to be, written to. Rejects when that does not come about.
   */
  measure(): Promise<number>
  /** Who has slipped to see that. */
  people: readonly Person[]
}>

/** Longer than anything in the pipeline waits, and than the slowest of restarts. */
const DEADLINE_MS = 90_000

export function createRecovery(ground: Ground, produce: (inputs: readonly SourceInput[]) => Promise<void>): Recovery {
  const { redis, namespace, platform } = ground.deployment
  const ids = probes(platform.partitions.activity)
  const reader = createMemberReader(redis, namespace, platform.partitions.activity, OPEN_VOCABULARY)
  const ledger = createLedger(redis, platform)
  const contacts = decides(ground)
  const people: Person[] = []
  let rounds = 0

  async function folded(since: number): Promise<boolean> {
    const rows = await reader.readMany(ids)
    return rows.every((row) => row !== undefined && lastAtOf(row, 0, signalId('web_visit')) >= since)
  }

  async function decided(memberId: string): Promise<boolean> {
    const entries = await ledger.ofMember(memberId)
    return entries.length > 0 && entries.every(isOver)
  }

  return {
    people,
    async measure() {
      const began = Date.now()
      const round = rounds++
      const person = personOf(`probe-slips-${round}`, 'clear', began)
      people.push(person)
      await produce([
        ...ids.map((memberId) => visit(`${memberId}-${round}`, began, { memberId })),
        ...introduced(person, began),
      ])
      await waitFor(
        'the pipeline to recover',
        () => quietly(async () => (await folded(began)) && (!contacts || (await decided(person.memberId)))),
        {
          deadlineMs: DEADLINE_MS,
          everyMs: 100,
          explain: () => ground.crew.tails(),
        },
      )
      return Date.now() - began
    },
  }
}

/** Whether there are processes that contact anybody. */
export function decides({ crew }: Pick<Ground, 'crew'>): boolean {
  return crew.of('dispatcher').length > 0 && crew.of('outreach').length > 0
}

function isOver({ decision, outcome }: LedgerEntry): boolean {
  return decision === 'hold' || outcome !== undefined
}

/** A Redis that is still out of reach is not there yet. */
async function quietly(look: () => Promise<boolean>): Promise<boolean> {
  return look().catch(() => false)
}
