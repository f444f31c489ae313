import { getMailbox as declaration } from '../../../../cmdlets/exchange/mailboxes/get-mailbox.ts'
import { absentKinds } from '../../../../cmdlets/exchange/choosing.ts'
import { command, type Context } from '../../command.ts'
import { chosenMailboxes, findRemovedMailbox } from '../../find.ts'
import { narrowed } from '../../narrow.ts'
import { mailboxOutputs } from './mailbox-outputs.ts'
import type { Output } from '../../objects/output.ts'
import { notFound } from '../../refusals.ts'

const absent = Object.keys(absentKinds) as (keyof typeof absentKinds)[]

export const getMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    if (absent.some((kind) => given[kind])) {
      return given.Identity === undefined ? [] : notFound(context.tenant, given.Identity)
    }
    if (given.SoftDeletedMailbox) return narrowed(await removedOutputs(context, given.Identity), given)
    return narrowed(await mailboxOutputs(context, await chosenMailboxes(context, given)), given)
  },
})

async function removedOutputs(context: Context, named: string | undefined): Promise<readonly Output[]> {
  const { directory, tenant } = context
  const chosen =
    named === undefined ? await directory.removedMailboxes.all(tenant.id) : [await findRemovedMailbox(context, named)]
  const outputs = await mailboxOutputs(
    context,
    chosen.map(({ mailbox }) => mailbox),
  )
  return outputs.map((output, at) => ({
    ...output,
    IsSoftDeletedByRemove: true,
    WhenSoftDeleted: new Date(chosen[at]!.removed),
  }))
}
