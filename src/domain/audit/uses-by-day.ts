import { DAY } from '../../core/time.ts'
import type { TenantId } from '../../core/ids.ts'
import { ask, askOne, type Sql, sql, type Statements } from '../../storage/engine.ts'
import type { OpenedMailboxUse, SignIn, Use, UseAuthentication, UsesRequest } from './types.ts'

/** Rows removed in one transaction, so that a sign-in never waits long behind a pruning. */
const STEP = 1000
const MOST_LISTED = 10_000
/** Days of tenants whose rows are remembered; beyond it all are counted again. */
const MOST_DAYS = 10_000
/** Characters of what a client calls itself. */
const LONGEST_NAME = 100

/** The key of a row: equal sign-ins of one day. */
interface Kind {
  readonly tenant: TenantId
  /** Days since the epoch. */
  readonly day: number
  readonly protocol: SignIn['protocol']
  readonly authentication: UseAuthentication
  readonly outcome: SignIn['outcome']
  readonly mailbox: string
  readonly who: string
  readonly client: string
  readonly from: string
}

interface Counted {
  readonly kind: Kind
  count: number
  last: number
}

/** The rows of a tenant's day when they were last counted, and those that this node has added since. */
interface RowCount {
  readonly counted: number
  readonly added: number
}

type RowsOfDays = ReadonlyMap<string, RowCount>

/**
 * Counts sign-ins to mailboxes by day. What strangers make up is bounded: past so many rows in a tenant's day, or half
 * of them for refusals, whatever is new is counted together in one row for each kind of authentication.
 */
export class UsesByDay {
  readonly #mostRows: number
  #waiting = new Map<string, Counted>()
  /** The rows of the days that this node knows. */
  #rows = new Map<string, RowCount>()

  constructor(mostRows: number) {
    this.#mostRows = mostRows
  }

  get waits(): boolean {
    return this.#waiting.size > 0
  }

  /** A sign-in, by a client that had said its name, or not yet. */
  count(signIn: SignIn, client: string): void {
    const kind = kindOf(signIn, client)
    if (kind) this.#add({ kind, count: 1, last: signIn.at })
  }

  /** The client of one that was counted has said its name since. */
  name(signIn: SignIn, client: string): void {
    const [before, after] = [kindOf(signIn, ''), kindOf(signIn, client)]
    if (!before || !after || client === '') return
    this.#add({ kind: before, count: -1, last: signIn.at })
    this.#add({ kind: after, count: 1, last: signIn.at })
  }

