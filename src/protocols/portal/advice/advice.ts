import {
  addExchangePrincipal,
  addScope,
  assignRole,
  consentForEverybody,
} from '../../../access/records/command-line.ts'
import type { GraphPermission } from '../../../access/types.ts'
import type { TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { OperationActor, OperationCount, Operation } from '../../../domain/audit/types.ts'
import type { Directory, ServicePrincipal } from '../../../domain/directory/types.ts'
import type { PortalDeps } from '../deps.ts'
import { equivalentOf } from './equivalents.ts'
import { example } from './example.ts'

const GRAPH = 'https://graph.microsoft.com'
/** Mailboxes that one scope names: a filter that people can still read. */
const MOST_IN_SCOPE = 20

/** One kind of operation, over every mailbox in which it was done. */
export interface Habit extends Pick<OperationCount, 'operation' | 'protocol' | 'as' | 'count' | 'first' | 'last'> {
  readonly mailboxes: number
}

/** How an app would do with Graph what it does over the mail protocols. */
export interface Advice {
  readonly principal: ServicePrincipal
  /** The most frequent first; of those alike, in the order in which they were first done. */
  readonly habits: readonly Habit[]
  /** Addresses as the app gave them. */
  readonly mailboxes: readonly string[]
  readonly permissions: readonly { readonly as: OperationActor['as']; readonly permission: GraphPermission }[]
  readonly withoutEquivalent: readonly string[]
  /** Commands by which an administrator grants the app its permissions. */
  readonly commands: readonly string[]
  /** Undefined where nothing was observed. */
  readonly example: string | undefined
}

export async function advise(
  { directory, signIns }: Pick<PortalDeps, 'directory' | 'signIns'>,
  tenant: TenantId,
  named: string,
): Promise<Advice> {
  const principal = await principalNamed(directory, tenant, named)
  await signIns.operations.settled()
  const done = await signIns.operations.done(tenant, principal.appId)
  const habits = habitsIn(done)
  return {
    principal,
    habits,
    mailboxes: [...new Set(done.map(({ mailbox }) => mailbox))],
    permissions: (['app', 'person'] as const).flatMap((as) =>
      permissionsFor(done, as).map((permission) => ({ as, permission })),
    ),
    withoutEquivalent: [...new Set(habits.flatMap(({ operation }) => equivalentOf(operation).without))],
    commands: [
      ...(await commandsForApp(directory, principal, done)),
      ...(await commandsForPeople(directory, principal, done)),
    ],
    example: exampleOf(principal, done),
  }
}

/** By the app's client id or object id, or by its service principal's id. */
async function principalNamed(directory: Directory, tenant: TenantId, named: string): Promise<ServicePrincipal> {
  const { servicePrincipals, apps } = directory
  const app = await apps.find(tenant, { id: named })
  return (
    (await servicePrincipals.find(tenant, { appId: app?.appId ?? named })) ??
    (await servicePrincipals.find(tenant, { id: named })) ??
    refuse('no-such-thing', `There is no app with the id '${named.slice(0, 64)}' that has a service principal here.`)
  )
}

function habitsIn(done: readonly OperationCount[]): readonly Habit[] {
  const kinds = Map.groupBy(done, ({ operation, protocol, as }) => `${protocol} ${as} ${operation}`)
  const habits = [...kinds.values()].map((alike) => ({
    operation: alike[0]!.operation,
    protocol: alike[0]!.protocol,
    as: alike[0]!.as,
    count: alike.reduce((sum, { count }) => sum + count, 0),
    first: Math.min(...alike.map(({ first }) => first)),
    last: Math.max(...alike.map(({ last }) => last)),
    mailboxes: alike.length,
  }))
  return habits.sort((one, other) => other.count - one.count || one.first - other.first)
}

const permissionsFor = (done: readonly OperationCount[], as: OperationActor['as']): readonly GraphPermission[] =>
  least(done.filter((it) => it.as === as).flatMap(({ operation }) => equivalentOf(operation).permission ?? []))

/**
 * docs/reference/exchange-admin.md §7: a role of Exchange over a scope, since a consent would open every mailbox of the
 * tenant.
 */
async function commandsForApp(
  directory: Directory,
  principal: ServicePrincipal,
  done: readonly OperationCount[],
): Promise<readonly string[]> {
  const permissions = permissionsFor(done, 'app')
  if (permissions.length === 0) return []
  const { tenant, appId, id, displayName } = principal
  const known = await directory.exchange.findByAppId(tenant, appId)
  const addresses = await addressesOf(directory, tenant, done)
  return [
    ...(known ? [] : [addExchangePrincipal(appId, id)]),
    ...scopesFor(displayName, addresses).flatMap(({ scope, filter }) => [
      addScope(scope, filter),
      ...permissions.map((permission) => assignRole({ app: appId, role: roleFor(permission), scope })),
    ]),
  ]
}

/** Of the mailboxes that are still there. */
async function addressesOf(
  directory: Directory,
  tenant: TenantId,
  done: readonly OperationCount[],
): Promise<readonly string[]> {
  const opened = new Set(done.filter(({ as }) => as === 'app').map(({ mailbox }) => mailbox))
  const found = new Set<string>()
  for (const address of opened) {
    const mailbox = await directory.mailboxes.findByAddress(tenant, address)
    if (mailbox) found.add(mailbox.primarySmtpAddress)
  }
  return [...found].sort()
}

const scopesFor = (name: string, addresses: readonly string[]): readonly { scope: string; filter: string }[] =>
  Array.from({ length: Math.ceil(addresses.length / MOST_IN_SCOPE) }, (_, at) => ({
    scope: `Mailboxes of ${name.slice(0, 40)}${at === 0 ? '' : ` (${at + 1})`}`,
    filter: addresses
      .slice(at * MOST_IN_SCOPE, (at + 1) * MOST_IN_SCOPE)
      .map((address) => `PrimarySmtpAddress -eq '${address.replaceAll("'", "''")}'`)
      .join(' -or '),
  }))

/** Where the app acts for people, it may do what they may: nothing has to be kept to a scope. */
async function commandsForPeople(
  directory: Directory,
  { tenant, id }: ServicePrincipal,
  done: readonly OperationCount[],
): Promise<readonly string[]> {
  const permissions = permissionsFor(done, 'person')
  const graph = await directory.servicePrincipals.findResource(tenant, GRAPH)
  return permissions.length > 0 && graph ? [consentForEverybody(id, graph.id, permissions)] : []
}

function exampleOf({ tenant, appId }: ServicePrincipal, done: readonly OperationCount[]): string | undefined {
  const [busiest] = [...done].sort((one, other) => other.count - one.count)
  if (!busiest) return undefined
  const { as, mailbox } = busiest
  const did = new Set<Operation>(done.filter((it) => it.as === as).map(({ operation }) => operation))
  return example({ tenant, appId, as, mailbox, did })
}

/** Each allows what those before it do. */
const reading = ['Mail.ReadBasic', 'Mail.Read', 'Mail.ReadWrite'] as const satisfies readonly GraphPermission[]

/** The fewest and least that cover all of these. */
export function least(needed: readonly GraphPermission[]): readonly GraphPermission[] {
  const most = reading.findLast((permission) => needed.includes(permission))
  return [...(most ? [most] : []), ...(needed.includes('Mail.Send') ? (['Mail.Send'] as const) : [])]
}

/** How the permission is called where an app is to have it by consent, for every mailbox of the tenant. */
export const consented = (permission: GraphPermission): string =>
  permission === 'Mail.ReadBasic' ? 'Mail.ReadBasic.All' : permission

/** docs/reference/exchange-admin.md §7: the role by which an app has it for the mailboxes of a scope alone. */
export const roleFor = (permission: GraphPermission): string => `Application ${permission}`
