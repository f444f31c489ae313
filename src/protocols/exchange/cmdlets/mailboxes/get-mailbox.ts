import { getMailbox as declaration } from '../../../../cmdlets/exchange/mailboxes/get-mailbox.ts'
import { absentKinds } from '../../../../cmdlets/exchange/choosing.ts'
import type { MailboxRecord, RemovedMailbox } from '../../../../domain/directory/types.ts'
import { command, type Context } from '../../command.ts'
import { chosenMailboxes, findRemovedMailbox } from '../../find.ts'
import { allOf, type Listing, listing } from '../../listing.ts'
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
    if (given.InactiveMailboxOnly)
      return listing(await inactive(context, given.Identity), removedOutputs(context), given)
    if (given.SoftDeletedMailbox) return listing(await removed(context, given.Identity), removedOutputs(context), given)
    if (given.IncludeInactiveMailbox && given.Identity === undefined) {
      const live = await allOf(await chosenMailboxes(context, given))
      const all = [...live.map((mailbox) => ({ mailbox })), ...(await inactive(context))]
      return listing(all, removedOutputs(context), given)
    }
    return listing(await chosenMailboxes(context, given), (records) => mailboxOutputs(context, records), given)
  },
})

const removed = async (context: Context, named: string | undefined): Promise<Listing<RemovedMailbox>> =>
  named === undefined
    ? context.directory.removedMailboxes.all(context.tenant.id)
    : [await findRemovedMailbox(context, named)]

/** A mailbox that was removed while it was on hold is inactive for as long as it is. */
async function inactive(context: Context, named?: string): Promise<readonly RemovedMailbox[]> {
  const found = (await allOf(await removed(context, named))).filter(({ mailbox }) => isHeld(mailbox))
  return named !== undefined && found.length === 0 ? notFound(context.tenant, named) : found
}

const isHeld = ({ settings }: MailboxRecord): boolean => settings.LitigationHoldEnabled === true

const removedOutputs =
  (context: Context) =>
  async (chosen: readonly Shown[]): Promise<readonly Output[]> => {
    const outputs = await mailboxOutputs(
      context,
      chosen.map(({ mailbox }) => mailbox),
    )
    return outputs.map((output, at) => {
      const { mailbox, removed: when } = chosen[at]!
      if (when === undefined) return output
      return {
        ...output,
        IsSoftDeletedByRemove: true,
        IsInactiveMailbox: isHeld(mailbox),
        WhenSoftDeleted: new Date(when),
      }
    })
  }

interface Shown {
  readonly mailbox: MailboxRecord
  /** When; undefined for one that was not. */
  readonly removed?: number
}
