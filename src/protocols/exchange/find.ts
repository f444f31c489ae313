import { matches } from '../../codecs/opath/filter.ts'
import type { Guid } from '../../core/ids.ts'
import type {
  AccessPolicy,
  ApplicationRole,
  DistributionGroup,
  ExchangeServicePrincipal,
  GroupMember,
  MailboxRecord,
  ManagementScope,
  RemovedMailbox,
  ResourceScope,
  RoleAssignment,
  Trustee,
  User,
} from '../../domain/directory/types.ts'
import type { CmdletContext } from './command.ts'
import { joined, type Listing, those } from './listing.ts'
import { domainOf } from './objects/output.ts'
import { notFound, wrongParameters } from './failure.ts'

export const findMailbox = async ({ directory, tenant }: CmdletContext, named: string): Promise<MailboxRecord> =>
  (await directory.mailboxes.find(tenant.id, named)) ?? notFound(tenant, named)

export const findServicePrincipal = async (
  { directory, tenant }: CmdletContext,
  named: string,
): Promise<ExchangeServicePrincipal> => (await directory.exchange.find(tenant.id, named)) ?? notFound(tenant, named)

/** Finds a user, group or service principal that permissions can be granted to. */
export async function findTrustee({ directory, tenant }: CmdletContext, named: string): Promise<Trustee> {
  const found = await directory.permissions.trustee(tenant.id, named)
  if (found) return found
  return notFound(tenant, named, (await directory.groups.find(tenant.id, named)) && NO_SECURITY_GROUP)
}

/** The recipient that a setting names. In a setting that permits something, it must be able to have permissions. */
export async function findRecipientId(context: CmdletContext, named: string, permitting = false): Promise<string> {
  const member = await findMember(context, named)
  if (member.kind === 'mailbox') return member.mailbox.externalDirectoryObjectId
  if (permitting && member.group.type !== 'Security') return notFound(context.tenant, named, NO_SECURITY_GROUP)
  return member.group.guid
}

const NO_SECURITY_GROUP =
  'A distribution group of this name is there, but only a security group (New-DistributionGroup -Type Security) can be given permissions.'

export const findRemovedMailbox = async (
  { directory, tenant }: CmdletContext,
  named: string,
): Promise<RemovedMailbox> => (await directory.removedMailboxes.find(tenant.id, named)) ?? notFound(tenant, named)

type GroupKind = 'static' | 'dynamic'

const isOf = (kind: GroupKind, { recipientFilter }: DistributionGroup): boolean =>
  (recipientFilter !== undefined) === (kind === 'dynamic')

/** The cmdlets of the one kind of groups know nothing of the other. */
export async function findGroup(
  { directory, tenant }: CmdletContext,
  named: string,
  kind: GroupKind = 'static',
): Promise<DistributionGroup> {
  const group = await directory.groups.find(tenant.id, named)
  return group && isOf(kind, group) ? group : notFound(tenant, named)
}

export const findMember = async ({ directory, tenant }: CmdletContext, named: string): Promise<GroupMember> =>
  (await directory.groups.memberNamed(tenant.id, named)) ?? notFound(tenant, named)

type Named = Pick<MailboxRecord, 'name' | 'displayName' | 'alias' | 'primarySmtpAddress'>

/** Whether a name that people look for it by begins so. */
const begins = (it: Named, anr = ''): boolean =>
  [it.name, it.displayName, it.alias, it.primarySmtpAddress].some((name) =>
    name.toLowerCase().startsWith(anr.toLowerCase()),
  )

/** Whether one of its names matches the pattern; `*` matches any text. */
function isCalled({ name, alias, displayName, primarySmtpAddress }: Named, form: string): boolean {
  const filter = { kind: 'comparison', property: 'name', operator: 'like', operand: form } as const
  return matches(filter, () => [name, alias, displayName, primarySmtpAddress])
}

/** The groups that `Get-DistributionGroup` and `Get-DynamicDistributionGroup` return. */
export async function chosenGroups(
  context: CmdletContext,
  given: { Identity?: string; Anr?: string; Filter?: string },
  kind: GroupKind = 'static',
): Promise<readonly DistributionGroup[]> {
  refuseSeveral(given)
  if (given.Identity !== undefined) return [await findGroup(context, given.Identity, kind)]
  const all = await context.directory.groups.all(context.tenant.id)
  return all.filter((group) => isOf(kind, group) && begins(group, given.Anr))
}

function refuseSeveral({ Identity, Anr, Filter }: { Identity?: string; Anr?: string; Filter?: string }): void {
  if ([Identity, Anr, Filter].filter((it) => it !== undefined).length > 1) {
    wrongParameters('-Identity, -Anr and -Filter exclude each other.')
  }
}

/** The mailboxes that `Get-Mailbox` and `Get-CASMailbox` return. */
export async function chosenMailboxes(
  context: CmdletContext,
  given: { Identity?: string; Anr?: string; Filter?: string; RecipientTypeDetails?: readonly MailboxRecord['type'][] },
): Promise<Listing<MailboxRecord>> {
  refuseSeveral(given)
  const { Identity, Anr, RecipientTypeDetails } = given
  if (Identity !== undefined && !Identity.includes('*')) return [await findMailbox(context, Identity)]
  const every = await everyMailbox(context)
  if (Identity === undefined && Anr === undefined && RecipientTypeDetails === undefined) return every
  return those(
    every,
    (record) =>
      (RecipientTypeDetails?.includes(record.type) ?? true) &&
      begins(record, Anr) &&
      (Identity === undefined || isCalled(record, Identity)),
  )
}

