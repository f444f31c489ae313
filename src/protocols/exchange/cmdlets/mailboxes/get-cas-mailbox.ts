import { getCasMailbox as declaration } from '../../../../cmdlets/exchange/mailboxes/get-cas-mailbox.ts'
import { command } from '../../command.ts'
import { chosenMailboxes } from '../../find.ts'
import { narrowed } from '../../narrow.ts'
import { casMailboxOutput } from '../../objects/cas-mailbox.ts'
import type { Output } from '../../objects/output.ts'

export const getCasMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const chosen = await chosenMailboxes(context, given)
    const outputs = chosen.map((record) => casMailboxOutput(context.tenant, record))
    return narrowed(given.ProtocolSettings ? outputs.map(withSettings) : outputs, given)
  },
})

/** contract/exchange-admin §3.3: what an administrator told clients outside to use, and nobody can here. */
const withSettings = (output: Output): Output => ({
  ...output,
  ExternalImapSettings: null,
  ExternalPopSettings: null,
  ExternalSmtpSettings: null,
})
