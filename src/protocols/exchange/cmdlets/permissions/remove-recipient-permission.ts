import { removeRecipientPermission as declaration } from '../../../../cmdlets/exchange/permissions/remove-recipient-permission.ts'
import { command } from '../../command.ts'
import { findMailbox } from '../../find.ts'
import { wrongParameters } from '../../refusals.ts'
import { trusteeAmong, warnAbsent } from './entries-on.ts'

export const removeRecipientPermission = command({
  declaration,
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
