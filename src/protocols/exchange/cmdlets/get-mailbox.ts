import { getMailbox as declaration } from '../../../cmdlets/exchange/get-mailbox.ts'
import { command } from '../command.ts'
import { chosenMailboxes } from '../find.ts'
import { mailboxOutput } from '../objects/mailbox.ts'

export const getMailbox = command({
  declaration,
  role: 'Mail Recipients',
  run: async (context, given) =>
    (await chosenMailboxes(context, given)).map((record) => mailboxOutput(context.tenant, record)),
})
