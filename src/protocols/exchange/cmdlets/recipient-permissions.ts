import * as declared from '../../../cmdlets/exchange/recipient-permissions.ts'
import type { MailboxRecord, SendAsPermission } from '../../../domain/directory/types.ts'
import { command, type CmdletContext } from '../command.ts'
import { everyMailbox, findMailbox, findTrustee } from '../find.ts'
import { chunksOf } from '../listing.ts'
import { recipientPermissionOutput } from '../objects/permissions.ts'
import { wrongParameters } from '../failure.ts'
import { trusteeAmong, warnAbsent, warnPresent } from './mailbox-permissions.ts'

export const addRecipientPermission = command({
  declaration: declared.addRecipientPermission,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    const permission = { trustee: await findTrustee(context, given.Trustee), deny: given.Deny ?? false }
    const { changed } = await context.directory.sendAs.add(mailbox, permission)
    if (!changed) warnPresent(context, mailbox, permission.trustee)
    return [recipientPermissionOutput(mailbox, permission)]
  },
})

export const getRecipientPermission = command({
  declaration: declared.getRecipientPermission,
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
    const requested = given.Trustee === undefined ? undefined : await trusteeAmong(context, trustees, given.Trustee)
    return Promise.all(
      found
        .filter(([, { trustee }]) => !requested || trustee.sid === requested.sid)
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
  { directory, tenant }: CmdletContext,
  mailbox: MailboxRecord,
  { trustee }: SendAsPermission,
): Promise<string | null> {
  if (trustee.kind === 'self') return mailbox.primarySmtpAddress
  if (trustee.kind === 'servicePrincipal' || trustee.kind === 'unresolved') return null
  const of = trustee.kind === 'group' ? directory.groups : directory.mailboxes
  return (await of.find(tenant.id, trustee.id))?.primarySmtpAddress ?? null
}

export const removeRecipientPermission = command({
  declaration: declared.removeRecipientPermission,
  role: 'Mail Recipients',
  async run(context, given) {
    const names = given.Trustee === undefined ? given.MultiTrustees : [given.Trustee]
    if (!names || names.length === 0 || (given.Trustee !== undefined && given.MultiTrustees !== undefined)) {
      return wrongParameters('Remove-RecipientPermission needs either -Trustee or -MultiTrustees.')
    }
    const mailbox = await findMailbox(context, given.Identity)
    const those = (await context.directory.sendAs.on(mailbox.id)).map(({ trustee }) => trustee)
    const trustees = await Promise.all(names.map((named) => trusteeAmong(context, those, named)))
    const removed = await context.directory.together(
      context.tenant.id,
      trustees.map((trustee) => (one) => one.sendAs.remove(mailbox, { trustee, deny: given.Deny ?? false })),
    )
    for (const [place, trustee] of trustees.entries()) {
      if (!removed[place]?.changed) warnAbsent(context, mailbox, trustee)
    }
    return []
  },
})
