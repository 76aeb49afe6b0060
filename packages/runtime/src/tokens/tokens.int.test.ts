import { redisServer, testPlatform, type TestPlatform } from '@perennial/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTokens, type Tokens } from './tokens.ts'

const NOW = Date.UTC(2026, 5, 1)

describe.runIf(redisServer() !== undefined)('tokens', () => {
  let it: TestPlatform
  let tokens: Tokens

  beforeAll(async () => {
    it = await testPlatform()
    tokens = createTokens(it.platform.redis('command'), it.platform.namespace)
  })
  afterAll(() => it.release())

  test('are known by what they say until they are revoked, and cannot be made from what is kept', async () => {
    const { token, secret } = await tokens.create({ name: 'crm', scopes: ['members:read'] }, NOW)
    expect(await tokens.bearerOf(secret, NOW)).toEqual({ name: 'crm', scopes: ['members:read'] })
    const kept = JSON.stringify(await it.platform.redis('command').hgetall(`${it.platform.namespace}:tokens`))
    expect(kept).toContain(token.id)
    expect(kept).not.toContain(secret.slice(-20))
    expect(await tokens.list()).toEqual([token])
    expect(await tokens.revoke(token.id)).toBe(true)
    expect(await tokens.bearerOf(secret, NOW)).toBe(undefined)
    expect(await tokens.revoke(token.id)).toBe(false)
  })

  test('end when they were made to end', async () => {
    const { secret } = await tokens.create({ name: 'guest', scopes: ['members:read'], expiresAt: NOW + 10 }, NOW)
    expect(await tokens.bearerOf(secret, NOW + 9)).toBeDefined()
    expect(await tokens.bearerOf(secret, NOW + 10)).toBe(undefined)
  })

  test.each([
    ['with another end', (secret: string) => `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`],
    ['of an id that is not there', (secret: string) => secret.replace(/_[0-9a-f]{12}_/, '_000000000000_')],
    ['that is longer', (secret: string) => `${secret}A`],
    ['empty', () => ''],
  ])('a secret %s is nobody’s', async (_, change) => {
    const { secret } = await tokens.create({ name: 'crm', scopes: ['members:read'] }, NOW)
    expect(await tokens.bearerOf(change(secret), NOW)).toBe(undefined)
  })
})
