import type { TenantId } from '../../core/ids.ts'
import { type Sql, sql } from '../../storage/engine.ts'

/** When somebody came into a mailbox last, and when an app did something in it; undefined where that is not known. */
export interface LastActivity {
  readonly entered: number | undefined
  readonly acted: number | undefined
}

/** As far as the records go back; `addresses` are all by which the mailbox may have been named. */
export async function lastActivity(rows: Sql, tenant: TenantId, addresses: readonly string[]): Promise<LastActivity> {
  const entered: number[] = []
  const acted: number[] = []
  for (const mailbox of new Set(addresses.map((it) => it.toLowerCase()))) {
    const found = await rows.first<{ opened: number | null; used: number | null; done: number | null }>(
      sql`select (select max(at) from audit_mailbox_use where tenant = ${tenant} and mailbox = ${mailbox}) as opened,
            (select last from audit_use where tenant = ${tenant} and mailbox = ${mailbox} and outcome = 'granted'
              order by day desc, last desc limit 1) as used,
            (select max(last) from audit_operation where tenant = ${tenant} and mailbox = ${mailbox}) as done`,
    )
    entered.push(...[found?.opened, found?.used].filter((at) => typeof at === 'number'))
    acted.push(...[found?.done].filter((at) => typeof at === 'number'))
  }
  return { entered: latest(entered), acted: latest(acted) }
}

const latest = (moments: readonly number[]): number | undefined =>
  moments.length > 0 ? Math.max(...moments) : undefined
