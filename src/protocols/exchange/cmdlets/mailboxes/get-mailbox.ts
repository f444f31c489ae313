import { getMailbox as declaration } from '../../../../cmdlets/exchange/mailboxes/get-mailbox.ts'
import { absentKinds } from '../../../../cmdlets/exchange/choosing.ts'
import type { RemovedMailbox } from '../../../../domain/directory/types.ts'
import { command, type Context } from '../../command.ts'
import { chosenMailboxes, findRemovedMailbox } from '../../find.ts'
import { type Listing, listing } from '../../listing.ts'
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
    if (given.SoftDeletedMailbox) return listing(await removed(context, given.Identity), removedOutputs(context), given)
    return listing(await chosenMailboxes(context, given), (records) => mailboxOutputs(context, records), given)
  },
})

const removed = async (context: Context, named: string | undefined): Promise<Listing<RemovedMailbox>> =>
  named === undefined
    ? context.directory.removedMailboxes.all(context.tenant.id)
    : [await findRemovedMailbox(context, named)]

const removedOutputs =
  (context: Context) =>
  async (chosen: readonly RemovedMailbox[]): Promise<readonly Output[]> => {
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
