/**
 * Every Redis key of a deployment, built here and nowhere else. All begin with the namespace; what is changed
 * together shares the part in braces, which is what Redis Cluster places a key by.
 */

/**
 * Of each partition's state there may be three: the one that serves, the one that a rebuild is making, and the one that
 * served before the last switch. All lie in one slot, so that a script can put one in the place of another.
 */
export type Generation = 'serving' | 'next' | 'previous'

/** State of one scoring partition, changed by one script. */
export function partitionKeys(namespace: string, partition: number, generation: Generation = 'serving') {
  const own = `{${namespace}:s:${partition}}`
  const tag = generation === 'serving' ? own : `${own}:${generation}`
  return {
    /** hash: epoch, next offset, last token, layout … */
    fence: `${tag}:f`,
    /** hash: subject -> encoded row */
    rows: `${tag}:m`,
    /** sorted set: member -> when to look at it again */
    due: `${tag}:d`,
    /** sorted set: alias -> when it may be freed */
    aliasDue: `${tag}:a`,
    /** hash: records committed, not yet published */
    outbox: `${tag}:x`,
    /** hash: highest source position folded */
    sources: `${tag}:s`,
  } as const
}

/** string, while it lives: the name of whoever asks scoring to wait with taking the partition over */
export function partitionHoldKey(namespace: string, partition: number): string {
  return `{${namespace}:s:${partition}}:hold`
}

/** What the dispatcher keeps of the members at risk, for the list. */
export function riskListKeys(namespace: string, partition: number) {
  const tag = `{${namespace}:r:${partition}}`
  return {
    /** hash: member -> version and latest risk */
    members: `${tag}:m`,
    /** sorted sets: member -> value at risk */
    medium: `${tag}:medium`,
    high: `${tag}:high`,
    /** sorted set: member -> when plays must look at it */
    agenda: `${tag}:agenda`,
    /** string: for which set of plays every member was put on the agenda */
    agendaFilledFor: `${tag}:agenda-for`,
  } as const
}

/** Decisions about the members of one partition. */
export function ledgerKeys(namespace: string, partition: number) {
  const tag = `{${namespace}:l:${partition}}`
  return {
    /** sorted set: the latest decisions */
    recent: `${tag}:recent`,
    /** hash: playbook|kind -> how many */
    totals: `${tag}:totals`,
    /** sorted set: members there are decisions about, in the order of their names */
    members: `${tag}:members`,
  } as const
}

export function memberLedgerKeys(namespace: string, partition: number, memberId: string) {
  const tag = `{${namespace}:l:${partition}}`
  return {
    /** hash: id -> decision as JSON */
    entries: `${tag}:e:${memberId}`,
    /** sorted set: id -> when it was decided */
    times: `${tag}:t:${memberId}`,
  } as const
}

/** hash: term|playbook|step -> what became of the contact */
export function contactsKey(namespace: string, partition: number, memberId: string): string {
  return `{${namespace}:l:${partition}}:c:${memberId}`
}

/** sorted set: term|playbook|step -> when; caps are counted here */
export function contactTimesKey(
  namespace: string,
  partition: number,
  audience: 'team' | 'member',
  memberId: string,
): string {
  return `{${namespace}:l:${partition}}:${audience === 'team' ? 'wt' : 'wm'}:${memberId}`
}

/** hash: topic:partition -> below which position the log tells nothing of contacts that is not stored */
export function contactClaimsKey(namespace: string): string {
  return `${namespace}:claims`
}

/** hash: member -> time and sealed address, or time alone */
export function addressesKey(namespace: string, partition: number): string {
  return `{${namespace}:b:${partition}}`
}

/** hash: the models of the deployment, and a revision that rises with each change */
export function modelsKey(namespace: string): string {
  return `${namespace}:models`
}

/** What came of predictions about the members of one partition. */
export function outcomeKeys(namespace: string, partition: number) {
  const tag = `{${namespace}:o:${partition}}`
  return {
    /** hash: prediction -> how it came out, as JSON */
    records: `${tag}:r`,
    /** sorted set: prediction -> when it came out */
    times: `${tag}:t`,
  } as const
}

/** What a shadow model says of some members of one partition. */
export function shadowKeys(namespace: string, partition: number, model: number) {
  const tag = `{${namespace}:o:${partition}}`
  return {
    /** hash: member -> both risks and bands, as JSON */
    comparisons: `${tag}:c:${model}`,
    /** sorted set: member -> hash of the id */
    ranks: `${tag}:h:${model}`,
  } as const
}

