import type { Server } from '../../servers/server.ts'
import { Expected } from '../load/expected.ts'
import { facts, type Load, type Loaded, memberships } from '../load/facts.ts'
import { fill } from '../load/fill.ts'
import { type Rig, startBroker } from '../rig/rig.ts'
import { openStand } from '../rig/stand.ts'

/** A broker with full source topics, and what must come of them. */
export type Filled = Readonly<{
  broker: Server
  /** Records in the source topics: memberships, facts and their copies. */
  records: number
  /** Those of them that count: no copies. */
  facts: number
  members: number
  expected: Expected
}>

/** Fills the source topics: the memberships first, then the facts. */
export async function fillTopics(rig: Rig, load: Load): Promise<Filled> {
  const expected = new Expected(load.members)
  const broker = await startBroker(rig)
  const stand = await openStand(rig, broker)
  let copies = 0
  const onLoaded = (loaded: Loaded): void => {
    expected.add(loaded)
    if (loaded.repeated) copies++
  }
  let records = await fill(stand.platform, memberships(load), onLoaded)
  records += await fill(stand.platform, facts(load), onLoaded)
  await stand.close()
  return { broker, records, facts: records - copies, members: load.members, expected }
}
