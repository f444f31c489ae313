import { getRecoverableItems as declaration } from '../../../../cmdlets/exchange/mailboxes/get-recoverable-items.ts'
import { command } from '../../command.ts'
import { findMailbox } from '../../find.ts'
import { recoverableOutput } from '../../objects/recoverable-item.ts'
import { keptItems } from './kept-items.ts'

/** With ResultSize Unlimited. */
const MOST = 100_000

export const getRecoverableItems = command({
  declaration,
  role: 'Mailbox Import Export',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    // One more than is wanted: then it is known that there are more.
    const most = Math.min((given.ResultSize ?? 1000) + 1, MOST)
    return (await keptItems(context, mailbox, given, most)).map((item) => recoverableOutput(mailbox, item))
  },
})