/** All mailboxes, read from the store as the caller reads the list. */
export async function everyMailbox({ directory, tenant }: CmdletContext): Promise<Listing<MailboxRecord>> {
  return {
    length: await directory.mailboxes.count(tenant.id),
    slice: (from, to) => directory.mailboxes.some(tenant.id, { from, limit: Math.max(0, to - from) }),
  }
}

/** The recipients of every kind that `Get-Recipient` returns. */
export async function chosenRecipients(
  context: CmdletContext,
  given: {
    Identity?: string
    Anr?: string
    Filter?: string
    RecipientPreviewFilter?: string
    IncludeSoftDeletedRecipients?: boolean
  },
): Promise<Listing<GroupMember>> {
  refuseSeveral(given)
  const { directory, tenant } = context
  const { Identity: named, Anr: anr, RecipientPreviewFilter: preview } = given
  if (preview !== undefined) {
    const fitting = await directory.groups.fitting(tenant.id, preview)
    return fitting.map(asMember)
  }
  if (named !== undefined && !named.includes('*')) return [await findMember(context, named)]
  const removed = given.IncludeSoftDeletedRecipients ? await directory.removedMailboxes.all(tenant.id) : []
  const mailboxes = await everyMailbox(context)
  const groups = await directory.groups.all(tenant.id)
  const everybody = joined<GroupMember>(
    { length: mailboxes.length, slice: async (from, to) => (await mailboxes.slice(from, to)).map(asMember) },
    [...removed.map(({ mailbox }) => asMember(mailbox)), ...groups.map((group) => ({ kind: 'group', group }) as const)],
  )
  if (anr === undefined && named === undefined) return everybody
  return those(everybody, (it) => {
    const recipient = it.kind === 'group' ? it.group : it.mailbox
    return begins(recipient, anr) && (named === undefined || isCalled(recipient, named))
  })
}

const asMember = (mailbox: MailboxRecord) => ({ kind: 'mailbox', mailbox }) as const

export const findPolicy = async ({ directory, tenant }: CmdletContext, named: string): Promise<AccessPolicy> =>
  (await directory.accessPolicies.find(tenant.id, named)) ?? notFound(tenant, named)

export const findScope = async ({ directory, tenant }: CmdletContext, named: string): Promise<ManagementScope> =>
  (await directory.managementScopes.find(tenant.id, named)) ?? notFound(tenant, named)

export const findAssignment = async ({ directory, tenant }: CmdletContext, named: string): Promise<RoleAssignment> =>
  (await directory.roleAssignments.find(tenant.id, named)) ?? notFound(tenant, named)

/** The role of an app, in any letter case. */
export const findApplicationRole = ({ directory, tenant }: CmdletContext, named: string): ApplicationRole =>
  directory.roleAssignments.roles.find(({ name }) => name.toLowerCase() === named.trim().toLowerCase()) ??
  notFound(tenant, named)

/** The scope that one of the parameters names; none of them is the whole organization. */
export async function findResourceScope(
  context: CmdletContext,
  given: { CustomResourceScope?: string; RecipientGroupScope?: string; RecipientAdministrativeUnitScope?: string },
): Promise<ResourceScope> {
  const { CustomResourceScope: scope, RecipientGroupScope: group, RecipientAdministrativeUnitScope: unit } = given
  const named = [scope, group, unit].filter((it) => it !== undefined)
  if (named.length > 1) {
    return wrongParameters(
      '-CustomResourceScope, -RecipientGroupScope and -RecipientAdministrativeUnitScope exclude each other.',
    )
  }
  const { directory, tenant } = context
  if (scope !== undefined) return { scope: (await findScope(context, scope)).guid }
  if (group === undefined) return unit === undefined ? {} : notFound(tenant, unit)
  return { group: ((await directory.groups.find(tenant.id, group)) ?? notFound(tenant, group)).guid }
}

/** There is one organizational unit, and it has every recipient. */
export function assertRoot({ tenant }: CmdletContext, named: string | undefined): void {
  const unit = named?.trim().toLowerCase().split('/').at(-1)
  if (unit !== undefined && unit !== domainOf(tenant)) notFound(tenant, named!)
}

/** By id or userPrincipalName, or by what names the mailbox behind the user. */
export async function findUser({ directory, tenant }: CmdletContext, named: string): Promise<User> {
  const found = await directory.users.find(tenant.id, named)
  if (found) return found
  const mailbox = await directory.mailboxes.find(tenant.id, named)
  return (
    (mailbox && (await directory.users.find(tenant.id, mailbox.externalDirectoryObjectId))) ?? notFound(tenant, named)
  )
}

/** Returns a function that gives a recipient's name for its id; for a removed recipient it gives the id. */
export async function recipientsNamed(
  { directory, tenant }: Pick<CmdletContext, 'directory' | 'tenant'>,
  ids: Iterable<Guid>,
): Promise<(id: Guid) => string> {
  const names = new Map<Guid, string>()
  for (const id of new Set(ids)) {
    const member = await directory.groups.memberNamed(tenant.id, id)
    if (member) names.set(id, member.kind === 'group' ? member.group.name : member.mailbox.name)
  }
  return (id) => names.get(id) ?? id
}
