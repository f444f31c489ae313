import { getRecipientPermission as declaration } from '../../../../cmdlets/exchange/permissions/get-recipient-permission.ts'
import type { MailboxRecord, SendAsPermission } from '../../../../domain/directory/types.ts'
import { command, type Context } from '../../command.ts'
import { findMailbox, findTrustee } from '../../find.ts'
import type { Output } from '../../objects/output.ts'
import { recipientPermissionOutput } from '../../objects/recipient-permission.ts'

export const getRecipientPermission = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory, tenant } = context
    const chosen =
      given.Identity === undefined
        ? await directory.mailboxes.all(tenant.id)
        : [await findMailbox(context, given.Identity)]
    const trustee = given.Trustee === undefined ? undefined : await findTrustee(context, given.Trustee)
    const outputs: Output[] = []
    for (const mailbox of chosen) {
      for (const permission of await directory.sendAs.on(mailbox.id)) {
        if (trustee && permission.trustee.sid !== trustee.sid) continue
        const output = recipientPermissionOutput(mailbox, permission)
        outputs.push(
          given.IncludeTrusteeWithPrimarySmtpAddress
            ? { ...output, TrusteeWithPrimarySmtpAddress: await addressOf(context, mailbox, permission) }
            : output,
        )
      }
    }
    return outputs
  },
})

async function addressOf(
  { directory, tenant }: Context,
  mailbox: MailboxRecord,
  { trustee }: SendAsPermission,
): Promise<string | null> {
  if (trustee.kind === 'self') return mailbox.primarySmtpAddress
  if (trustee.kind === 'servicePrincipal') return null
  const of = trustee.kind === 'group' ? directory.groups : directory.mailboxes
  return (await of.find(tenant.id, trustee.id))?.primarySmtpAddress ?? null
}
