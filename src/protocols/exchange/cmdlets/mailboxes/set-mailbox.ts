import type { ValuesOf } from '../../../../cmdlets/cmdlet.ts'
import { keepLimits, keepSwitches } from '../../../../cmdlets/exchange/mailboxes/keep-parameters.ts'
import { mailboxParameters, mailboxLimits } from '../../../../cmdlets/exchange/mailboxes/mailbox-parameters.ts'
import { setMailbox as declaration } from '../../../../cmdlets/exchange/mailboxes/set-mailbox.ts'
import type { MailboxRecord, RecipientType, SettingsChange } from '../../../../domain/directory/types.ts'
import { command, type Context } from '../../command.ts'
import { findMailbox, findRecipientId } from '../../find.ts'
import { idsOf } from '../../listed-ids.ts'
import { wrongParameters } from '../../refusals.ts'
import { senderSettings } from '../../sender-settings.ts'
import { limitsGiven, settingsGiven } from '../../settings-given.ts'
import { keepRule } from './keep-rule.ts'
import { refuseQuotasOutOfOrder } from './quota-order.ts'

type Given = ValuesOf<(typeof declaration)['parameters']>

const types = {
  Regular: 'UserMailbox',
  Shared: 'SharedMailbox',
  Room: 'RoomMailbox',
  Equipment: 'EquipmentMailbox',
} as const satisfies Record<string, RecipientType>

export const setMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory, mail, tenant } = context
    const mailbox = await findMailbox(context, given.Identity)
    const change = {
      ...(given.Name !== undefined && { name: given.Name }),
      ...(given.Alias !== undefined && { alias: given.Alias }),
      ...(given.DisplayName !== undefined && { displayName: given.DisplayName }),
      ...(given.Type !== undefined && { type: types[given.Type] }),
      ...(given.EmailAddresses !== undefined && { emailAddresses: given.EmailAddresses }),
      ...(given.WindowsEmailAddress !== undefined && { primarySmtpAddress: given.WindowsEmailAddress }),
    }
    refuseQuotasOutOfOrder(given, mailbox, (await mail.quotaLimits([mailbox.id])).get(mailbox.id)!)
    const settings = { ...(await settingsFor(context, given)), ...holdDate(context, mailbox, given) }
    const changes = Object.keys(change).length > 0 || Object.keys(settings).length > 0
    const quota = given.ProhibitSendReceiveQuota
    const octets = quota !== undefined && Number.isFinite(quota) ? quota : undefined
    const rule = keepRule(settings)
    await directory.together(tenant.id, [
      async (one) => changes && one.mailboxes.update(tenant.id, mailbox.id, { ...change, settings }),
      async (_, write) => quota !== undefined && mail.setQuota(mailbox.id, { octets, messages: undefined }, write),
      async (_, write) => Object.keys(rule).length > 0 && mail.recoverable.setRule(mailbox.id, rule, write),
    ])
    return []
  },
})

async function settingsFor(context: Context, given: Given): Promise<SettingsChange> {
  return {
    ...settingsGiven(mailboxParameters, given),
    ...limitsGiven(mailboxLimits, given),
    ...settingsGiven(keepSwitches, given),
    ...limitsGiven(keepLimits, given),
    ...(await senderSettings(context, given)),
    ...(given.ForwardingAddress !== undefined && {
      ForwardingAddress: given.ForwardingAddress && (await findRecipientId(context, given.ForwardingAddress)),
    }),
    ...(given.ForwardingSmtpAddress !== undefined && {
      ForwardingSmtpAddress: given.ForwardingSmtpAddress && (await ownAddress(context, given.ForwardingSmtpAddress)),
    }),
    ...(given.GrantSendOnBehalfTo !== undefined && {
      GrantSendOnBehalfTo: await idsOf(given.GrantSendOnBehalfTo, (named, how) =>
        findRecipientId(context, named, how === 'comes'),
      ),
    }),
  }
}

/** Since when the mailbox is on hold is kept with it. */
function holdDate({ world }: Context, { settings }: MailboxRecord, { LitigationHoldEnabled: held }: Given) {
  if (held === undefined || held === (settings.LitigationHoldEnabled === true)) return {}
  return { LitigationHoldDate: held ? new Date(world.now()).toISOString() : null }
}

/** Mail goes to mailboxes of this server and nowhere else. */
async function ownAddress({ directory }: Context, given: string): Promise<string> {
  const address = given.trim().replace(/^smtp:/i, '')
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return (await directory.tenants.find(domain)) && address.includes('@')
    ? address
    : wrongParameters(`Mail can't be forwarded to '${address}': no organization of this server has the domain.`)
}
