import { lookup as systemLookup } from 'node:dns/promises'
import { request } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { rootCertificates } from 'node:tls'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { World } from '../../../core/world.ts'
import { isPublicAddress } from './address.ts'

export interface Judged {
  /** Whether addresses of this machine and of its network may be asked. */
  readonly privateAddresses: boolean
  readonly resolve?: Resolve
}

/** Milliseconds from the name's resolution to the last octet, redirects included. */
const PATIENCE = 5000
const MOST_OCTETS = 64 * 1024
const MOST_REDIRECTS = 3

/** A JSON document of someone else's, and the seconds for which they say it is good. */
export interface OutsideDocument {
  readonly body: unknown
  readonly maxAge: number | undefined
}

/** Refuses what is not there, too large, too slow, or at an address that is not to be asked. */
export type FetchDocument = (url: URL) => Promise<OutsideDocument>

export interface Outside extends Judged {
  readonly world: World
  /** PEM of authorities that are trusted beside the usual ones. */
  readonly ca: string | undefined
}

/** Asks the outside over HTTPS, within bounds: what is asked for is named by people who may mean no good. */
export function documentFetcher(outside: Outside): FetchDocument {
  return async (url) => {
    const ending = new AbortController()
    const forget = outside.world.after(PATIENCE, () => ending.abort())
    try {
      return await follow(outside, url, ending.signal)
    } finally {
      forget()
    }
  }
}

async function follow(outside: Outside, first: URL, signal: AbortSignal): Promise<OutsideDocument> {
  let url = first
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const answer = await ask(outside, url, signal)
    if (!('location' in answer)) return answer
    const next = URL.parse(answer.location, url.href)
    // Whoever is trusted for one host is not for another.
    if (next?.protocol !== 'https:' || next.host !== first.host) return refuse('not-allowed', 'It redirects elsewhere')
    url = next
  }
  return refuse('not-allowed', 'It redirects without end')
}

function ask(
  outside: Outside,
  url: URL,
  signal: AbortSignal,
): Promise<OutsideDocument | { readonly location: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<OutsideDocument | { readonly location: string }>()
  judgeAddressIn(url, outside)
  const asking = request(url, {
    agent: false,
    signal,
    headers: { accept: 'application/json', 'user-agent': 'Postern' },
    lookup: judgedLookup(outside),
    rejectUnauthorized: true,
    ...(outside.ca !== undefined && { ca: [...rootCertificates, outside.ca] }),
  })
  const fail = (thrown: Error) => reject(signal.aborted ? refusal('It did not answer in time') : refusalOf(thrown))
  asking.on('error', fail)
  asking.on('response', (answer) => {
    const { statusCode = 0, headers } = answer
    answer.on('error', fail)
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      asking.destroy()
      return resolve({ location: headers.location })
    }
    if (statusCode !== 200) {
      asking.destroy()
      return reject(refusal(`It answered with HTTP ${statusCode}`))
    }
    const chunks: Buffer[] = []
    let octets = 0
    answer.on('data', (chunk: Buffer) => {
      octets += chunk.length
      if (octets > MOST_OCTETS) asking.destroy(refusal('It is too large'))
      else chunks.push(chunk)
    })
    answer.on('end', () => {
      try {
        resolve({ body: JSON.parse(Buffer.concat(chunks).toString()), maxAge: maxAgeOf(headers['cache-control']) })
      } catch {
        reject(refusal('It is no JSON'))
      }
    })
    return undefined
  })
  asking.end()
  return promise
}

const refusal = (text: string) => new Refusal('no-such-thing', text)

/** An error of the network or of TLS tells itself by its code. */
const refusalOf = (thrown: NodeJS.ErrnoException): Refusal =>
  thrown instanceof Refusal ? thrown : refusal(`It cannot be reached (${thrown.code ?? thrown.message})`)

/** RFC 9111 §5.2.2.1. */
const maxAgeOf = (cacheControl: string | undefined): number | undefined => {
  const found = /(?:^|,)\s*max-age=(\d{1,9})\b/i.exec(cacheControl ?? '')?.[1]
  return found === undefined ? undefined : Number(found)
}

/** All addresses of a name, as `dns.lookup` answers them. */
type Resolve = (name: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

const notPublic = () => new Refusal('not-allowed', 'Its address is not one of the internet')

const mayBeAsked = ({ privateAddresses }: Judged, address: string): boolean =>
  privateAddresses || isPublicAddress(address)

/**
 * What a name stands for is judged after it was resolved, and what was judged is what is connected to: a name that
 * stands for another address the next time it is asked gains nothing. One address that may not be asked spoils all.
 */
export const judgedLookup =
  (outside: Judged): LookupFunction =>
  (name, options, answer) => {
    const resolve = outside.resolve ?? ((it: string) => systemLookup(it, { all: true }))
    resolve(name).then(
      (found) => {
        const first = found[0]
        if (!first || !found.every(({ address }) => mayBeAsked(outside, address))) {
          return answer(notPublic(), '')
        }
        return options.all ? answer(null, [...found]) : answer(null, first.address, first.family)
      },
      (thrown: Error) => answer(thrown, ''),
    )
  }

/** A name that is an address is not looked up, so it is judged before it is asked; refuses `not-allowed`. */
export function judgeAddressIn({ hostname }: URL, judged: Judged): void {
  const name = hostname.replace(/^\[|\]$/g, '')
  if (isIP(name) !== 0 && !mayBeAsked(judged, name)) throw notPublic()
}
