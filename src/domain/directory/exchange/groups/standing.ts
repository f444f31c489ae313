import type { Guid } from '../../../../core/ids.ts'
import { inARow, sql, type Statement } from '../../../../storage/engine.ts'

/**
 * Begins a statement: `standing (id)` has the accounts and the security groups that they are in, through security groups
 * in them too, however the groups hold each other. A distribution group is no security principal, and what is permitted to
 * a group that it is in does not pass through it to its members.
 */
export const standing = ([first, ...others]: readonly [Guid, ...Guid[]]): Statement =>
  inARow(
    sql`with recursive standing (id) as (select cast(${first} as text)`,
    ...others.map((account) => sql` union select cast(${account} as text)`),
    sql` union select m.group_guid from directory_group_member m
      join directory_group g on g.guid = m.group_guid and g.type = 'Security'
      join standing s on s.id = m.member)`,
  )
