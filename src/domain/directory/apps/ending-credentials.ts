import type { AppId, AppObjectId, Guid, TenantId } from '../../../core/ids.ts'
import { sql } from '../../../storage/engine.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import type { EndingCredential } from '../objects.ts'

/** More of them are not looked at in one go: the earliest are the ones to see to. */
const MOST = 1000

interface EndingRow {
  readonly key_id: Guid
  readonly kind: EndingCredential['kind']
  readonly display_name: string | null
  readonly hint: string
  readonly ends: number
  readonly app: AppObjectId
  readonly app_id: AppId
  readonly app_name: string
}

/** Those that end in a span of time, over all of a tenant's apps, the earliest first. */
export async function endingCredentials(
  directoryTx: DirectoryTx,
  tenant: TenantId,
  { from, until }: { from: number; until: number },
): Promise<readonly EndingCredential[]> {
  const rows = await directoryTx.all<EndingRow>(sql`select * from (
      select s.key_id, 'secret' as kind, s.display_name, s.hint, s.ends, a.id as app, a.app_id, a.display_name as app_name
      from directory_secret s join directory_app a on a.id = s.app
      where s.ends >= ${from} and s.ends < ${until} and a.tenant = ${tenant}
      union all
      select c.key_id, 'certificate' as kind, c.display_name, c.sha1 as hint, c.ends, a.id as app, a.app_id,
        a.display_name as app_name
      from directory_certificate c join directory_app a on a.id = c.app
      where c.ends >= ${from} and c.ends < ${until} and a.tenant = ${tenant}
    ) as ending order by ends, key_id limit ${MOST}`)
  return rows.map((row) => ({
    keyId: row.key_id,
    kind: row.kind,
    displayName: row.display_name ?? undefined,
    hint: row.hint,
    ends: row.ends,
    app: { id: row.app, appId: row.app_id, displayName: row.app_name },
  }))
}
