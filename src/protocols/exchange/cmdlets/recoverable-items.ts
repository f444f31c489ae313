import type { ValuesOf } from '../../../cmdlets/cmdlet.ts'
import type { recoverableItems } from '../../../cmdlets/exchange/mailboxes/recoverable-items.ts'
import * as declared from '../../../cmdlets/exchange/recoverable-items.ts'
import type { MailboxRecord } from '../../../domain/directory/types.ts'
import type { RecoverableItem } from '../../../domain/mail/store-types.ts'
import { command, type CmdletContext } from '../command.ts'
import { findMailbox } from '../find.ts'
import { entryIdIn, ITEM_CLASS, recoverableOutput } from '../objects/recoverable-items.ts'

/** With ResultSize Unlimited. */
const MOST = 100_000

export const getRecoverableItems = command({
  declaration: declared.getRecoverableItems,
  role: 'Mailbox Import Export',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    // One more than is wanted: then it is known that there are more.
    const most = Math.min((given.ResultSize ?? 1000) + 1, MOST)
    return (await findRecoverableItems(context, mailbox, given, most)).map((item) => recoverableOutput(mailbox, item))
  },
})

/** In one write, and on one page of the answer. */
const TOGETHER = 100

export const restoreRecoverableItems = command({
  declaration: declared.restoreRecoverableItems,
  role: 'Mailbox Import Export',
  async run(context, given) {
    // The items of a following page are restored already.
    if (context.again) return []
    const { directory, mail, tenant } = context
    const mailbox = await findMailbox(context, given.Identity)
    const items = await findRecoverableItems(context, mailbox, given, TOGETHER + 1)
    const chosen = items.slice(0, TOGETHER)
    if (items.length > TOGETHER) context.warn(`There are more items than ${TOGETHER}: run the command again.`)
    const ids = chosen.map(({ id }) => id)
    const [, folders] = await directory.together(tenant.id, [
      // Only the content of the mailbox changes.
      (one) => one.mailboxes.update(tenant.id, mailbox.id, {}),
      async (_, write) =>
        ids.length > 0 ? mail.recoverable.restore(mailbox.id, ids, write) : new Map<number, string>(),
    ])
    if (given.NoOutput) return []
    return chosen.map((item) => ({
      ...recoverableOutput(mailbox, item),
      RestoredToFolderPath: (folders.get(item.id) ?? '').replaceAll('/', '\\'),
      WasRestoredSuccessfully: folders.has(item.id),
    }))
  },
})

/** Returns the recoverable items that the parameters choose, latest first. */
async function findRecoverableItems(
  { mail }: CmdletContext,
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
