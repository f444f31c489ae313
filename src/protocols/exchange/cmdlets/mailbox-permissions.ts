import type { ValuesOf } from '../../../cmdlets/cmdlet.ts'
import * as declared from '../../../cmdlets/exchange/mailbox-permissions.ts'
import type { AccessRight, MailboxPermission, MailboxRecord, Trustee } from '../../../domain/directory/types.ts'
import { type CmdletContext, command } from '../command.ts'
import { findMailbox, findRemovedMailbox, findTrustee } from '../find.ts'
import type { Output } from '../objects/output.ts'
import { accountOf, ownerOutput, permissionOutput } from '../objects/permissions.ts'
import { notFound, wrongParameters } from '../failure.ts'

type AddMailboxPermissionParameters = ValuesOf<(typeof declared.addMailboxPermission)['parameters']>

/** An entry on a mailbox, and what has become of whose it is. */
export interface MailboxEntry {
  readonly permission: MailboxPermission
  readonly left: 'resolved' | 'softDeleted' | 'unresolved'
}

export const addMailboxPermission = command({
  declaration: declared.addMailboxPermission,
  role: 'Mail Recipients',
  async run(context, given) {
    const { User, AccessRights, Owner } = given
    if (given.GroupMailbox) return notFound(context.tenant, given.Identity)
    if (Owner !== undefined && User === undefined && AccessRights === undefined) {
      return setOwner(context, await findMailbox(context, given.Identity), Owner)
    }
    if (Owner !== undefined || User === undefined || AccessRights === undefined) {
      return wrongParameters('Add-MailboxPermission needs either -User and -AccessRights, or -Owner.')
    }
    return grant(context, await findMailbox(context, given.Identity), { ...given, User, AccessRights })
  },
})

async function grant(
  context: CmdletContext,
  mailbox: MailboxRecord,
  given: AddMailboxPermissionParameters & Required<Pick<AddMailboxPermissionParameters, 'User' | 'AccessRights'>>,
): Promise<readonly Output[]> {
  const trustee = await findTrustee(context, given.User)
  const { changed, permission } = await context.directory.permissions.add(mailbox, {
    trustee,
    accessRights: given.AccessRights,
    deny: given.Deny ?? false,
    inheritanceType: given.InheritanceType ?? 'All',
  })
  if (!changed) warnPresent(context, mailbox, trustee)
  return [permissionOutput(mailbox, permission)]
}

async function setOwner(context: CmdletContext, mailbox: MailboxRecord, named: string): Promise<readonly Output[]> {
  const owner = await findTrustee(context, named)
  await context.directory.permissions.setOwner(mailbox, owner)
  return [ownerOutput(mailbox, owner)]
}

type GetMailboxPermissionParameters = ValuesOf<(typeof declared.getMailboxPermission)['parameters']>

export const getMailboxPermission = command({
  declaration: declared.getMailboxPermission,
  role: 'Mail Recipients',
  async run(context, given) {
    if (given.GroupMailbox) return notFound(context.tenant, given.Identity)
    const mailbox = await mailboxOrRemovedMailbox(context, given.Identity, given)
    if (given.Owner && given.User !== undefined) return wrongParameters('-Owner and -User exclude each other.')
    if (given.Owner) return [await owned(context, mailbox, given)]
    const entries = await entriesOn(context, mailbox)
    const trustees = entries.map(({ permission }) => permission.trustee)
    const trustee = given.User === undefined ? undefined : await trusteeAmong(context, trustees, given.User)
    const chosen = entries
      .filter((entry) => isShown(entry, given))
      .filter(({ permission }) => !trustee || permission.trustee.sid === trustee.sid)
    return Promise.all(
      chosen.map(({ permission }) => named(context, permission.trustee, permissionOutput(mailbox, permission), given)),
    )
  },
})

/** docs/reference/exchange-admin.md §2.2: entries of those who are gone are shown to who asks for them. */
const isShown = (
  { left }: MailboxEntry,
  { IncludeSoftDeletedUserPermissions, IncludeUnresolvedPermissions }: GetMailboxPermissionParameters,
): boolean =>
  ({
    resolved: true,
    softDeleted: IncludeSoftDeletedUserPermissions === true,
    unresolved: IncludeUnresolvedPermissions === true,
  })[left]

async function owned(
  context: CmdletContext,
  mailbox: MailboxRecord,
  request: GetMailboxPermissionParameters,
): Promise<Output> {
  const owner = await context.directory.permissions.owner(mailbox.id)
  return named(context, owner, ownerOutput(mailbox, owner), request)
}

/** With the display name, if it was requested. */
const named = async (
  context: CmdletContext,
  trustee: Trustee,
  output: Output,
  request: GetMailboxPermissionParameters,
): Promise<Output> =>
  request.IncludeUserWithDisplayName ? { ...output, UserDisplayName: await displayNameOf(context, trustee) } : output

async function displayNameOf({ directory, tenant }: CmdletContext, trustee: Trustee): Promise<string> {
  if (trustee.kind !== 'user' && trustee.kind !== 'group') return trustee.name
  const among = trustee.kind === 'user' ? directory.users : directory.groups
  return (await among.find(tenant.id, trustee.id))?.displayName ?? trustee.name
}

const { parameters } = declared.removeMailboxPermission

type RemoveMailboxPermissionParameters = ValuesOf<typeof parameters>

/** Whose entry it is, and what of it goes. */
interface Taken {
  readonly user: string
  readonly accessRights: readonly AccessRight[]
  readonly deny: boolean
}

