import { getCasMailbox as declaration } from '../../../cmdlets/exchange/get-cas-mailbox.ts'
import { command } from '../command.ts'
import { chosenMailboxes } from '../find.ts'
import { casMailboxOutput } from '../objects/cas-mailbox.ts'

export const getCasMailbox = command({
  declaration,
  role: 'Mail Recipients',
  run: async (context, given) =>
    (await chosenMailboxes(context, given)).map((record) => casMailboxOutput(context.tenant, record)),
})
