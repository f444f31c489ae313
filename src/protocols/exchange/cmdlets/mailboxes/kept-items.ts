import type { ValuesOf } from '../../../../cmdlets/cmdlet.ts'
import type { recoverableItems } from '../../../../cmdlets/exchange/mailboxes/recoverable-items.ts'
import type { MailboxRecord } from '../../../../domain/directory/types.ts'
import type { RecoverableItem } from '../../../../domain/mail/recoverable/recoverable-items.ts'
import type { Context } from '../../command.ts'
import { entryIdIn, ITEM_CLASS } from '../../objects/recoverable-item.ts'

/** What is meant of what is kept of a mailbox, the latest first. */
export async function keptItems(
  { mail }: Context,
  { id }: MailboxRecord,
  given: ValuesOf<typeof recoverableItems>,
  most: number,
): Promise<readonly RecoverableItem[]> {
  const { EntryID: entry, FilterItemType: type = ITEM_CLASS, SourceFolder: source = 'RecoverableItems' } = given
  const named = entry === undefined ? undefined : entryIdIn(entry)
  const none = entry !== undefined && named === undefined
  if (none || type.toLowerCase() !== ITEM_CLASS.toLowerCase() || source !== 'RecoverableItems') return []
  const { SubjectContains: subject, FilterStartTime: from, FilterEndTime: until } = given
  return mail.recoverable.items(
    id,
    {
      ...(named !== undefined && { id: named }),
      ...(subject !== undefined && { subject }),
      ...(from && { from: from.getTime() }),
      ...(until && { until: until.getTime() }),
    },
    most,
  )
}
