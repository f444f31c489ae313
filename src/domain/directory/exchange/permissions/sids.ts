import type { TenantId } from '../../../../core/ids.ts'
import type { World } from '../../../../core/world.ts'
import { askOne, sql, type Statements } from '../../../../storage/engine.ts'

/** `NT AUTHORITY\SELF` (MS-DTYP §2.4.2.4). */
export const selfSid = 'S-1-5-10'

/** The first relative identifier that is not reserved for built-in accounts. */
export const firstRid = 1000

/** The part of a SID that identifies the domain: `S-1-5-21-a-b-c` (MS-DTYP §2.4.2). */
export function sidBase(world: World): string {
  const words = new DataView(Uint8Array.from(world.bytes(12)).buffer)
  return ['S-1-5-21', words.getUint32(0), words.getUint32(4), words.getUint32(8)].join('-')
}

/** The tenant's next SID; no SID is used twice. */
export function* nextSid(tenant: TenantId): Statements<string> {
  const row = yield* askOne<{ sid_base: string; rid: number }>(
    sql`update directory_tenant set next_rid = next_rid + 1 where id = ${tenant} returning sid_base, next_rid - 1 as rid`,
  )
  if (!row) throw new Error(`Tenant ${tenant} vanished within its own transaction`)
  return `${row.sid_base}-${row.rid}`
}
