import type { IncomingMessage } from 'node:http'
import { Refusal, refuse } from '../core/refusal.ts'
import type { World } from '../core/world.ts'
import { type OutboundAccess, outboundRequest } from './outbound-request.ts'

/** Milliseconds from the name's resolution to the last octet, redirects included. */
const TIME_LIMIT = 5000
const SIZE_LIMIT = 64 * 1024
const REDIRECT_LIMIT = 3

/** A JSON document of another server. */
export interface FetchedDocument {
  readonly body: unknown
  /** The seconds for which the document may be cached. */
  readonly maxAge: number | undefined
}

/** Refuses a document that does not exist, is too large or too slow, or has an address that is not allowed. */
export type FetchDocument = (url: URL) => Promise<FetchedDocument>

export interface FetchDocumentOptions extends OutboundAccess {
  readonly world: World
}

/** Fetches JSON documents over HTTPS, within bounds: the URLs may come from people with bad intentions. */
export function documentFetcher(options: FetchDocumentOptions): FetchDocument {
  return async (url) => {
    const timeout = new AbortController()
    const cancel = options.world.after(TIME_LIMIT, () => timeout.abort())
    try {
      return await followRedirects(options, url, timeout.signal)
    } finally {
      cancel()
    }
  }
}

async function followRedirects(access: OutboundAccess, first: URL, signal: AbortSignal): Promise<FetchedDocument> {
  let url = first
  for (let redirects = 0; redirects <= REDIRECT_LIMIT; redirects++) {
    const answer = await get(access, url, signal)
    if (!('location' in answer)) return answer
    const next = URL.parse(answer.location, url.href)
    // Trust in one host says nothing about another.
    if (next?.protocol !== 'https:' || next.host !== first.host) return refuse('not-allowed', 'It redirects elsewhere')
    url = next
  }
  return refuse('not-allowed', 'It redirects without end')
}

async function get(
  access: OutboundAccess,
  url: URL,
  signal: AbortSignal,
): Promise<FetchedDocument | { readonly location: string }> {
  try {
    const answer = await outboundRequest(url, access, { headers: { accept: 'application/json' }, signal })
    const { statusCode = 0, headers } = answer
    if (statusCode === 200) return { body: await readJson(answer), maxAge: maxAgeOf(headers['cache-control']) }
    answer.destroy()
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) return { location: headers.location }
    throw refusal(`It answered with HTTP ${statusCode}`)
  } catch (thrown) {
    throw signal.aborted ? refusal('It did not answer in time') : refusalOf(thrown as NodeJS.ErrnoException)
  }
}

async function readJson(answer: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let octets = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    octets += chunk.length
    if (octets > SIZE_LIMIT) throw refusal('It is too large')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    throw refusal('It is not JSON')
  }
}

const refusal = (text: string) => new Refusal('no-such-thing', text)

/** Errors of the network and of TLS have a code that says what is wrong. */
const refusalOf = (thrown: NodeJS.ErrnoException): Refusal =>
  thrown instanceof Refusal ? thrown : refusal(`It cannot be reached (${thrown.code ?? thrown.message})`)

/** RFC 9111 §5.2.2.1. */
const maxAgeOf = (cacheControl: string | undefined): number | undefined => {
  const found = /(?:^|,)\s*max-age=(\d{1,9})\b/i.exec(cacheControl ?? '')?.[1]
  return found === undefined ? undefined : Number(found)
}