  take(): readonly Counted[] {
    const taken = [...this.#waiting.values()]
    this.#waiting = new Map()
    return taken
  }

  /** They could not be written, and are to be with the next. */
  giveBack(taken: readonly Counted[]): void {
    this.#rows = new Map()
    for (const counted of taken) this.#add(counted)
  }

  /** Inside a write. Returns the rows of the days, for {@link kept}. */
  *keep(taken: readonly Counted[]): Statements<RowsOfDays> {
    const rows = new Map<string, RowCount>()
    for (const counted of taken) {
      if (counted.count === 0 || (yield* raised(counted))) continue
      if (yield* this.#isFull(counted.kind, rows)) {
        const together = { ...counted, kind: { ...counted.kind, mailbox: '', who: '', client: '', from: '' } }
        if (!(yield* raised(together))) yield* inserted(together)
      } else yield* inserted(counted)
    }
    return rows
  }

  /** After the commit. */
  kept(rows: RowsOfDays): void {
    if (this.#rows.size >= MOST_DAYS) this.#rows = new Map()
    for (const [day, held] of rows) this.#rows.set(day, held)
  }

  *#isFull({ tenant, day, outcome }: Kind, rows: Map<string, RowCount>): Statements<boolean> {
    const key = `${tenant} ${day}`
    let known = rows.get(key) ?? this.#rows.get(key)
    // Other nodes add rows too. Counting again after a twentieth of the limit bounds by how much all of them pass it.
    if (!known || known.added >= this.#mostRows / 20) known = { counted: yield* rowsOf(tenant, day), added: 0 }
    const isFull = known.counted + known.added >= this.#mostOf(outcome)
    rows.set(key, isFull ? known : { ...known, added: known.added + 1 })
    return isFull
  }

  #mostOf(outcome: SignIn['outcome']): number {
    return outcome === 'refused' ? Math.floor(this.#mostRows / 2) : this.#mostRows
  }

  #add({ kind, count, last }: Counted): void {
    const key = JSON.stringify(kind)
    const known = this.#waiting.get(key)
    if (!known) {
      // More kinds at once than a day may have rows are not told apart anyway.
      if (this.#waiting.size < this.#mostOf(kind.outcome)) this.#waiting.set(key, { kind, count, last })
      return
    }
    known.count += count
    known.last = Math.max(known.last, last)
  }

  async prune(engine: Sql, now: number, days: number): Promise<void> {
    const oldest = Math.floor(now / DAY) - days
    for (const key of this.#rows.keys()) if (!key.endsWith(` ${Math.floor(now / DAY)}`)) this.#rows.delete(key)
    for (;;) {
      const { length } = await engine.write(() =>
        ask(sql`delete from audit_use where place in (select place from audit_use where day < ${oldest} limit ${STEP})
          returning place`),
      )
      if (length < STEP) return
    }
  }
}

/** Only what opens mailboxes, in a tenant that is known. */
function kindOf(
  { tenant, at, protocol, authentication, outcome, mailbox, app, user, from }: SignIn,
  client: string,
): Kind | undefined {
  if (!tenant || !['imap', 'pop3', 'smtp'].includes(protocol)) return undefined
  return {
    tenant,
    day: Math.floor(at / DAY),
    protocol,
    authentication: authentication === 'Basic' ? 'Basic' : user ? 'OAuthPerson' : 'OAuthApp',
    outcome,
    mailbox: mailbox?.toLowerCase() ?? '',
    who: (authentication === 'Basic' ? user?.userPrincipalName.toLowerCase() : app?.appId) ?? '',
    client: client.slice(0, LONGEST_NAME),
    from,
  }
}

/** Whether there was such a row. Another node may have written a later time. */
function* raised({ kind, count, last }: Counted): Statements<boolean> {
  const { tenant, day, protocol, authentication, outcome, mailbox, who, client, from } = kind
  const found = yield* askOne(sql`update audit_use set count = count + ${count},
      last = case when last < ${last} then ${last} else last end
    where tenant = ${tenant} and day = ${day} and protocol = ${protocol} and authentication = ${authentication}
      and outcome = ${outcome} and mailbox = ${mailbox} and who = ${who} and client = ${client}
      and from_address = ${from} returning place`)
  return found !== undefined
}

function* inserted({ kind, count, last }: Counted): Statements<void> {
  const { tenant, day, protocol, authentication, outcome, mailbox, who, client, from } = kind
  yield* ask(sql`insert into audit_use (tenant, day, protocol, authentication, outcome, mailbox, who, client,
      from_address, count, last)
    values (${tenant}, ${day}, ${protocol}, ${authentication}, ${outcome}, ${mailbox}, ${who}, ${client}, ${from},
      ${count}, ${last})`)
}

function* rowsOf(tenant: TenantId, day: number): Statements<number> {
  const row = yield* askOne<{ held: number }>(
    sql`select count(*) as held from audit_use where tenant = ${tenant} and day = ${day}`,
  )
  return Number(row?.held)
}

interface UseRow {
  readonly protocol: Use['protocol']
  readonly authentication: UseAuthentication
  readonly mailbox: string
  readonly who: string
  readonly client: string
  readonly from_address: string
  readonly granted: number
  readonly refused: number
  readonly days: number
  readonly last: number
  readonly last_granted: number | null
}

/**
 * Returns the uses of the last days, today included, latest first. If there are more than the limit, granted sign-ins
 * come before refused ones, which strangers can make up.
 */
export async function usesSince(engine: Sql, now: number, asked: UsesRequest): Promise<readonly Use[]> {
  const rows = await engine.all<UseRow>(sql`select protocol, authentication, mailbox, who, client, from_address,
      sum(case when outcome = 'granted' then count else 0 end) as granted,
      sum(case when outcome = 'refused' then count else 0 end) as refused,
      count(distinct day) as days, max(last) as last, max(case when outcome = 'granted' then last end) as last_granted
    from audit_use where tenant = ${asked.tenant} and day >= ${firstDay(now, asked)} and count > 0
      and (${asked.authentication ?? ''} = '' or authentication = ${asked.authentication ?? ''})
    group by protocol, authentication, mailbox, who, client, from_address
    order by min(case when outcome = 'granted' then 0 else 1 end), max(last) desc, mailbox, protocol, client, from_address
    limit ${MOST_LISTED}`)
  return rows
    .map(({ from_address: from, last_granted: granted, ...row }) => ({
      ...row,
      from,
      lastGranted: granted ?? undefined,
    }))
    .toSorted((one, other) => other.last - one.last)
}

/** Which mailboxes were let into in the last so many days, over which protocol; what was refused is no use. */
export const openedSince = (engine: Sql, now: number, asked: UsesRequest): Promise<readonly OpenedMailboxUse[]> =>
  engine.all<OpenedMailboxUse>(sql`select protocol, mailbox, max(last) as last
    from audit_use where tenant = ${asked.tenant} and day >= ${firstDay(now, asked)} and count > 0 and outcome = 'granted'
      and (${asked.authentication ?? ''} = '' or authentication = ${asked.authentication ?? ''})
    group by protocol, mailbox order by protocol, mailbox`)

const firstDay = (now: number, { days }: UsesRequest): number => Math.floor(now / DAY) - days + 1
