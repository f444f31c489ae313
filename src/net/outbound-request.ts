import { lookup as systemLookup } from 'node:dns/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { rootCertificates } from 'node:tls'
import { Refusal } from '../core/refusal.ts'
import { isPublicAddress } from './public-address.ts'

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
    ...(access.ca !== undefined && { ca: [...rootCertificates, access.ca] }),
  })
  outgoing.on('error', reject)
  outgoing.on('response', resolve)
  outgoing.end(body)
  return promise
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
