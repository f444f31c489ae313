import { casParameters } from '../../../../cmdlets/exchange/mailboxes/cas-parameters.ts'
import { setCasMailbox as declaration } from '../../../../cmdlets/exchange/mailboxes/set-cas-mailbox.ts'
import { command } from '../../command.ts'
import { findMailbox } from '../../find.ts'
import { settingsGiven } from '../../settings-given.ts'

export const setCasMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    const protocols = settingsGiven(casParameters, given)
    const smtp = given.SmtpClientAuthenticationDisabled
    await context.directory.mailboxes.update(context.tenant.id, mailbox.id, {
      ...(given.ImapEnabled === undefined ? {} : { imapEnabled: given.ImapEnabled }),
      ...(given.PopEnabled === undefined ? {} : { popEnabled: given.PopEnabled }),
      ...(smtp === undefined ? {} : { smtpClientAuthenticationDisabled: smtp }),
      ...(protocols && { protocols }),
    })
    return []
  },
})
