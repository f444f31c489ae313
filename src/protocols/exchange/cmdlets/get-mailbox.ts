import { getMailbox as declaration } from '../../../cmdlets/exchange/get-mailbox.ts'
import { absentKinds } from '../../../cmdlets/exchange/choosing.ts'
import { command } from '../command.ts'
import { chosenMailboxes } from '../find.ts'
import { narrowed } from '../narrow.ts'
import { mailboxOutputs } from '../mailbox-outputs.ts'
import { notFound } from '../refusals.ts'

const absent = Object.keys(absentKinds) as (keyof typeof absentKinds)[]

export const getMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    if (absent.some((kind) => given[kind])) {
      return given.Identity === undefined ? [] : notFound(context.tenant, given.Identity)
    }
    return narrowed(await mailboxOutputs(context, await chosenMailboxes(context, given)), given)
  },
})
