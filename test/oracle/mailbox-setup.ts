import { onTestFinished } from 'vitest'
import type { GroupMember, MailboxRecord, User } from '../../src/domain/directory/types.ts'
import { openAccess, type OpenAccess } from '../support/access.ts'
import { newMailbox, type RegisteredApp, registerApp } from '../support/directory.ts'
import { product } from '../support/server-process.ts'
import type { AtEnd } from '../support/lifecycle.ts'
import type { State } from './mailbox-table.ts'

type AppState = Pick<State, 'assigned' | 'principal' | 'pointer' | 'assignment'>
type PersonState = Pick<State, 'person' | 'own' | 'protocolSwitch' | 'permission'>
type MailboxState = Pick<State, 'protocolSwitch' | 'permission'>
type Shown = Pick<State, 'token' | 'audience' | 'claimed'>

const roles = { imap: 'IMAP.AccessAsApp', pop3: 'POP.AccessAsApp', smtp: 'SMTP.SendAsApp' } as const
const scopes = { imap: 'IMAP.AccessAsUser.All', pop3: 'POP.AccessAsUser.All', smtp: 'SMTP.Send' } as const
const audiences = {
  Exchange: 'https://outlook.office365.com',
  consent: 'https://ps.outlook.com',
  Graph: 'https://graph.microsoft.com',
  other: 'https://outlook.office365.com.evil.test',
} as const

const switches = {
  on: { imapEnabled: true, popEnabled: true, smtpClientAuthenticationDisabled: false },
  off: { imapEnabled: false, popEnabled: false, smtpClientAuthenticationDisabled: true },
  unset: { imapEnabled: true, popEnabled: true, smtpClientAuthenticationDisabled: null },
}

const appStates = [
  ...product<AppState>({
    assigned: [true, false],
    principal: ['enabled', 'disabled', 'removed'],
    pointer: ['right', 'app object', 'absent'],
    assignment: ['none'],
  }),
]
/** Without an object of Exchange's own nothing can be assigned. */
const appStatesWithRoles = [
  ...product<AppState>({
    assigned: [false],
    principal: ['enabled', 'disabled', 'removed'],
    pointer: ['right', 'app object'],
    assignment: ['none', 'out of force', 'here', 'elsewhere', 'everywhere'],
  }),
]
const mailboxStates = [
  ...product<MailboxState>({
    protocolSwitch: ['on', 'off', 'unset'],
    permission: ['none', 'FullAccess', 'other right', 'allow and deny'],
  }),
]
const personStates = [
  ...product<PersonState>({
    person: ['enabled', 'disabled', 'removed'],
    own: [true, false],
    protocolSwitch: ['on', 'off', 'unset'],
    permission: ['none', 'FullAccess', 'allow and deny'],
  }),
  // Where the protocol is switched off nobody asks for groups.
  ...product<PersonState>({
    person: ['enabled', 'removed'],
    own: [true, false],
    protocolSwitch: ['on'],
    permission: ['FullAccess of a group', 'allow, and deny of a group'],
  }),
]

/** Somebody in front of a mailbox: everything about them that stands in the directory. */
export interface Caller {
  readonly state: Omit<
    State,
    'protocol' | 'profile' | 'strict' | 'immediate' | 'tenantSwitch' | 'address' | keyof Shown
  >
  readonly mailbox: MailboxRecord
  /** With the permission of every mail protocol where the state has it claimed. */
  token(shown: Shown): Promise<string>
}

export interface MailboxSetup {
  readonly context: OpenAccess
  readonly standings: readonly Caller[]
}

/** One tenant in which everybody stands who may stand there. */
export async function openMailboxSetup(atEnd: AtEnd = onTestFinished): Promise<MailboxSetup> {
  const context = await openAccess('standards', { atEnd })
  const apps = await appsBeforeMailboxes(context, appStates)
  return { context, standings: [...apps, ...(await personsBeforeMailboxes(context))] }
}

