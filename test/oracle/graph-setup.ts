import type { AppId } from '../../src/core/ids.ts'
import type { MailboxRecord, PolicyRight } from '../../src/domain/directory/types.ts'
import { microsoftGraph } from '../../src/core/well-known/microsoft-graph.ts'
import { openAccess, type OpenAccess } from '../support/access.ts'
import { newMailbox, registerApp } from '../support/directory.ts'
import { product } from '../support/server-process.ts'
import type { State } from './graph-table.ts'

type AppState = Pick<State, 'consent' | 'role' | 'scope' | 'pointer' | 'principal'>
type Policy = State['policy']

const consents = ['none', 'Mail.Read', 'Mail.ReadWrite', 'Mail.Send'] as const
const principals = ['enabled', 'disabled', 'removed'] as const

const appStates = [
  ...product<AppState>({
    consent: consents,
    role: ['none'],
    scope: ['everywhere'],
    pointer: ['absent'],
    principal: principals,
  }),
  ...product<AppState>({
    consent: consents,
    role: ['Application Mail.Read', 'Application Mail Full Access', 'Application Calendars.Read'],
    scope: ['everywhere', 'here', 'elsewhere', 'out of force'],
    pointer: ['right', 'app object'],
    principal: ['enabled', 'disabled'],
  }),
]

/** Mailboxes of which the policies of a tenant say each something else. */
const tenants: readonly (readonly Policy[])[] = [
  ['none'],
  ['denied', 'others denied'],
  ['within', 'outside', 'within and denied'],
]

const rights: Readonly<Partial<Record<Policy, readonly PolicyRight[]>>> = {
  denied: ['DenyAccess'],
  within: ['RestrictAccess'],
  'within and denied': ['RestrictAccess', 'DenyAccess'],
}

/** An app in front of a mailbox. */
export interface GraphCaller {
  readonly state: AppState & Pick<State, 'policy'>
  readonly app: AppId
  readonly mailbox: MailboxRecord
}

/** A tenant for each set of policies, in which every app stands before every mailbox. */
export const openGraphSetups = (): Promise<readonly { context: OpenAccess; standings: readonly GraphCaller[] }[]> =>
  Promise.all(tenants.map(setStage))

async function setStage(policies: readonly Policy[]) {
  const context = await openAccess('standards')
  const { directory, tenant } = context
  const mailboxes: [Policy, MailboxRecord][] = []
  for (const policy of policies) {
    const mailbox = await directory.mailboxes.create(tenant.id, newMailbox(`box${mailboxes.length}`))
    mailboxes.push([policy, mailbox])
    for (const right of rights[policy] ?? []) await restrict(context, mailbox, right)
  }
  for (const [name, type] of [
    ['here', 'UserMailbox'],
    ['elsewhere', 'SharedMailbox'],
  ] as const) {
    const recipientFilter = `RecipientTypeDetails -eq '${type}'`
    await directory.managementScopes.create(tenant.id, { name, recipientFilter, exclusive: false })
  }
  // At once, so that they share the syncs of the disk.
  const apps = await Promise.all(appStates.map(async (state) => ({ state, app: await register(context, state) })))
  const standings = apps.flatMap(({ state, app }) =>
    mailboxes.map(([policy, mailbox]): GraphCaller => ({ state: { ...state, policy }, app, mailbox })),
  )
  return { context, standings }
}

/** Of every app: a denial by way of a group, since a policy of each kind has a scope of its own. */
async function restrict({ directory, tenant }: OpenAccess, mailbox: MailboxRecord, accessRight: PolicyRight) {
  const name = accessRight === 'DenyAccess' ? `denied ${mailbox.alias}` : mailbox.alias
  if (accessRight === 'DenyAccess') {
    const alias = `denied-${mailbox.alias}`
    const members = [{ kind: 'mailbox', mailbox }] as const
    const addressed = { alias, primarySmtpAddress: `${alias}@contoso.test` }
    await directory.groups.create(tenant.id, { name, displayName: name, type: 'Security', members, ...addressed })
  }
  const scope = (await directory.accessPolicies.scopeNamed(tenant.id, name))!
  await directory.accessPolicies.create(tenant.id, { appIds: ['*'], accessRight, scope })
}

async function register(context: OpenAccess, { consent, role, scope, pointer, principal }: AppState): Promise<AppId> {
  const { directory, tenant } = context
  const registered = await registerApp(context)
  const { appId } = registered.app
  if (consent !== 'none') await context.assignAppRole(registered, consent, microsoftGraph)
  if (role !== 'none') {
    const objectId = pointer === 'right' ? registered.principal.id : registered.app.id
    const { guid } = await directory.exchange.create(tenant.id, { appId, objectId })
    const assigned = await directory.roleAssignments.create(tenant.id, {
      role: directory.roleAssignments.roles.find(({ name }) => name === role)!,
      principal: guid,
      scope: (await directory.managementScopes.find(tenant.id, scope))?.guid,
    })
    if (scope === 'out of force') await directory.roleAssignments.update(tenant.id, assigned.guid, { enabled: false })
  }
  const { id } = registered.principal
  if (principal === 'disabled') await directory.servicePrincipals.update(tenant.id, id, { accountEnabled: false })
  if (principal === 'removed') await directory.servicePrincipals.remove(tenant.id, id)
  return appId
}
