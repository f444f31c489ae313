import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Networks that are not public: RFC 6890 and the IANA registries of special-purpose addresses. */
const special: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]

const notPublic = new BlockList()
for (const [network, prefix] of special) notPublic.addSubnet(network, prefix, 'ipv4')
// Teredo, benchmarking and ORCHID (RFC 2928), documentation (RFC 3849, RFC 9637), 6to4 (RFC 3056), which carries an IPv4 address.
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['2002::', 16],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv6')
}

/** RFC 4291 §2.4: the global unicast range. Loopback, link-local, unique-local and mapped addresses are outside it. */
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')

/** Returns true for an address of the public internet: not this machine's, not a private network's. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !notPublic.check(address, 'ipv4')
  return isIPv6(address) && !address.includes('%') && global.check(address, 'ipv6') && !notPublic.check(address, 'ipv6')
}
