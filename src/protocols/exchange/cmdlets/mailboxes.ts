import type { ValuesOf } from '../../../cmdlets/cmdlet.ts'
import { absentKinds } from '../../../cmdlets/exchange/choosing.ts'
import * as declared from '../../../cmdlets/exchange/mailboxes.ts'
import { keepLimits, keepSwitches, mailboxLimits, mailboxParameters } from '../../../cmdlets/exchange/mailboxes.ts'
import { writtenQuantity } from '../../../cmdlets/exchange/parameter-types.ts'
import { normalized } from '../../../codecs/charset/unicode-casemap.ts'
import { refuse } from '../../../core/refusal.ts'
import { isoDateTime } from '../../../core/time.ts'
import type {
  MailboxRecord,
  NewMailbox,
  RecipientType,
  RemovedMailbox,
  SettingsChange,
  Tenant,
} from '../../../domain/directory/types.ts'
import type { KeepRule } from '../../../domain/mail/store-types.ts'
import type { QuotaLimits } from '../../../domain/mail/types.ts'
import { type CmdletContext, command, guardAdministrator } from '../command.ts'
import {
  chosenMailboxes,
  findMailbox,
  findRecipientId,
  findRemovedMailbox,
  findUser,
  recipientsNamed,
} from '../find.ts'
import { allOf, type Listing, listing } from '../listing.ts'
import { mailboxOutput, RETAINED } from '../objects/mailbox.ts'
import { domainOf, type Output } from '../objects/output.ts'
import { namedIn } from '../objects/recipient.ts'
import { notFound, wrongParameters } from '../failure.ts'
import { idsOf, limitsFrom, senderSettings, settingsChangeFrom } from '../sender-settings.ts'
import { refuseNotHeldBy } from './role-groups.ts'

const absent = Object.keys(absentKinds) as (keyof typeof absentKinds)[]

export const getMailbox = command({
  declaration: declared.getMailbox,
  role: 'Mail Recipients',
  async run(context, given) {
    if (absent.some((kind) => given[kind])) {
      return given.Identity === undefined ? [] : notFound(context.tenant, given.Identity)
    }
    if (given.InactiveMailboxOnly)
      return listing(await inactive(context, given.Identity), removedOutputs(context), given)
    if (given.SoftDeletedMailbox) return listing(await removed(context, given.Identity), removedOutputs(context), given)
    if (given.IncludeInactiveMailbox && given.Identity === undefined) {
      const live = await allOf(await chosenMailboxes(context, given))
      const all = [...live.map((mailbox) => ({ mailbox })), ...(await inactive(context))]
      return listing(all, removedOutputs(context), given)
    }
    return listing(await chosenMailboxes(context, given), (records) => mailboxOutputs(context, records), given)
  },
})

const removed = async (context: CmdletContext, named: string | undefined): Promise<Listing<RemovedMailbox>> =>
  named === undefined
    ? context.directory.removedMailboxes.all(context.tenant.id)
    : [await findRemovedMailbox(context, named)]

/** A mailbox that was removed while it was on hold is inactive for as long as it is. */
async function inactive(context: CmdletContext, named?: string): Promise<readonly RemovedMailbox[]> {
  const found = (await allOf(await removed(context, named))).filter(({ mailbox }) => isHeld(mailbox))
  return named !== undefined && found.length === 0 ? notFound(context.tenant, named) : found
}

const isHeld = ({ settings }: MailboxRecord): boolean => settings.LitigationHoldEnabled === true

const removedOutputs =
  (context: CmdletContext) =>
  async (chosen: readonly Shown[]): Promise<readonly Output[]> => {
    const outputs = await mailboxOutputs(
      context,
      chosen.map(({ mailbox }) => mailbox),
    )
    return outputs.map((output, at) => {
      const { mailbox, removed: when } = chosen[at]!
      if (when === undefined) return output
      return {
        ...output,
        IsSoftDeletedByRemove: true,
        IsInactiveMailbox: isHeld(mailbox),
        WhenSoftDeleted: new Date(when),
      }
    })
  }

interface Shown {
  readonly mailbox: MailboxRecord
  /** When; undefined for one that was not. */
  readonly removed?: number
}

export const disableMailbox = command({
  declaration: declared.disableMailbox,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    await guardAdministrator(context, mailbox.externalDirectoryObjectId)
    await context.directory.removedMailboxes.disable(context.tenant.id, mailbox.id)
    return []
  },
})

