import type { HttpRequest } from '../../core/http.ts'
import { refuse } from '../../core/refusal.ts'
import type { CmdletInput } from './cmdlet-input.ts'

const DEFAULT_PAGE = 100
const LARGEST_PAGE = 5_000

/** The page of results that a request names: `$skiptoken` and `Prefer`, read once. */
export interface RequestedPage {
  /** The number of results before the page: 0 for the first one. */
  readonly skip: number
  /** False for the first page. */
  readonly follows: boolean
  /** The time of the request for the first page, if the link says it. Milliseconds since the epoch. */
  readonly began: number | undefined
  /** The input of the first page as the link holds it, unchecked: the caller can write anything into a link. */
  readonly input: unknown
  /** The results per page that the caller prefers. */
  readonly size: number | undefined
}

export function requestedPage(request: HttpRequest): RequestedPage {
  const size = preferredSize(request)
  const token = request.query.get('$skiptoken')
  if (token === null) return { skip: 0, follows: false, began: undefined, input: undefined, size }
  const { skip, began, input } = (parsed(Buffer.from(token, 'base64url').toString('utf8')) ?? {}) as Partial<
    Record<keyof Continuation, unknown>
  >
  if (!isCount(skip)) return refuseSkipToken()
  return { skip, follows: true, began: isCount(began) ? began : undefined, input, size }
}

/** docs/reference/exchange-admin.md §9.1: `Prefer` or `X-prefer: odata.maxpagesize=1000`. */
export function preferredSize({ headers }: Pick<HttpRequest, 'headers'>): number | undefined {
  const preferred = `${headers.prefer ?? ''},${headers['x-prefer'] ?? ''}`
  const size = Number(/odata\.maxpagesize\s*=\s*"?(\d{1,9})/i.exec(preferred)?.[1] ?? 0)
  return size > 0 ? Math.min(size, LARGEST_PAGE) : undefined
}

/** Which of `count` results are on the page. */
export function rangeOf({ skip, size }: RequestedPage, count: number): { from: number; to: number; more: boolean } {
  const to = Math.min(skip + (size ?? DEFAULT_PAGE), count)
  return { from: skip, to, more: to < count }
}

/** Where the next page begins, and the request that it continues. */
export interface Continuation {
  readonly skip: number
  /** The time of the request for the first page: results from later are on no page. Milliseconds since the epoch. */
  readonly began?: number
  /** Absent if the rest of the link names the entities. */
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

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return refuseSkipToken()
  }
}

const refuseSkipToken = (): never => refuse('bad-syntax', 'The $skiptoken is not from this service.')
