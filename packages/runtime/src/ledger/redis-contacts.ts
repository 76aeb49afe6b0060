import { type EpochMs, memberKey, partitionFor } from '@perennial/member'
import type { Redis } from 'ioredis'
import { contactsKey, contactTimesKey } from '../redis/keys.ts'
import { defineScript, type ScriptArgument } from '../redis/script.ts'
import { BEGIN_SCRIPT, RESERVE_SCRIPT, SETTLE_SCRIPT } from './contact-scripts.ts'
import type {
  Contact,
  ContactCap,
  ContactRef,
  Contacts,
  ContactState,
  ContactTraits,
  OtherContact,
  Reservation,
  Reserved,
} from './contacts.ts'

/** A contact is remembered longer than any membership term lasts. */
const CONTACT_RETENTION_MS = 5 * 365 * 24 * 3_600_000

/** The contacts of all members, in Redis: two keys a member, both in the slot of the member's partition. */
export function createContacts(redis: Redis, namespace: string, partitions: number): Contacts {
  const reserve = defineScript(redis, 'contactReserve', RESERVE_SCRIPT)
  const begin = defineScript(redis, 'contactBegin', BEGIN_SCRIPT)
  const settle = defineScript(redis, 'contactSettle', SETTLE_SCRIPT)

  const keysOf: KeysOf = ({ memberId, audience }) => {
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
            redis.hgetall(contacts),
            redis.zrange(times, 0, -1, 'WITHSCORES'),
          ])
          return { contact: parseContact(known[fieldOf(ref)]), others: othersOf(planned, known, fieldOf(ref)) }
        }),
      ),

    // Sent in order on one connection, so they are run in order.
    reserve: (reservations) =>
      Promise.all(
        reservations.map(async (wish) =>
          parseReserved(String(await reserve(keysOf(wish.ref), argumentsOf(wish, wish.plannedAt)))),
        ),
      ),

    async begin(reservation, now) {
      const answer = await begin(keysOf(reservation.ref), argumentsOf(reservation, now))
      return answer as 'begun' | 'sent' | 'gone' | 'capped'
    },

    async settle(ref, interventionId, state) {
      return (await settle(keysOf(ref), [fieldOf(ref), interventionId, state])) as ContactState | 'gone'
    },

    ...ofOneMember(redis, keysOf),
  }
}

type KeysOf = (of: Pick<ContactRef, 'memberId' | 'audience'>) => readonly [contacts: string, times: string]

function ofOneMember(redis: Redis, keysOf: KeysOf): Pick<Contacts, 'ofMember' | 'forget'> {
  return {
    async ofMember(memberId) {
      const [contacts] = keysOf({ memberId, audience: 'member' })
      return Object.entries(await redis.hgetall(contacts)).flatMap(([key, text]) => {
        const contact = parseContact(text)
        return contact === undefined ? [] : [[key, contact] as const]
      })
    },

    async forget(memberId) {
      const [contacts, asMember] = keysOf({ memberId, audience: 'member' })
      const [, asTeam] = keysOf({ memberId, audience: 'team' })
      const known = await redis.hlen(contacts)
      await redis.del(contacts, asMember, asTeam)
      return known
    },
  }
}

/** Terms, playbooks and steps hold no '|'. */
function fieldOf({ termId, playbook, step }: ContactRef): string {
  return `${termId}|${playbook}|${step}`
}

function argumentsOf(
  { ref, interventionId, traits, caps, counted = true }: Omit<Reservation, 'plannedAt'>,
  at: EpochMs,
): ScriptArgument[] {
  const what = [fieldOf(ref), interventionId, at, CONTACT_RETENTION_MS]
  return [...what, traits?.priority ?? '', stored(traits), counted ? 1 : 0, ...capArguments(caps)]
}

function capArguments(caps: readonly ContactCap[]): ScriptArgument[] {
  return caps.flatMap(({ contacts, withinMs, purpose = '', channel = '', step }) => [
    contacts,
    withinMs,
    purpose,
    channel,
    step === undefined ? '' : `|${step.playbook}|${step.step}`,
  ])
}

function stored(traits: ContactTraits | undefined): string {
  return traits === undefined ? '' : `|${traits.purpose}|${traits.channel}|${traits.priority ?? ''}`
}

function parseContact(stored: string | undefined): Contact | undefined {
  const [state, interventionId, attempt, at] = stored?.split('|') ?? []
  if (state === undefined || interventionId === undefined) return undefined
  return { state: state as ContactState, interventionId, attempt: Number(attempt), at: Number(at) }
}

function othersOf(withScores: readonly string[], known: Readonly<Record<string, string>>, own: string): OtherContact[] {
  const others: OtherContact[] = []
  for (let n = 0; n < withScores.length; n += 2) {
    const field = withScores[n] ?? ''
    if (field === own) continue
    const [, playbook = '', step = ''] = field.split('|')
    const [state, , , , purpose, channel, priority] = known[field]?.split('|') ?? []
    others.push({
      at: Number(withScores[n + 1]),
      playbook,
      step,
      pending: state === 'pending',
      ...(purpose === undefined || channel === undefined ? {} : { purpose, channel }),
      ...(priority === undefined || priority === '' ? {} : { priority: Number(priority) }),
    })
  }
  return others
}

function parseReserved(answer: string): Reserved {
  const [kind, attempt] = answer.split('|')
  if (kind === 'reserved' || kind === 'mine') return { kind, attempt: Number(attempt) }
  return { kind: kind === 'capped' ? 'capped' : 'taken' }
}
