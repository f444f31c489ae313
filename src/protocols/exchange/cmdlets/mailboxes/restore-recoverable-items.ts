import { restoreRecoverableItems as declaration } from '../../../../cmdlets/exchange/mailboxes/restore-recoverable-items.ts'
import { command } from '../../command.ts'
import { findMailbox } from '../../find.ts'
import { recoverableOutput } from '../../objects/recoverable-item.ts'
import { keptItems } from './kept-items.ts'

/** In one write, and on one page of the answer. */
const TOGETHER = 100

export const restoreRecoverableItems = command({
  declaration,
  role: 'Mailbox Import Export',
  async run(context, given) {
    // What a following page would show is back already.
    if (context.again) return []
    const { directory, mail, tenant } = context
    const mailbox = await findMailbox(context, given.Identity)
    const items = await keptItems(context, mailbox, given, TOGETHER + 1)
    const chosen = items.slice(0, TOGETHER)
    if (items.length > TOGETHER) context.warn(`There are more items than ${TOGETHER}: run the command again.`)
    const ids = chosen.map(({ id }) => id)
    const [, folders] = await directory.together(tenant.id, [
      // What it holds changes, and nothing else of it.
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
