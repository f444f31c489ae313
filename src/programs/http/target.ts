/** The parts of a node:http request that name its target. */
interface RequestHead {
  readonly url?: string | undefined
  readonly httpVersion: string
  /** Alternating names and values, as sent. */
  readonly rawHeaders: readonly string[]
}

/** The target of a request, and the host name by which the client reached this server. */
export interface RequestTarget {
  /** In origin form (RFC 9112 §3.2.1), without a fragment. */
  readonly url: string
  readonly query: URLSearchParams
  /** `https://host:port`; undefined if the request has no valid host. */
  readonly base: string | undefined
  /** RFC 9112 §3.2: whether Host is missing from an HTTP/1.1 request, or was sent more than once. */
  readonly ambiguous: boolean
}

/** Reads the request line and Host. No input makes it throw. */
export function targetOf({ url = '/', httpVersion, rawHeaders }: RequestHead): RequestTarget {
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]!.toLowerCase() === 'host')
  // RFC 9112 §3.2.2: the authority of an absolute-form target replaces Host.
  const [, authority, rest] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? []
  const [origin = ''] = (rest ?? url).split('#', 1)
  const own = rest === undefined || origin.startsWith('/') ? origin : `/${origin}`
  return {
    url: own,
    query: new URLSearchParams(own.includes('?') ? own.slice(own.indexOf('?') + 1) : ''),
    base: baseOf(authority ?? hosts[0] ?? ''),
    ambiguous: hosts.length > 1 || (hosts.length === 0 && httpVersion === '1.1'),
  }
}

export const pathOf = (url: string): string => url.split('?', 1)[0]!

const hostShape = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i

function baseOf(host: string): string | undefined {
  const base = `https://${host}`
  // Ports above 65535 and invalid IPv4 addresses match the pattern, but are not hosts.
  return hostShape.test(host) && URL.canParse(base) ? base : undefined
}
