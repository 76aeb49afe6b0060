import { memberKey, partitionFor } from '@perennial/member'
import type { Redis } from 'ioredis'
import { contactsKey, contactTimesKey } from '../redis/keys.ts'
import { defineScript, type ScriptArgument } from '../redis/script.ts'
import { BEGIN_SCRIPT, RESERVE_SCRIPT, SETTLE_SCRIPT } from './contact-scripts.ts'
import type { Contact, ContactCap, ContactRef, Contacts, ContactState, Reserved } from './contacts.ts'

/** A contact is remembered longer than any membership term lasts. */
const CONTACT_RETENTION_MS = 5 * 365 * 24 * 3_600_000

/** The contacts of all members, in Redis: two keys a member, both in the slot of the member's partition. */
export function createContacts(redis: Redis, namespace: string, partitions: number): Contacts {
  const reserve = defineScript(redis, 'contactReserve', RESERVE_SCRIPT)
  const begin = defineScript(redis, 'contactBegin', BEGIN_SCRIPT)
  const settle = defineScript(redis, 'contactSettle', SETTLE_SCRIPT)

  const keysOf = ({ memberId, audience }: ContactRef) => {
    const partition = partitionFor(memberKey(memberId), partitions)
    return [
      contactsKey(namespace, partition, memberId),
      contactTimesKey(namespace, partition, audience, memberId),
    ] as const
  }

  return {
    view: (refs) =>
      Promise.all(
        refs.map(async (ref) => {
          const [contacts, times] = keysOf(ref)
          const [known, planned] = await Promise.all([
            redis.hget(contacts, fieldOf(ref)),
            redis.zrange(times, 0, -1, 'WITHSCORES'),
          ])
          return { contact: parseContact(known), others: otherTimes(planned, fieldOf(ref)) }
        }),
      ),

    // Sent in order on one connection, so they are run in order.
    reserve: (reservations) =>
      Promise.all(
        reservations.map(async ({ ref, interventionId, plannedAt, caps }) => {
          const args = [fieldOf(ref), interventionId, plannedAt, CONTACT_RETENTION_MS, ...capArguments(caps)]
          return parseReserved(String(await reserve(keysOf(ref), args)))
        }),
      ),

    async begin({ ref, interventionId, caps }, now) {
      const args = [fieldOf(ref), interventionId, now, CONTACT_RETENTION_MS, ...capArguments(caps)]
      return (await begin(keysOf(ref), args)) as 'begun' | 'sent' | 'gone' | 'capped'
    },

    async settle(ref, interventionId, state) {
      return (await settle(keysOf(ref), [fieldOf(ref), interventionId, state])) as ContactState | 'gone'
    },
  }
}

/** Terms, playbooks and steps hold no '|'. */
function fieldOf({ termId, playbook, step }: ContactRef): string {
  return `${termId}|${playbook}|${step}`
}

function capArguments(caps: readonly ContactCap[]): ScriptArgument[] {
  return caps.flatMap(({ contacts, withinMs }) => [contacts, withinMs])
}

function parseContact(stored: string | null): Contact | undefined {
  const [state, interventionId, attempt, at] = stored?.split('|') ?? []
  if (state === undefined || interventionId === undefined) return undefined
  return { state: state as ContactState, interventionId, attempt: Number(attempt), at: Number(at) }
}

function otherTimes(withScores: readonly string[], own: string): number[] {
  const times: number[] = []
  for (let n = 0; n < withScores.length; n += 2) if (withScores[n] !== own) times.push(Number(withScores[n + 1]))
  return times
}

function parseReserved(answer: string): Reserved {
  const [kind, attempt] = answer.split('|')
  if (kind === 'reserved' || kind === 'mine') return { kind, attempt: Number(attempt) }
  return { kind: kind === 'capped' ? 'capped' : 'taken' }
}
