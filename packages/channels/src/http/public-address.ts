import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** The request would have gone to an address inside the network. */
export class PrivateAddress extends Error {
  constructor() {
    super('the address is private')
    this.name = 'PrivateAddress'
  }
}

/**
 * Whether an IP address is one of the open Internet. Everything else is refused: loopback, private, link-local (the
 * metadata services of clouds), shared, multicast, reserved, and IPv6 forms that wrap an IPv4 address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  return ipaddr.process(address).range() === 'unicast'
}

/** A host name that is an address already is never looked up, so it is checked by itself. */
export function isPrivateHost(hostname: string): boolean {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) !== 0 && !isPublicAddress(bare)
}

type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * A lookup whose answers are the very addresses that are connected to, so a name that changes its mind between
 * check and use (DNS rebinding) gains nothing. One private address among the answers, and none is used.
 */
export function publicLookup(resolve: Resolve = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, '', 4)
      if (addresses.some(({ address }) => !isPublicAddress(address))) return callback(new PrivateAddress(), '', 4)
      if (options.all === true) return callback(null, addresses)
      const [first] = addresses
      if (first === undefined) return callback(new Error(`no address for ${hostname}`), '', 4)
      return callback(null, first.address, first.family)
    })
  }
}