export const enableMailbox = command({
  declaration: declared.enableMailbox,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory, tenant } = context
    const { id } = await findUser(context, given.Identity)
    const kept = await directory.removedMailboxes.ofUser(tenant.id, id)
    const isNew = kept === undefined || given.Alias !== undefined || given.PrimarySmtpAddress !== undefined
    const mailbox = isNew
      ? await directory.mailboxes.enable(tenant.id, id, {
          ...(given.Alias !== undefined && { alias: given.Alias }),
          ...(given.PrimarySmtpAddress !== undefined && { primarySmtpAddress: given.PrimarySmtpAddress }),
        })
      : await directory.removedMailboxes.restore(tenant.id, kept.mailbox.id, {})
    return mailboxOutputs(context, [mailbox])
  },
})

type NewMailboxParameters = ValuesOf<(typeof declared.newMailbox)['parameters']>

export const newMailbox = command({
  declaration: declared.newMailbox,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory, tenant } = context
    return mailboxOutputs(context, [await directory.mailboxes.create(tenant.id, request(tenant, given))])
  },
})

function request(tenant: Tenant, given: NewMailboxParameters): NewMailbox {
  const type = typeOf(given)
  const userPrincipalName = given.MicrosoftOnlineServicesID
  const alias = given.Alias ?? aliasFrom(userPrincipalName?.split('@')[0] ?? given.Name)
  const ownAddress = userPrincipalName ?? `${alias}@${domainOf(tenant)}`
  const primarySmtpAddress = given.PrimarySmtpAddress ?? ownAddress
  return {
    name: given.Name,
    alias,
    displayName: given.DisplayName ?? given.Name,
    primarySmtpAddress,
    userPrincipalName: userPrincipalName ?? primarySmtpAddress,
    type,
    ...(given.Password === undefined ? {} : { password: given.Password }),
    ...(given.FirstName === undefined ? {} : { firstName: given.FirstName }),
    ...(given.LastName === undefined ? {} : { lastName: given.LastName }),
  }
}

/** docs/reference/exchange-admin.md §3.1: exactly one of the parameter sets. */
function typeOf(given: NewMailboxParameters): RecipientType {
  const sets: [boolean, RecipientType][] = [
    [given.Shared === true, 'SharedMailbox'],
    [given.Room === true, 'RoomMailbox'],
    [given.Equipment === true, 'EquipmentMailbox'],
    [given.MicrosoftOnlineServicesID !== undefined, 'UserMailbox'],
  ]
  const [chosen, ...others] = sets.filter(([named]) => named)
  if (!chosen || others.length > 0) {
    return wrongParameters('New-Mailbox needs one of -Shared, -Room, -Equipment and -MicrosoftOnlineServicesID.')
  }
  if (chosen[1] === 'UserMailbox' && !given.Password) {
    return wrongParameters("New-Mailbox needs -Password for a user's mailbox.")
  }
  return chosen[1]
}

export const removeMailbox = command({
  declaration: declared.removeMailbox,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory, mail, tenant } = context
    if (!given.PermanentlyDelete) {
      const mailbox = await findMailbox(context, given.Identity)
      await guardAdministrator(context, mailbox.externalDirectoryObjectId)
      await directory.removedMailboxes.remove(tenant.id, mailbox.id)
      return []
    }
    const live = await directory.mailboxes.find(tenant.id, given.Identity)
    if (live) await guardAdministrator(context, live.externalDirectoryObjectId)
    const { id, settings } = live ?? (await findRemovedMailbox(context, given.Identity)).mailbox
    if (settings.LitigationHoldEnabled === true) refuseOnHold(given.Identity)
    await directory.together(tenant.id, [
      (one) => (live ? one.mailboxes.remove(tenant.id, id) : one.removedMailboxes.forget(tenant.id, id)),
      (_, write) => mail.erase(id, write),
    ])
    return []
  },
})

const refuseOnHold = (named: string): never =>
  refuse('wrong-state', `The mailbox '${named}' can't be permanently deleted because it's on litigation hold.`)

type SetMailboxParameters = ValuesOf<(typeof declared.setMailbox)['parameters']>

const types = {
  Regular: 'UserMailbox',
  Shared: 'SharedMailbox',
  Room: 'RoomMailbox',
  Equipment: 'EquipmentMailbox',
} as const satisfies Record<string, RecipientType>

