import type { TenantId } from '../../../core/ids.ts'
import { yieldToEventLoop } from '../../../core/concurrency.ts'
import { HOUR } from '../../../core/time.ts'
import type { World } from '../../../core/world.ts'
import type { SignIn, SignIns } from '../../../domain/audit/types.ts'
import type { Directory, DirectoryAudit } from '../../../domain/directory/types.ts'
import { oneByOne } from '../serial-scans.ts'
import { type AuditEntry, entryOfAudit, entryOfSignIn } from './entry.ts'

interface AuditSources {
  readonly directory: { readonly audits: Pick<Directory['audits'], 'page'> }
  readonly signIns: Pick<SignIns, 'page'>
}

/** docs/reference/exchange-admin.md §8: what a session gives in all, by its SessionCommand. */
const largest = { ReturnNextPreviewPage: 5_000, ReturnLargeSet: 50_000 } as const

const MOST_SESSIONS = 200
const TIMEOUT = HOUR

export type SessionCommand = keyof typeof largest

export interface AuditLogRequest {
  /** Milliseconds since the epoch: from the one on, before the other. */
  readonly from: number
  readonly until: number
  readonly fits: (entry: AuditEntry) => boolean
  /** How many at once. */
  readonly size: number
  readonly session: { readonly id: string; readonly command: SessionCommand } | undefined
  /** Whether the session's latest page is wanted once more. */
  readonly again: boolean
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[]
  /** Of the first one among all, from 1. */
  readonly index: number
  readonly count: number
}

/** Searches in all that is on record of a tenant, newest first. */
export interface AuditSearches {
  /**
   * Each call in the same session gives the next page, in the end an empty one. Refuses `busy` where too many wait
   * already.
   */
  next(tenant: TenantId, passwordRequest: AuditLogRequest): Promise<AuditPage>
}

interface Session {
  /** A search leaves out records that came after it began. */
  readonly began: number
  /** Where the latest page begins, and the next one. */
  latest: number
  next: number
  touched: number
}

export function auditSearches(books: AuditSources & { readonly world: World }): AuditSearches {
  const { world } = books
  const sessions = new Map<string, Session>()
  // However few mailboxes a tenant has, there may be much on record, all of which a search holds.
  const line = oneByOne()

  function sessionOf(tenant: TenantId, id: string): Session {
    const now = world.now()
    const key = `${tenant} ${id}`
    const known = sessions.get(key)
    const session = known && now - known.touched < TIMEOUT ? known : { began: now, latest: 0, next: 0, touched: now }
    session.touched = now
    // The least recently used search is first and is removed first.
    sessions.delete(key)
    sessions.set(key, session)
    for (const oldest of sessions.keys()) {
      if (sessions.size <= MOST_SESSIONS) break
      sessions.delete(oldest)
    }
    return session
  }

  async function found(
    tenant: TenantId,
    { from, until, fits, size, session: request, again }: AuditLogRequest,
  ): Promise<AuditPage> {
    const session = request && sessionOf(tenant, request.id)
    const span = { from, until: Math.min(until, (session?.began ?? world.now()) + 1) }
    const most = largest[request?.command ?? 'ReturnNextPreviewPage']
    const all = await fitting(books, tenant, span, { fits, most })
    const skip = (again ? session?.latest : session?.next) ?? 0
    const entries = all.slice(skip, skip + size)
    if (session) Object.assign(session, { latest: skip, next: skip + entries.length })
    return { entries, index: skip + 1, count: all.length }
  }

  return { next: (tenant, passwordRequest) => line.run(tenant, () => found(tenant, passwordRequest)) }
}

/** Records that one search looks at in each book, whether they fit or not. */
const MOST_SCANNED = 200_000
const PAGE = 1_000

/** Milliseconds since the epoch: from the one on, before the other. */
interface Span {
  readonly from: number
  readonly until: number
}

/** Matching records of the directory's audit log and of sign-ins: newest first, at most `most`. */
async function fitting(
  { directory, signIns }: AuditSources,
  tenant: TenantId,
  { from, until }: Span,
  { fits, most }: { fits: (entry: AuditEntry) => boolean; most: number },
): Promise<readonly AuditEntry[]> {
  const audits = pages<DirectoryAudit>((before) =>
    directory.audits.page(tenant, { from, until, limit: PAGE, ...(before && { before }) }),
  )
  const logons = pages<SignIn>((before) =>
    signIns.page(tenant, { from, until, limit: PAGE, ...(before && { before }) }),
  )
  const entries = [
    ...(await taken(audits, entryOfAudit, fits, most)),
    ...(await taken(logons, entryOfSignIn, fits, most)),
  ]
  return entries.toSorted((one, other) => other.at - one.at).slice(0, most)
}

async function* pages<T>(page: (before: T | undefined) => Promise<readonly T[]>): AsyncGenerator<readonly T[]> {
  let last: T | undefined
  do {
    const found = await page(last)
    yield found
    last = found.length === PAGE ? found.at(-1) : undefined
  } while (last !== undefined)
}

async function taken<T>(
  book: AsyncGenerator<readonly T[]>,
  read: (record: T) => AuditEntry,
  fits: (entry: AuditEntry) => boolean,
  most: number,
): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = []
  let scanned = 0
  for await (const page of book) {
    entries.push(...page.map(read).filter(fits))
    scanned += page.length
    if (entries.length >= most || scanned >= MOST_SCANNED) break
    await yieldToEventLoop()
  }
  return entries
}
