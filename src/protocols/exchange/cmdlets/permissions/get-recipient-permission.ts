import { getRecipientPermission as declaration } from '../../../../cmdlets/exchange/permissions/get-recipient-permission.ts'
import type { MailboxRecord, SendAsPermission } from '../../../../domain/directory/types.ts'
import { command, type Context } from '../../command.ts'
import { everyMailbox, findMailbox } from '../../find.ts'
import { chunksOf } from '../../listing.ts'
import { recipientPermissionOutput } from '../../objects/recipient-permission.ts'
import { trusteeAmong } from './entries-on.ts'

export const getRecipientPermission = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory } = context
    const chosen =
      given.Identity === undefined ? await everyMailbox(context) : [await findMailbox(context, given.Identity)]
    const found: (readonly [MailboxRecord, SendAsPermission])[] = []
    for await (const some of chunksOf(chosen)) {
      for (const mailbox of some) {
        for (const permission of await directory.sendAs.on(mailbox.id)) found.push([mailbox, permission])
      }
    }
    const trustees = found.map(([, { trustee }]) => trustee)
    const wanted = given.Trustee === undefined ? undefined : await trusteeAmong(context, trustees, given.Trustee)
    return Promise.all(
      found
        .filter(([, { trustee }]) => !wanted || trustee.sid === wanted.sid)
        .map(async ([mailbox, permission]) => ({
          ...recipientPermissionOutput(mailbox, permission),
          ...(given.IncludeTrusteeWithPrimarySmtpAddress && {
            TrusteeWithPrimarySmtpAddress: await addressOf(context, mailbox, permission),
          }),
        })),
    )
  },
})

async function addressOf(
  { directory, tenant }: Context,
  mailbox: MailboxRecord,
  { trustee }: SendAsPermission,
): Promise<string | null> {
  if (trustee.kind === 'self') return mailbox.primarySmtpAddress
  if (trustee.kind === 'servicePrincipal' || trustee.kind === 'unresolved') return null
  const of = trustee.kind === 'group' ? directory.groups : directory.mailboxes
  return (await of.find(tenant.id, trustee.id))?.primarySmtpAddress ?? null
}
