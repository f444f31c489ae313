import { Agent, request as httpsRequest, type RequestOptions } from 'node:https'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
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

/** One server, over HTTPS, on connections that stay open. */
export interface ApiClient {
  readonly origin: string
  ask(question: ClientRequest): Promise<ClientReply>
  close(): void
}

const CONNECT_PATIENCE = 10_000
const SILENCE_PATIENCE = 120_000
const LARGEST_REPLY = 256 * 1024 * 1024

/** `ca` is PEM; the system's authorities are trusted when it is absent. */
export function createClient({ url, ca }: { url: URL; ca: string | undefined }): ApiClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ...(ca === undefined ? {} : { ca }) })
  return {
    origin: url.origin,
    close: () => agent.destroy(),
    ask: ({ verb, path, headers, body }) =>
      exchange(
        url,
        {
          agent,
          method: verb,
          host: url.hostname.replace(/^\[|\]$/g, ''),
          port: url.port || 443,
          path,
          headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
        },
        body,
      ),
  }
}

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
    const trust = /CERT|TLS|SIGN|ISSUER/.test(code) ? ' Name the authority that it trusts with POSTERN_CA.' : ''
    return unreachable(`The server at ${url.origin} cannot be reached: ${message || code}.${trust}`, { code })
  }
}

const sent = (options: RequestOptions, body: string | Uint8Array | undefined): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = httpsRequest(options, resolve)
    const giveUp = (code: string, text: string) => request.destroy(Object.assign(new Error(text), { code }))
    request.on('error', reject)
    request.setTimeout(SILENCE_PATIENCE, () => giveUp('ETIMEDOUT', 'it did not answer in time'))
    request.on('socket', (socket) => {
      if (!socket.connecting) return
      const timer = setTimeout(() => giveUp('ETIMEDOUT', 'no connection came about in time'), CONNECT_PATIENCE)
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
    if (octets > LARGEST_REPLY) failed('ReplyTooLarge', 'The server answers more than can be taken in.')
  }
  return Buffer.concat(parts, octets)
}