export const setMailbox = command({
  declaration: declared.setMailbox,
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

async function settingsFor(context: CmdletContext, given: SetMailboxParameters): Promise<SettingsChange> {
  return {
    ...settingsChangeFrom(mailboxParameters, given),
    ...limitsFrom(mailboxLimits, given),
    ...settingsChangeFrom(keepSwitches, given),
    ...limitsFrom(keepLimits, given),
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
function holdDate(
  { world }: CmdletContext,
  { settings }: MailboxRecord,
  { LitigationHoldEnabled: held }: SetMailboxParameters,
) {
  if (held === undefined || held === (settings.LitigationHoldEnabled === true)) return {}
  return { LitigationHoldDate: held ? isoDateTime(world.now()) : null }
}

/** Mail goes to mailboxes of this server and nowhere else. */
async function ownAddress({ directory }: CmdletContext, given: string): Promise<string> {
  const address = given.trim().replace(/^smtp:/i, '')
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return (await directory.tenants.find(domain)) && address.includes('@')
    ? address
    : wrongParameters(`Mail can't be forwarded to '${address}': no organization of this server has the domain.`)
}

export const undoSoftDeletedMailbox = command({
  declaration: declared.undoSoftDeletedMailbox,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory, tenant } = context
    const { mailbox } = await findRemovedMailbox(context, given.SoftDeletedObject)
    await refuseNotHeldBy(context, mailbox.externalDirectoryObjectId)
    const restored = await directory.removedMailboxes.restore(tenant.id, mailbox.id, {
      ...(given.Name !== undefined && { name: given.Name }),
      ...(given.DisplayName !== undefined && { displayName: given.DisplayName }),
      ...(given.WindowsLiveID !== undefined && { userPrincipalName: given.WindowsLiveID }),
      ...(given.Password !== undefined && { password: given.Password }),
    })
    return mailboxOutputs(context, [restored])
  },
})

/** The name without what RFC 5322 §3.2.3 does not allow in a dot-atom. */
export function aliasFrom(name: string): string {
  const plain = normalized(name, 'NFKD').replace(/[^\w.!#$%&'*+/=?^`{|}~-]/g, '')
  const alias = plain
    .replace(/\.{2,}/g, '.')
    .replace(/^\.|\.$/g, '')
    .slice(0, 64)
  return alias === '' ? wrongParameters(`No alias can be made from '${name}': give one with -Alias.`) : alias
}

/** The part of a settings change that concerns how deleted messages are kept. */
function keepRule(change: SettingsChange): Partial<KeepRule> {
  const { LitigationHoldDuration: duration, RetainDeletedItemsFor: retained } = change
  return {
    ...('LitigationHoldEnabled' in change && { held: change.LitigationHoldEnabled === true }),
    ...('LitigationHoldDuration' in change && { heldFor: typeof duration === 'number' ? duration : undefined }),
    ...('SingleItemRecoveryEnabled' in change && { recovers: change.SingleItemRecoveryEnabled === true }),
    ...('RetainDeletedItemsFor' in change && { retains: typeof retained === 'number' ? retained : RETAINED }),
  }
}

/** Mailboxes with what they may hold, and with the names of the recipients that they name. */
async function mailboxOutputs(context: CmdletContext, records: readonly MailboxRecord[]): Promise<readonly Output[]> {
  const quotas = await context.mail.quotaLimits(records.map(({ id }) => id))
  const named = records.flatMap(({ mailFlow }) =>
    [mailFlow.forwardTo ?? [], mailFlow.onBehalf, namedIn(mailFlow.delivery)].flat(),
  )
  const nameOf = await recipientsNamed(context, named)
  return records.map((record) => mailboxOutput(context.tenant, record, quotas.get(record.id)!, nameOf))
}

const names = ['IssueWarningQuota', 'ProhibitSendQuota', 'ProhibitSendReceiveQuota'] as const

type Sizes = Readonly<Partial<Record<(typeof names)[number], number>>>

/** A mailbox is warned before it sends no more, and sends no more before it gets no more; refuses what is otherwise. */
export function refuseQuotasOutOfOrder(given: Sizes, { mailFlow }: MailboxRecord, { octets }: QuotaLimits): void {
  if (names.every((name) => given[name] === undefined)) return
  const before: Sizes = {
    ...(mailFlow.warningQuota !== undefined && { IssueWarningQuota: mailFlow.warningQuota }),
    ...(mailFlow.sendQuota !== undefined && { ProhibitSendQuota: mailFlow.sendQuota }),
    ...(octets !== undefined && { ProhibitSendReceiveQuota: octets }),
  }
  const limited = names.flatMap((name) => {
    const size = given[name] ?? before[name] ?? Number.POSITIVE_INFINITY
    return Number.isFinite(size) ? [{ name, size }] : []
  })
  for (const [nth, one] of limited.slice(1).entries()) {
    const smaller = limited[nth]!
    if (smaller.size > one.size) refuseOrder(smaller, one)
  }
}

interface Limit {
  readonly name: string
  readonly size: number
}

function refuseOrder(one: Limit, other: Limit): never {
  const [first, second] = [one, other].map(({ name, size }) => `${name}: '${writtenQuantity(size)}'`)
  refuse(
    'bad-syntax',
    `The value of property '${one.name}' must be less than or equal to that of property '${other.name}'. ${first}, ${second}.`,
    { property: one.name },
  )
}
