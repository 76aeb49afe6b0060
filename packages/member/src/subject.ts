/**
 * Whom a fact is about, as one string that is also its routing key and its row key:
 * `m:<member id>`, `e:<keyed hash of an email address>`, `a:<anonymous id>`, `x:<system>:<id>`.
 * Email addresses never appear here, only their hashes.
 */
export type SubjectKey = string & { readonly __brand: 'SubjectKey' }

export type MemberId = string & { readonly __brand: 'MemberId' }

export function memberKey(id: string): SubjectKey {
  return `m:${id}` as SubjectKey
}

/** `hash` is the deployment's keyed hash of the normalised address, never the address. */
export function emailKey(hash: string): SubjectKey {
  return `e:${hash}` as SubjectKey
}

export function anonymousKey(id: string): SubjectKey {
  return `a:${id}` as SubjectKey
}

export function externalKey(system: string, id: string): SubjectKey {
  return `x:${system}:${id}` as SubjectKey
}

export function isMemberKey(key: string): boolean {
  return key.startsWith('m:')
}

/** The member id inside a member key. */
export function memberIdOf(key: string): MemberId {
  return key.slice(2) as MemberId
}
