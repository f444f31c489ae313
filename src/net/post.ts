import type { IncomingMessage } from 'node:http'
import { SECOND } from '../core/time.ts'
import { Refusal } from '../core/refusal.ts'
import type { World } from '../core/world.ts'
import { type OutboundAccess, outboundRequest } from './outbound-request.ts'

/** The most octets of an answer that are read. */
const LONGEST_ANSWER = 4096

export interface Posted {
  readonly contentType: string
  readonly body: string
  readonly signal?: AbortSignal
}

export type PostResult =
  | { readonly status: number; readonly contentType: string; readonly body: string }
  /** No complete answer: the receiver is slow, not reachable, or not at a public address. */
  | { readonly failure: 'timeout' | 'unreachable' | 'private address' }

/** Sends a text to a URL of a client. It never rejects and follows no redirect. */
export type Post = (url: string, posted: Posted) => Promise<PostResult>

export function poster(options: OutboundAccess & { readonly world: World; readonly seconds?: number }): Post {
  const { world, seconds = 10, ...access } = options
  return async (url, { contentType, body, signal }) => {
    const ending = new AbortController()
    const end = () => ending.abort()
    const forget = world.after(seconds * SECOND, end)
    signal?.addEventListener('abort', end)
    try {
      const answer = await outboundRequest(new URL(url), access, {
        method: 'POST',
        body,
        signal: ending.signal,
        headers: { 'content-type': contentType, 'content-length': Buffer.byteLength(body) },
      })
      return {
        status: answer.statusCode ?? 0,
        contentType: answer.headers['content-type'] ?? '',
        body: await beginningOf(answer),
      }
    } catch (error) {
      if (error instanceof Refusal) return { failure: 'private address' }
      return { failure: ending.signal.aborted ? 'timeout' : 'unreachable' }
    } finally {
      forget()
      signal?.removeEventListener('abort', end)
    }
  }
}

async function beginningOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let octets = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part)
    octets += part.length
    if (octets > LONGEST_ANSWER) break
  }
  answer.destroy()
  return Buffer.concat(parts).subarray(0, LONGEST_ANSWER).toString()
}