export const removeMailboxPermission = command({
  declaration: declared.removeMailboxPermission,
  role: 'Mail Recipients',
  async run(context, given) {
    const { identity, taken } = request(given)
    if (given.GroupMailbox) return notFound(context.tenant, identity)
    const mailbox = await mailboxOrRemovedMailbox(context, identity, given)
    if (given.ResetDefault) await reset(context, mailbox)
    if (taken) await removeEntry(context, mailbox, taken, given.BypassMasterAccountSid ?? false)
    return []
  },
})

/**
 * docs/reference/exchange-admin.md §2.3: exactly one of the parameter sets. An instance is what is meant where nothing
 * else is given.
 */
function request(given: RemoveMailboxPermissionParameters): { readonly identity: string; readonly taken?: Taken } {
  const shown = given.Instance && instanceOf(given.Instance)
  const { User: user, AccessRights: accessRights, Identity: identity } = { ...shown, ...given }
  const { ResetDefault, ClearAutoMapping } = given
  if (identity === undefined) return wrongParameters('Remove-MailboxPermission needs a value for -Identity.')
  const named = shown !== undefined || user !== undefined || accessRights !== undefined
  const sets = [named, ResetDefault === true, ClearAutoMapping === true].filter(Boolean).length
  if (sets === 1 && !named) return { identity }
  if (sets !== 1 || user === undefined || accessRights === undefined) {
    return wrongParameters(
      'Remove-MailboxPermission needs either -User and -AccessRights, or -Instance, or -ResetDefault, or -ClearAutoMapping.',
    )
  }
  const rights = accessRights.filter((right) => right !== 'SendAs')
  return { identity, taken: { user, accessRights: rights, deny: given.Deny ?? shown?.Deny ?? false } }
}

/** An entry as `Get-MailboxPermission` shows it. */
function instanceOf(
  instance: NonNullable<RemoveMailboxPermissionParameters['Instance']>,
): Partial<Pick<RemoveMailboxPermissionParameters, 'Identity' | 'User' | 'AccessRights' | 'Deny'>> {
  const identity = text(instance.Identity)
  const user = text(instance.UserSid) ?? text(instance.User)
  const accessRights = parameters.AccessRights.type.fromJson(instance.AccessRights)
  return {
    ...(identity !== undefined && { Identity: identity }),
    ...(user !== undefined && { User: user }),
    ...(accessRights && { AccessRights: accessRights }),
    ...(instance.Deny === true && { Deny: true }),
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** All but the mailbox's own entry goes. */
async function reset({ directory }: CmdletContext, mailbox: MailboxRecord): Promise<void> {
  const entries = (await directory.permissions.on(mailbox.id)).filter(({ trustee }) => trustee.kind !== 'self')
  await directory.together(
    mailbox.tenant,
    entries.map((entry) => (one) => one.permissions.remove(mailbox, entry)),
  )
}

async function removeEntry(
  context: CmdletContext,
  mailbox: MailboxRecord,
  { user, ...terms }: Taken,
  silently: boolean,
): Promise<void> {
  const trustees = (await entriesOn(context, mailbox)).map(({ permission }) => permission.trustee)
  const trustee = await trusteeAmong(context, trustees, user)
  const { changed } = await context.directory.permissions.remove(mailbox, { trustee, ...terms })
  if (!changed && !silently) warnAbsent(context, mailbox, trustee)
}

/** One that is there, or with `-SoftDeletedMailbox` one that can be had back. */
export const mailboxOrRemovedMailbox = async (
  context: CmdletContext,
  named: string,
  { SoftDeletedMailbox }: { readonly SoftDeletedMailbox?: boolean },
): Promise<MailboxRecord> =>
  SoftDeletedMailbox ? (await findRemovedMailbox(context, named)).mailbox : findMailbox(context, named)

/** Those of users who can be had back bear the names that they had. */
export async function entriesOn(
  { directory, tenant }: CmdletContext,
  mailbox: MailboxRecord,
): Promise<readonly MailboxEntry[]> {
  const permissions = await directory.permissions.on(mailbox.id)
  const kept = permissions.some(({ trustee }) => trustee.kind === 'unresolved')
    ? await directory.removedMailboxes.all(tenant.id)
    : []
  const names = new Map(
    kept.map((it) => [it.mailbox.externalDirectoryObjectId as string, it.mailbox.userPrincipalName]),
  )
  return permissions.map((permission) => {
    const { trustee } = permission
    if (trustee.kind !== 'unresolved') return { permission, left: 'resolved' }
    const name = names.get(trustee.id)
    if (name === undefined) return { permission, left: 'unresolved' }
    return { permission: { ...permission, trustee: { ...trustee, name } }, left: 'softDeleted' }
  })
}

/** Whom a text means: somebody who is there, or one of the trustees of entries who is gone, by the SID or the name. */
export async function trusteeAmong(
  context: CmdletContext,
  trustees: readonly Trustee[],
  named: string,
): Promise<Trustee> {
  const key = named.toLowerCase()
  return (
    (await context.directory.permissions.trustee(context.tenant.id, named)) ??
    trustees.find(
      ({ kind, name, sid }) => kind === 'unresolved' && [name.toLowerCase(), sid.toLowerCase()].includes(key),
    ) ??
    findTrustee(context, named)
  )
}

export const warnPresent = (context: CmdletContext, { name }: MailboxRecord, trustee: Trustee): void =>
  context.warn(
    `The appropriate access control entry is already present on the object "${name}" for account "${accountOf(trustee)}".`,
  )

/** docs/reference/exchange-admin.md §2.3 */
export const warnAbsent = (context: CmdletContext, { name }: MailboxRecord, trustee: Trustee): void =>
  context.warn(
    `Can't remove the access control entry on the object "${name}" for the user account "${accountOf(trustee)}" because the ACE doesn't exist on the object.`,
  )