/** string: the texts of a version of the plays, as JSON */
export function playTextsKey(namespace: string, version: string): string {
  return `${namespace}:plays:${version}`
}

/** The alerts list: alerts are few, so they share one slot. */
export function alertKeys(namespace: string) {
  const tag = `{${namespace}:alerts}`
  return {
    /** hash: id -> alert as JSON */
    alerts: `${tag}:h`,
    /** sorted set: id -> when it is due */
    open: `${tag}:open`,
    /** sorted set: id -> when it was closed */
    closed: `${tag}:closed`,
    /** sorted set: alert as JSON -> when the budget of its owner held it back */
    held: `${tag}:held`,
    /** sorted set, all scores 0: member, zero byte, id */
    members: `${tag}:members`,
  } as const
}

/** How many passed lately: of a play, or to a colleague. `name`: hashed. */
export function quotaKeys(namespace: string, name: string) {
  const tag = `{${namespace}:quota:${name}}`
  return {
    /** sorted set: decision -> when its place was taken */
    places: `${tag}:p`,
    /** sorted set: decision -> when it first asked */
    asked: `${tag}:a`,
    /** sorted set: decision -> what is at stake */
    worth: `${tag}:w`,
  } as const
}

/** hash: owner or role -> the last digest that went out */
export function noticesKey(namespace: string): string {
  return `${namespace}:notices`
}

/** set: what an operator has stopped */
export function killSwitchKey(namespace: string): string {
  return `${namespace}:kill`
}

/** One partition of the embedded log. The topic comes last: names with odd characters cannot collide. */
export function logKeys(namespace: string, topic: string, partition: number) {
  const tag = `{${namespace}:log:${topic}:${partition}}`
  return {
    /** stream: one entry a record, its id is `<offset>-1` */
    stream: `${tag}:x`,
    /** string: the next offset */
    next: `${tag}:n`,
  } as const
}

/** The embedded log as a whole: it lives on a single Redis, so these need no common slot. */
export function logIndexKeys(namespace: string) {
  return {
    /** hash: topic -> its settings as JSON */
    topics: `${namespace}:log:topics`,
    /** set: every group that has ever read here */
    groups: `${namespace}:log:groups`,
    /** channel: which partitions have just grown */
    wake: `${namespace}:log:wake`,
    /** hash: lane -> the last append of this writer, to recognise one that is sent again */
    writer: (writer: string) => `${namespace}:log:w:${writer}`,
    group: (group: string) => ({
      /** sorted set: member -> when its lease ends */
      members: `${namespace}:log:g:${group}:m`,
      /** hash: member -> the topics it reads, as JSON */
      topics: `${namespace}:log:g:${group}:t`,
      /** hash: topic:partition -> the member that holds it */
      owners: `${namespace}:log:g:${group}:o`,
      /** hash: topic:partition -> committed position */
      positions: `${namespace}:log:g:${group}:p`,
    }),
  } as const
}

/** The schema registry of the embedded mode. */
export function schemaKeys(namespace: string) {
  return {
    /** hash: id -> schema */
    byId: `${namespace}:schemas:id`,
    /** hash: canonical schema -> id */
    ids: `${namespace}:schemas:ids`,
    /** list per subject: ids, oldest first */
    versions: (subject: string) => `${namespace}:schemas:v:${subject}`,
  } as const
}

/** hash: id of a token -> what it is good for, with the hash of its secret, as JSON */
export function tokensKey(namespace: string): string {
  return `${namespace}:tokens`
}

/** hash: id of an erasure -> its receipt, as JSON */
export function erasuresKey(namespace: string): string {
  return `${namespace}:erasures`
}

/** What was done about dead letters. */
export function deadLetterKeys(namespace: string) {
  return {
    /** hash: partition and offset of a dead letter -> what became of it */
    handled: (topic: string) => `${namespace}:dead:${topic}`,
    /** list: who did what, latest first, as JSON */
    actions: `${namespace}:dead:actions`,
  } as const
}

/** string: which example was fed into this deployment, and how far, as JSON */
export function exampleKey(namespace: string): string {
  return `${namespace}:example`
}

/** The layout version of all of the above. */
export function layoutKey(namespace: string): string {
  return `${namespace}:layout`
}

/** BullMQ puts this before all of its keys. */
export function queuePrefix(namespace: string): string {
  return `{${namespace}:q}`
}
