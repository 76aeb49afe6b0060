import { createTokens, Fault, type Tokens, type TokenScope } from '@perennial/runtime'
import { connect } from '../connect.ts'
import type { Context } from '../context.ts'
import type { Life } from '../lifecycle.ts'
import { renderTable } from '../terminal/table.ts'
import { date } from '../terminal/words.ts'

type Wish = Readonly<{ name: string; scopes: readonly TokenScope[]; expiresAt?: number }>

/** Makes a token, and tells it this once. */
export async function createToken(context: Context, life: Life, wish: Wish): Promise<void> {
  if (wish.name.trim() === '')
    throw new Fault('usage', 'Name who gets the token: perennial token create website --scope facts:write')
  if (wish.expiresAt !== undefined && wish.expiresAt <= context.now())
    throw new Fault('usage', `--expires is ${date(wish.expiresAt)}, which is over: it must lie ahead.`)
  const { token, secret } = await (await open(context, life)).create(wish, context.now())
  if (context.json) return context.out(JSON.stringify({ ...token, token: secret }))
  context.out(secret)
  context.note(`Token ${token.id} of ${token.name}, good for ${token.scopes.join(', ')}. It is not shown again.`)
}

/** Who may use the API; never with what. */
export async function listTokens(context: Context, life: Life): Promise<void> {
  const tokens = await (await open(context, life)).list()
  if (context.json) return context.out(JSON.stringify({ tokens }))
  if (tokens.length === 0)
    return context.out('No tokens were made. Make one: perennial token create website --scope facts:write')
  const columns = ['token', 'name', 'made', 'until', 'good for'].map((title) => ({ title }))
  const rows = tokens.map(({ id, name, createdAt, expiresAt, scopes }) => [
    id,
    name,
    date(createdAt),
    expiresAt === undefined ? '' : date(expiresAt),
    scopes.join(', '),
  ])
  context.out(renderTable(columns, rows, context.width))
}

/** Takes a token back. */
export async function revokeToken(context: Context, life: Life, id: string): Promise<void> {
  if (!(await (await open(context, life)).revoke(id)))
    throw new Fault('found', `There is no token '${id}'. Those there are: perennial token`)
  context.out(context.json ? JSON.stringify({ revoked: id }) : `Token ${id} is worthless from now on.`)
}

async function open(context: Context, life: Life): Promise<Tokens> {
  const { redis, namespace } = await connect(context, life, { log: false })
  return createTokens(redis('command'), namespace)
}
