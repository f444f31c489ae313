/** The parts of a node:http request that say what is asked of whom. */
interface RequestHead {
  readonly url?: string | undefined
  readonly httpVersion: string
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[]
}

/** What a request asks for, and by which name its client reached this server. */
export interface RequestTarget {
  /** In origin form (RFC 9112 §3.2.1), without a fragment. */
  readonly url: string
  readonly query: URLSearchParams
  /** `https://host:port`; undefined where the request names no host, or nothing that is one. */
  readonly base: string | undefined
  /** RFC 9112 §3.2: whether Host is missing from an HTTP/1.1 request, or was sent more than once. */
  readonly ambiguous: boolean
}

/** Reads the request line and Host. Nothing that a client can send makes it throw. */
export function targetOf({ url = '/', httpVersion, rawHeaders }: RequestHead): RequestTarget {
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]!.toLowerCase() === 'host')
  // RFC 9112 §3.2.2: the authority of an absolute-form target takes the place of Host.
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
  // Ports beyond 65535 and numbers that are no IPv4 address have the right shape, and are no host.
  return hostShape.test(host) && URL.canParse(base) ? base : undefined
}
