import type { HttpRequest } from '../../core/http.ts'
import { refuse } from '../../core/refusal.ts'
import type { CmdletInput } from './cmdlet-input.ts'

const DEFAULT_PAGE = 100
const LARGEST_PAGE = 5_000

/** docs/reference/exchange-admin.md §9.1: `Prefer` or `X-prefer: odata.maxpagesize=1000`. */
export function preferredPage({ headers }: HttpRequest): number | undefined {
  const preferred = `${headers.prefer ?? ''},${headers['x-prefer'] ?? ''}`
  const size = Number(/odata\.maxpagesize\s*=\s*"?(\d{1,9})/i.exec(preferred)?.[1] ?? 0)
  return size > 0 ? Math.min(size, LARGEST_PAGE) : undefined
}

/** Which of `count` things are on the page that is asked for. */
export function pageOf(request: HttpRequest, count: number): { from: number; to: number; more: boolean } {
  const from = continuation(request)?.skip ?? 0
  const to = Math.min(from + (preferredPage(request) ?? DEFAULT_PAGE), count)
  return { from, to, more: to < count }
}

/** Where the next page begins, and the question that it continues. */
export interface Continuation {
  readonly skip: number
  /** When the first page was asked for: what came later is on none of them. Milliseconds since the epoch. */
  readonly began?: number
  /** Absent where the rest of the link says what is asked for. */
  readonly input?: CmdletInput
}

/**
 * docs/reference/exchange-admin.md §9.3: the link is followed by GET, or by the same POST once more; so it holds
 * everything.
 */
export function nextLink(request: HttpRequest, continuation: Continuation): string {
  const url = new URL(request.path, request.base)
  for (const [name, value] of request.query) url.searchParams.set(name, value)
  url.searchParams.set('$skiptoken', Buffer.from(JSON.stringify(continuation)).toString('base64url'))
  return url.href
}

/** Reads `$skiptoken` back; it is the caller's own words, and no more is trusted than in a fresh request. */
export function continuation(
  request: HttpRequest,
): { skip: number; began: number | undefined; input: unknown } | undefined {
  const token = request.query.get('$skiptoken')
  if (token === null) return undefined
  const given = (parsed(Buffer.from(token, 'base64url').toString('utf8')) ?? {}) as Record<string, unknown>
  const { skip, began, input } = given
  if (!isCount(skip)) return refuseSkipToken()
  return { skip, began: isCount(began) ? began : undefined, input }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return refuseSkipToken()
  }
}

const refuseSkipToken = (): never => refuse('bad-syntax', 'The $skiptoken is not from this service.')