/** Apps with roles of Exchange, before mailboxes that an access policy denies to all apps: to no mail protocol. */
export async function openRoleSetup(atEnd: AtEnd): Promise<MailboxSetup> {
  const context = await openAccess('standards', { atEnd })
  const { directory, tenant } = context
  for (const [name, type] of [
    ['here', 'UserMailbox'],
    ['elsewhere', 'SharedMailbox'],
  ] as const) {
    const recipientFilter = `RecipientTypeDetails -eq '${type}'`
    await directory.managementScopes.create(tenant.id, { name, recipientFilter, exclusive: false })
  }
  const standings = await appsBeforeMailboxes(context, appStatesWithRoles)
  for (const { alias } of await directory.mailboxes.all(tenant.id)) {
    const scope = (await directory.accessPolicies.scopeNamed(tenant.id, alias))!
    await directory.accessPolicies.create(tenant.id, { appIds: ['*'], accessRight: 'DenyAccess', scope })
  }
  return { context, standings }
}

async function appsBeforeMailboxes(context: OpenAccess, apps: readonly AppState[]): Promise<Caller[]> {
  const mailboxes: [MailboxState, MailboxRecord][] = []
  for (const state of mailboxStates)
    mailboxes.push([state, await makeMailbox(context, `app${mailboxes.length}`, state)])
  const standings: Caller[] = []
  for (const app of apps) {
    const registered = await register(context, app)
    await assign(context, registered, app)
    for (const [state, mailbox] of mailboxes) await permit(context, mailbox, registered.app.appId, state)
    await fall(context, registered, app)
    const token = remembered((shown) =>
      mint(context, shown, (otherwise) =>
        context.tokenFor(registered, { roles: shown.claimed ? Object.values(roles) : ['Mail.Read'], ...otherwise }),
      ),
    )
    const alone = { caller: 'app', person: 'enabled', own: false } as const
    for (const [state, mailbox] of mailboxes) standings.push({ state: { ...alone, ...app, ...state }, mailbox, token })
  }
  return standings
}

async function personsBeforeMailboxes(context: OpenAccess): Promise<Caller[]> {
  const persons: [PersonState, User, MailboxRecord][] = []
  for (const state of personStates) {
    const word = `person${persons.length}`
    const owned = await makeMailbox(context, word, state)
    const user = (await context.directory.users.find(context.tenant.id, owned.userPrincipalName))!
    const mailbox = state.own ? owned : await makeMailbox(context, `shared${persons.length}`, state)
    await permit(context, mailbox, user.id, state)
    await permitGroup(context, mailbox, owned, state)
    persons.push([state, user, mailbox])
  }
  const standings: Caller[] = []
  for (const app of appStates.filter(({ pointer, principal }) => pointer === 'absent' && principal !== 'disabled')) {
    const registered = await register(context, { ...app, assigned: false })
    if (app.assigned) await context.consentTo(registered, Object.values(scopes))
    await fall(context, registered, app)
    for (const [state, user, mailbox] of persons) {
      const token = remembered((shown) =>
        mint(context, shown, (otherwise) =>
          context.userTokenFor(registered, user, {
            scopes: shown.claimed ? Object.values(scopes) : ['Mail.Read', ...Object.values(roles)],
            ...otherwise,
          }),
        ),
      )
      standings.push({ state: { caller: 'person', ...app, ...state }, mailbox, token })
    }
  }
  for (const [{ person }, user] of persons) {
    if (person === 'disabled')
      await context.directory.users.update(context.tenant.id, user.id, { accountEnabled: false })
    if (person === 'removed') await context.directory.users.remove(context.tenant.id, user.id)
  }
  return standings
}

async function makeMailbox({ directory, tenant }: OpenAccess, word: string, { protocolSwitch }: MailboxState) {
  const { id } = await directory.mailboxes.create(tenant.id, newMailbox(word))
  return directory.mailboxes.update(tenant.id, id, switches[protocolSwitch])
}

