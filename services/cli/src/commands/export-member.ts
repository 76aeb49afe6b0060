import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { alertView, decisionView, memberView } from '@perennial/api'
import { type ErasureDeps, linkedSubjects, namedSubjects, openErasure, type Person } from '@perennial/erasure'
import { isMemberKey, memberKey, partitionFor } from '@perennial/member'
import { createMemberReader, Fault, messageOf, type Platform, readContactKeys, readEnv } from '@perennial/runtime'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { memberPage } from '../member-page.ts'
import { scorerOf, vocabularyOf } from '../views.ts'
import { outputFolder } from './output-file.ts'

const ALL = 100_000

/** Prints, or writes to a folder, all that is kept of a member: what an access request asks for. */
export async function exportMember(
  context: Context,
  life: Life,
  person: Person,
  folder: string | undefined,
): Promise<void> {
  const { env, cwd } = context
  const platform = await connect(context, life, { log: true })
  const settings = readEnv(env, (from) => ({
    identityKey: from.secret('IDENTITY_KEY'),
    contactKeys: readContactKeys(from),
  }))
  const deps = await openErasure(platform, life.scope, { ...settings, vocabulary: vocabularyOf(env) })
  const held = await heldOf(platform, deps, person, env)
  if (
    held.state === null &&
    held.decisions.length + held.alerts.length + held.jobs.length === 0 &&
    held.address === null
  )
    throw new Fault('found', 'Nothing is kept of this member.')
  const json = JSON.stringify(held, undefined, 2)
  if (folder === undefined) return context.out(context.json ? json : memberPage(held))
  const path = await outputFolder(cwd, folder, '--out', 0o700)
  await writeFile(join(path, 'member.json'), `${json}\n`, { mode: 0o600 })
  await writeFile(join(path, 'member.md'), memberPage(held), { mode: 0o600 })
  context.out(context.json ? JSON.stringify({ folder: path }) : `Written: ${join(path, 'member.json')} and member.md`)
}

export type Held = Awaited<ReturnType<typeof heldOf>>

async function heldOf(platform: Platform, deps: ErasureDeps, person: Person, env: Context['env']) {
  const { memberId } = person
  const { stores } = deps
  const { namespace, partitions, clock } = platform
  const members = createMemberReader(platform.redis('command'), namespace, partitions.activity, deps.vocabulary)
  const now = clock.now()
  const rows = await members.read(memberId)
  const [decisions, contacts, alerts, jobs, outcomes, address] = await Promise.all([
    stores.ledger.ofMember(memberId, ALL),
    stores.contacts.ofMember(memberId),
    stores.alerts.ofMember(memberId),
    stores.jobs.ofMember(memberId),
    stores.outcomes.ofMember(partitionFor(memberKey(memberId), partitions.activity), memberId),
    addressOf(deps, memberId),
  ])
  return {
    memberId,
    asOf: iso(now),
    /** The score now, its parts that add up to it, and everything the row remembers. */
    state: rows === undefined ? null : memberView(await scorerOf(platform, env), memberId, rows, now),
    address,
    aliases: await aliasesOf(deps, person),
    decisions: decisions.map(decisionView),
    contacts: contacts.map(([key, { state, at }]) => ({ key, state, at: iso(at) })),
    alerts: alerts.map((alert) => alertView(alert, now)),
    jobs: jobs.map(({ job, state }) => ({ ...job, state, expiresAt: iso(job.expiresAt) })),
    /** What models said of the member, and what became of it. */
    predictions: outcomes.map(({ at, saidAt, ...rest }) => ({ ...rest, saidAt: iso(saidAt), at: iso(at) })),
  }
}

/** Null: none is kept. What is sealed with a key that is not here is said to be. */
async function addressOf({ stores }: ErasureDeps, memberId: string): Promise<string | null> {
  if (!(await stores.addresses.has(memberId))) return null
  try {
    return (await stores.addresses.addressOf(memberId)) ?? null
  } catch (error) {
    return `sealed, and not opened here: ${messageOf(error)}`
  }
}

/** The references that are linked to the member: addresses as keyed hashes, browsers, ids of other systems. */
async function aliasesOf({ store, stores, vocabulary, hashEmail }: ErasureDeps, person: Person): Promise<string[]> {
  const found = await linkedSubjects(
    { store, partitions: stores.partitions, vocabulary },
    namedSubjects(person, hashEmail),
  )
  return found.filter((subject) => !isMemberKey(subject))
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
