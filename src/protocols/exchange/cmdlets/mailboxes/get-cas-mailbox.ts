import { getCasMailbox as declaration } from '../../../../cmdlets/exchange/mailboxes/get-cas-mailbox.ts'
import type { MailboxRecord } from '../../../../domain/directory/types.ts'
import { command } from '../../command.ts'
import { chosenMailboxes } from '../../find.ts'
import { listing } from '../../listing.ts'
import { casMailboxOutput } from '../../objects/cas-mailbox.ts'
import type { Output } from '../../objects/output.ts'

export const getCasMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const outputsOf = (records: readonly MailboxRecord[]): readonly Output[] => {
      const outputs = records.map((record) => casMailboxOutput(context.tenant, record))
      return given.ProtocolSettings ? outputs.map(withSettings) : outputs
    }
    return listing(await chosenMailboxes(context, given), outputsOf, given)
  },
})

/** contract/exchange-admin §3.3: what an administrator told clients outside to use, and nobody can here. */
const withSettings = (output: Output): Output => ({
  ...output,
  ExternalImapSettings: null,
  ExternalPopSettings: null,
  ExternalSmtpSettings: null,
})
