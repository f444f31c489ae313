import { X509Certificate } from 'node:crypto'
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { checkServerIdentity, type ConnectionOptions } from 'node:tls'
import { CliFailure, failed, unreachable } from './failure.ts'

export interface ClientRequest {
  readonly verb: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Path and query, percent-encoded. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface ClientReply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A client for one server, over HTTPS connections that stay open. */
export interface ApiClient {
  readonly origin: string
  ask(passwordRequest: ClientRequest): Promise<ClientReply>
  close(): void
}

/** Milliseconds to connect, and for each answer. */
const CONNECT_TIMEOUT = 10_000
const ANSWER_TIMEOUT = 120_000
const LARGEST_REPLY = 256 * 1024 * 1024

interface ClientOptions {
  readonly url: URL
  /** PEM; the system's authorities are trusted when it is absent. */
  readonly ca: string | undefined
  /** The URL to connect to, for a server on this machine: `url` may lead to a proxy, or nowhere from here. */
  readonly localUrl?: URL | undefined
}

export function createClient({ url, ca, localUrl }: ClientOptions): ApiClient {
  const address = localUrl ?? url
  const host = hostOf(address)
  const trust: ConnectionOptions = { ...(ca !== undefined && { ca }), ...(localUrl && trustOnThisMachine(url, ca)) }
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ...trust })
  return {
    origin: url.origin,
    close: () => agent.destroy(),
    ask: ({ verb, path, headers, body }) =>
      exchange(
        address,
        {
          agent,
          method: verb,
          host,
          port: address.port || 443,
          path,
          headers: {
            host: url.host,
            ...headers,
            ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
          },
        },
        body,
      ),
  }
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

/**
 * The file `ca` of a server on this machine is its authority or its own certificate. The certificate itself is enough:
 * neither its issuer nor its host name has to be known here.
 */
function trustOnThisMachine(url: URL, ca: string | undefined): ConnectionOptions {
  const known = new Set(certificatesIn(ca ?? ''))
  const name = hostOf(url)
  return {
    allowPartialTrustChain: true,
    // RFC 6066 §3: no address is a server name.
    servername: isIP(name) ? '' : name,
    checkServerIdentity: (_, peer) => (known.has(peer.fingerprint256) ? undefined : checkServerIdentity(name, peer)),
  }
}

const certificatesIn = (pem: string): readonly string[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (block) => new X509Certificate(block).fingerprint256,
  )

async function exchange(
  url: URL,
  options: RequestOptions,
  body: string | Uint8Array | undefined,
): Promise<ClientReply> {
  try {
    const response = await sent(options, body)
    return { status: response.statusCode ?? 0, headers: response.headers, body: await whole(response) }
  } catch (thrown) {
    if (thrown instanceof CliFailure) throw thrown
    const { code, message } = thrown as NodeJS.ErrnoException
    if (code === undefined) throw thrown
    const trust = /SELF_SIGNED|UNABLE_TO|UNTRUSTED/.test(code) ? ' Name its certificate authority with POSTERN_CA.' : ''
    return unreachable(`The server at ${url.origin} cannot be reached: ${message || code}.${trust}`, { code })
  }
}

const sent = (options: RequestOptions, body: string | Uint8Array | undefined): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = httpsRequest(options, resolve)
    const giveUp = (code: string, text: string) => request.destroy(Object.assign(new Error(text), { code }))
    request.on('error', reject)
    request.setTimeout(ANSWER_TIMEOUT, () => giveUp('ETIMEDOUT', 'the server did not answer in time'))
    request.on('socket', (socket) => {
      if (!socket.connecting) return
      const timer = setTimeout(() => giveUp('ETIMEDOUT', 'no connection in time'), CONNECT_TIMEOUT)
      socket.once('secureConnect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer))
    })
    request.end(body)
  })

async function whole(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let octets = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part)
    octets += part.length
    if (octets > LARGEST_REPLY) failed('ReplyTooLarge', 'The answer of the server is too large.')
  }
  return Buffer.concat(parts, octets)
}
