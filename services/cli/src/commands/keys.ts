import { createAddressBook, Fault, readContactKeys, readEnv } from '@perennial/runtime'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { count, number } from '../terminal/words.ts'

/** Seals every address with the newest key, so that the older ones can go. */
export async function rotateKeys(context: Context, life: Life): Promise<void> {
  const keys = readEnv(context.env, readContactKeys)
  if (keys === undefined)
    throw new Fault('usage', 'Set CONTACT_KEY to the new key and the old one: CONTACT_KEY=new,old')
  const { redis, namespace, partitions } = await connect(context, life, { log: false })
  const book = createAddressBook(redis('command'), namespace, partitions.activity, keys)
  const progress = context.progress('Addresses')
  let done = { seen: 0, total: 0, resealed: 0 }
  for await (done of book.rotate()) progress.update(done.seen, done.total)
  progress.finish()
  if (context.json) return context.out(JSON.stringify({ addresses: done.seen, resealed: done.resealed }))
  context.out(
    `${count(done.seen, 'address', 'addresses')} looked at, ${number(done.resealed)} sealed anew. The newest key opens all of them now: the others can be taken out of CONTACT_KEY, of every service.`,
  )
}