async function register(context: OpenAccess, { assigned, pointer }: AppState): Promise<RegisteredApp> {
  const registered = await registerApp(context)
  const { app, principal } = registered
  if (assigned) for (const role of Object.values(roles)) await context.assignAppRole(registered, role)
  if (pointer !== 'absent') {
    const objectId = pointer === 'right' ? principal.id : app.id
    await context.directory.exchange.create(context.tenant.id, { appId: app.appId, objectId })
  }
  return registered
}

async function assign(
  { directory, tenant }: OpenAccess,
  { app }: RegisteredApp,
  { assignment }: AppState,
): Promise<void> {
  const pointer = await directory.exchange.findByAppId(tenant.id, app.appId)
  const role = directory.roleAssignments.roles.find(({ name }) => name === 'Application SMTP.SendAsApp')!
  if (!pointer || assignment === 'none') return
  const scope = (await directory.managementScopes.find(tenant.id, assignment))?.guid
  const { guid } = await directory.roleAssignments.create(tenant.id, { role, principal: pointer.guid, scope })
  if (assignment === 'out of force') await directory.roleAssignments.update(tenant.id, guid, { enabled: false })
}

async function fall({ directory, tenant }: OpenAccess, { principal }: RegisteredApp, state: AppState): Promise<void> {
  const { id } = principal
  if (state.principal === 'disabled') await directory.servicePrincipals.update(tenant.id, id, { accountEnabled: false })
  if (state.principal === 'removed') await directory.servicePrincipals.remove(tenant.id, id)
}

async function permit(context: OpenAccess, mailbox: MailboxRecord, named: string, { permission }: MailboxState) {
  const trustee = await context.directory.permissions.trustee(context.tenant.id, named)
  if (!trustee || permission === 'none' || permission === 'FullAccess of a group') return
  const right = permission === 'other right' ? 'ReadPermission' : 'FullAccess'
  const grant = { trustee, accessRights: [right], inheritanceType: 'All' } as const
  await context.directory.permissions.add(mailbox, { ...grant, deny: false })
  if (permission === 'allow and deny') await context.directory.permissions.add(mailbox, { ...grant, deny: true })
}

/** A group, in which a group is, in which the person is. */
async function permitGroup(
  { directory, tenant }: OpenAccess,
  mailbox: MailboxRecord,
  member: MailboxRecord,
  { permission }: MailboxState,
) {
  if (permission !== 'FullAccess of a group' && permission !== 'allow, and deny of a group') return
  const group = async (name: string, inner: GroupMember) => {
    const primarySmtpAddress = `${name}@contoso.test`
    const given = {
      name,
      alias: name,
      displayName: name,
      primarySmtpAddress,
      type: 'Security',
      members: [inner],
    } as const
    return { kind: 'group', group: await directory.groups.create(tenant.id, given) } as const
  }
  await group(`all-${member.alias}`, await group(`some-${member.alias}`, { kind: 'mailbox', mailbox: member }))
  await directory.permissions.add(mailbox, {
    trustee: (await directory.permissions.trustee(tenant.id, `all-${member.alias}`))!,
    accessRights: ['FullAccess'],
    inheritanceType: 'All',
    deny: permission === 'allow, and deny of a group',
  })
}

async function mint(
  { world }: OpenAccess,
  { token, audience }: Shown,
  by: (otherwise: { audience: string; lifetime: number }) => Promise<string>,
): Promise<string> {
  const minted = await by({ audience: audiences[audience], lifetime: token === 'expired' ? -60 : 3600 })
  if (token !== 'tampered') return minted
  const [header, claims, signature] = minted.split('.') as [string, string, string]
  const changed = { ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), oid: world.guid() }
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.')
}

/** To sign takes longer than to decide. */
function remembered(make: Caller['token']): Caller['token'] {
  const known = new Map<string, Promise<string>>()
  return ({ token, audience, claimed }) => {
    const key = `${token} ${audience} ${claimed}`
    const found = known.get(key) ?? make({ token, audience, claimed })
    known.set(key, found)
    return found
  }
}
