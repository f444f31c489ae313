import * as declared from '../../../cmdlets/exchange/cas-mailboxes.ts'
import { casParameters } from '../../../cmdlets/exchange/cas-mailboxes.ts'
import type { MailboxRecord } from '../../../domain/directory/types.ts'
import { command } from '../command.ts'
import { chosenMailboxes, findMailbox } from '../find.ts'
import { listing } from '../listing.ts'
import { casMailboxOutput } from '../objects/mailbox.ts'
import type { Output } from '../objects/output.ts'
import { settingsChangeFrom } from '../sender-settings.ts'

export const getCasMailbox = command({
  declaration: declared.getCasMailbox,
  role: 'Mail Recipients',
  async run(context, given) {
    const outputsOf = (records: readonly MailboxRecord[]): readonly Output[] => {
      const outputs = records.map((record) => casMailboxOutput(context.tenant, record))
      return given.ProtocolSettings ? outputs.map(withSettings) : outputs
    }
    return listing(await chosenMailboxes(context, given), outputsOf, given)
  },
})

/** docs/reference/exchange-admin.md §3.3: settings for external clients, which Postern does not support. */
const withSettings = (output: Output): Output => ({
  ...output,
  ExternalImapSettings: null,
  ExternalPopSettings: null,
  ExternalSmtpSettings: null,
})

export const setCasMailbox = command({
  declaration: declared.setCasMailbox,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    const protocols = settingsChangeFrom(casParameters, given)
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
