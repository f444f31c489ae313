import { lookup as systemLookup } from 'node:dns/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { BlockList, isIP, isIPv4, isIPv6, type LookupFunction } from 'node:net'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import { Refusal } from '../core/refusal.ts'

/** Returns all addresses of a host name, as `dns.lookup` does. */
type Resolve = (name: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

/** The hosts that an outbound request may connect to. */
export interface OutboundAccess {
  /** Allows addresses of this machine and of private networks. */
  readonly privateAddresses: boolean
  readonly resolve?: Resolve
  /** PEM of certificate authorities to trust in addition to the usual ones. */
  readonly ca?: string | undefined
}

interface OutboundRequestOptions {
  readonly method?: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string | number>>
  readonly body?: string
  readonly signal: AbortSignal
}

/**
 * Sends an HTTPS request to a host that a user or a client named, and returns the response when its headers arrive. It
 * connects to public addresses only, unless `access` allows private ones. It does not follow redirects.
 */
export async function outboundRequest(
  url: URL,
  access: OutboundAccess,
  { method = 'GET', headers, body, signal }: OutboundRequestOptions,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  checkLiteralAddress(url, access)
  const outgoing = request(url, {
    method,
    agent: false,
    signal,
    headers: { ...headers, 'user-agent': 'Postern' },
    lookup: guardedLookup(access),
    rejectUnauthorized: true,
    ...(access.ca !== undefined && { secureContext: contextWith(access.ca) }),
  })
  outgoing.on('error', reject)
  outgoing.on('response', resolve)
  outgoing.end(body)
  return promise
}

/** Reading all root certificates takes milliseconds, so it happens once. There is one authority, or a few in tests. */
const contexts = new Map<string, SecureContext>()

function contextWith(ca: string): SecureContext {
  const context = contexts.get(ca) ?? createSecureContext({ ca: [...rootCertificates, ca] })
  contexts.set(ca, context)
  return context
}

const notAllowed = () => new Refusal('not-allowed', 'Its address is not a public one')

const isAllowed = ({ privateAddresses }: OutboundAccess, address: string): boolean =>
  privateAddresses || isPublicAddress(address)

/** Node does not look up a host name that is an address, so this checks it. Refuses with `not-allowed`. */
function checkLiteralAddress({ hostname }: URL, access: OutboundAccess): void {
  const name = hostname.replace(/^\[|\]$/g, '')
  if (isIP(name) !== 0 && !isAllowed(access, name)) throw notAllowed()
}

/**
 * Checks the addresses that a name resolves to. The connection uses the addresses that were checked, so a name that
 * resolves to another address the next time (DNS rebinding) gains nothing. One address that is not allowed refuses all.
 */
const guardedLookup =
  (access: OutboundAccess): LookupFunction =>
  (name, options, answer) => {
    const resolve = access.resolve ?? ((it: string) => systemLookup(it, { all: true }))
    resolve(name).then(
      (found) => {
        const first = found[0]
        if (!first || !found.every(({ address }) => isAllowed(access, address))) return answer(notAllowed(), '')
        return options.all ? answer(null, [...found]) : answer(null, first.address, first.family)
      },
      (thrown: Error) => answer(thrown, ''),
    )
  }

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
// Teredo, benchmarking and ORCHID (RFC 2928), documentation (RFC 3849, RFC 9637), 6to4 (RFC 3056), which carries an
// IPv4 address.
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
