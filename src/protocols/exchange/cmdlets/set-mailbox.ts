import { setMailbox as declaration } from '../../../cmdlets/exchange/set-mailbox.ts'
import { command } from '../command.ts'
import { findMailbox } from '../find.ts'

export const setMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, { Identity, DisplayName, ProhibitSendReceiveQuota: quota }) {
    const { directory, mail, tenant } = context
    const mailbox = await findMailbox(context, Identity)
    if (DisplayName !== undefined) await directory.mailboxes.update(tenant.id, mailbox.id, { displayName: DisplayName })
    if (quota !== undefined) {
      await mail.setQuota(mailbox.id, { octets: Number.isFinite(quota) ? quota : undefined, messages: undefined })
    }
    return []
  },
})
