import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { EpochMs } from '@perennial/member'
import type { Redis } from 'ioredis'
import { tokensKey } from '../redis/keys.ts'

/** What a token may be good for. Public: clients and settings rely on the names. */
export const TOKEN_SCOPES = [
  'members:read',
  'alerts:read',
  'alerts:write',
  'plays:read',
  'facts:write',
  'metrics:read',
  'erasures:write',
] as const
export type TokenScope = (typeof TOKEN_SCOPES)[number]

/** A token as it is kept: what it says cannot be made from it. */
export type Token = Readonly<{
  id: string
  /** Of the program, or role, that has it. */
  name: string
  scopes: readonly TokenScope[]
  createdAt: EpochMs
  expiresAt?: EpochMs
}>

/** Who asks. */
export type Bearer = Readonly<{ name: string; scopes: readonly TokenScope[] }>

export type TokenWish = Readonly<{ name: string; scopes: readonly TokenScope[]; expiresAt?: EpochMs }>

/** Who may use the API. */
export interface Tokens {
  /** `secret` is told once, and kept nowhere. */
  create(wish: TokenWish, now: EpochMs): Promise<Readonly<{ token: Token; secret: string }>>
  /** Oldest first, those that are over included. */
  list(): Promise<Token[]>
  /** False: there is no such token. Holds from the next request on. */
  revoke(id: string): Promise<boolean>
  /** Undefined: nobody's, or nobody's any more. */
  bearerOf(secret: string, now: EpochMs): Promise<Bearer | undefined>
}

const SECRET = /^prn_([0-9a-f]{12})_[\w-]{43}$/
const ID_BYTES = 6
const SECRET_BYTES = 32

type Kept = Token & Readonly<{ hash: string }>

/** A secret that nobody guesses, with the id that it is found by. */
export function newSecret(): Readonly<{ id: string; secret: string }> {
  const id = randomBytes(ID_BYTES).toString('hex')
  return { id, secret: `prn_${id}_${randomBytes(SECRET_BYTES).toString('base64url')}` }
}

/** Takes the same time wherever the first difference is, and whatever the lengths are. */
export function isSameSecret(a: string, b: string): boolean {
  return timingSafeEqual(hashOf(a), hashOf(b))
}

export function createTokens(redis: Redis, namespace: string): Tokens {
  const key = tokensKey(namespace)
  const parse = (text: string) => JSON.parse(text) as Kept
  return {
    async create(wish, now) {
      const { id, secret } = newSecret()
      const token: Token = { id, ...wish, createdAt: now }
      // 256 random bits need no slow hash: there is nothing to try.
      await redis.hset(key, id, JSON.stringify({ ...token, hash: hashOf(secret).toString('hex') } satisfies Kept))
      return { token, secret }
    },

    async list() {
      const kept = (await redis.hvals(key)).map(parse)
      return kept.map(({ hash: _hash, ...token }) => token).toSorted((a, b) => a.createdAt - b.createdAt)
    },

    revoke: async (id) => (await redis.hdel(key, id)) === 1,

    async bearerOf(secret, now) {
      const id = SECRET.exec(secret)?.[1]
      const stored = id === undefined ? null : await redis.hget(key, id)
      if (stored === null) return undefined
      const { hash, name, scopes, expiresAt = Infinity } = parse(stored)
      return timingSafeEqual(hashOf(secret), Buffer.from(hash, 'hex')) && now < expiresAt ? { name, scopes } : undefined
    },
  }
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
