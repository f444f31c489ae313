import { nextTurn } from '../../../core/next-turn.ts'
import type { TenantId } from '../../../core/ids.ts'
import type { SignIn, SignIns } from '../../../domain/audit/types.ts'
import type { Directory, DirectoryAudit } from '../../../domain/directory/types.ts'
import { type AuditEntry, entryOfAudit, entryOfSignIn } from './entry.ts'

/** Records that one search looks at in each book, whether they fit or not. */
const MOST_LOOKED_AT = 200_000
const PAGE = 1_000

export interface AuditSources {
  readonly directory: { readonly audits: Pick<Directory['audits'], 'page'> }
  readonly signIns: Pick<SignIns, 'page'>
}

/** Milliseconds since the epoch: from the one on, before the other. */
interface Span {
  readonly from: number
  readonly until: number
}

/** What fits in the audit of the directory and in the records of sign-ins: newest first, `most` at most. */
export async function fitting(
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
  let lookedAt = 0
  for await (const page of book) {
    entries.push(...page.map(read).filter(fits))
    lookedAt += page.length
    if (entries.length >= most || lookedAt >= MOST_LOOKED_AT) break
    await nextTurn()
  }
  return entries
}
