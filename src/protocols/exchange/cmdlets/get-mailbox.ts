import { getMailbox as declaration } from '../../../cmdlets/exchange/get-mailbox.ts'
import { absentKinds } from '../../../cmdlets/exchange/choosing.ts'
import { command } from '../command.ts'
import { chosenMailboxes } from '../find.ts'
import { narrowed } from '../narrow.ts'
import { mailboxOutput } from '../objects/mailbox.ts'
import { notFound } from '../refusals.ts'

const absent = Object.keys(absentKinds) as (keyof typeof absentKinds)[]

export const getMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    if (absent.some((kind) => given[kind])) {
      return given.Identity === undefined ? [] : notFound(context.tenant, given.Identity)
    }
    const chosen = await chosenMailboxes(context, given)
    const quotas = await context.mail.quotaLimits(chosen.map(({ id }) => id))
    return narrowed(
      chosen.map((record) => mailboxOutput(context.tenant, record, quotas.get(record.id)!)),
      given,
    )
  },
})
