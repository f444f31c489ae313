import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TenantId } from '../../../../core/ids.ts'
import { type Filter, propertiesOf } from '../../../../codecs/opath/filter.ts'
import type { MailboxRecord } from '../../objects.ts'
import type { Directory } from '../../types.ts'
import { fitting } from '../app-access/recipient-filter.ts'
import type { DistributionGroups } from '../recipients/recipients.ts'

/** Characters of a filter of a dynamic group. */
const LONGEST_FILTER = 2048

/** How many mailboxes are looked at before others have their turn. */
const BEFORE_OTHERS = 1000

/** The name of the filter where it is refused. */
export const DYNAMIC_FILTER = { parameter: 'RecipientFilter', longest: LONGEST_FILTER } as const

/** The mailboxes of a tenant that a filter tells, as they are now. */
export async function fittingMailboxes(
  { mailboxes, of }: { mailboxes: Directory['mailboxes']; of: DistributionGroups['of'] },
  tenant: TenantId,
  filter: Filter,
): Promise<readonly MailboxRecord[]> {
  const asksGroups = propertiesOf(filter).some((name) => name.toLowerCase() === 'memberofgroup')
  const fits = fitting(filter)
  const found: MailboxRecord[] = []
  let lookedAt = 0
  for (const mailbox of await mailboxes.all(tenant)) {
    const memberOf = asksGroups ? await of(tenant, mailbox.externalDirectoryObjectId) : []
    const names = memberOf.map(({ distinguishedName }) => distinguishedName)
    if (fits(mailbox, names)) found.push(mailbox)
    if (++lookedAt % BEFORE_OTHERS === 0) await nextTurn()
  }
  return found
}
