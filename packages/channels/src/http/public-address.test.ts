import type { LookupAddress } from 'node:dns'
import { expect, test } from 'vitest'
import { isPrivateHost, isPublicAddress, publicLookup } from './public-address.ts'

test.each([
  ['93.184.216.34', true],
  ['2606:2800:220:1:248:1893:25c8:1946', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::1', false],
  ['::', false],
  ['fe80::1', false],
  ['fc00::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['not an address', false],
])('%s is public: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected)
})

test.each([
  ['127.0.0.1', true],
  ['[::1]', true],
  // What `new URL('http://0x7f.1/')` makes of it.
  [new URL('http://0x7f.1/').hostname, true],
  ['93.184.216.34', false],
  ['example.org', false],
])('the host %s is a private address: %s', (host, expected) => {
  expect(isPrivateHost(host)).toBe(expected)
})

type Answer = Readonly<{ error: Error | null; address: string | LookupAddress[] }>

function look(addresses: string[], all: boolean): Promise<Answer> {
  const lookup = publicLookup((_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    ),
  )
  return new Promise((done) => lookup('x.example', { all }, (error, address) => done({ error, address })))
}

test('a name that leads to public addresses is answered with them', async () => {
  expect(await look(['93.184.216.34', '93.184.216.35'], false)).toEqual({ error: null, address: '93.184.216.34' })
  expect((await look(['93.184.216.34'], true)).address).toEqual([{ address: '93.184.216.34', family: 4 }])
})

test('a name with one private address among others is refused', async () => {
  expect((await look(['93.184.216.34', '127.0.0.1'], true)).error?.message).toContain('private')
  expect((await look(['10.0.0.1'], false)).error?.message).toContain('private')
})

test('a name that leads nowhere is an error', async () => {
  expect((await look([], false)).error?.message).toContain('no address')
})
