import { createAccess } from '../../src/access/access.ts'
import type { Access, MailProtocol, WireTable } from '../../src/access/types.ts'
import type { UserId } from '../../src/core/ids.ts'
import { silentLog } from '../../src/core/log.ts'
import type { Profile } from '../../src/core/profile.ts'
import { exchangeOnline } from '../../src/core/well-known/exchange-online.ts'
import type { WellKnownResource } from '../../src/core/well-known/resource.ts'
import { guidInOrder, type World } from '../../src/core/world.ts'
import { auditMigrations } from '../../src/domain/audit/schema.ts'
import { createSignIns } from '../../src/domain/audit/sign-ins.ts'
import type { SignIn, SignIns } from '../../src/domain/audit/types.ts'
import type { Consent, User } from '../../src/domain/directory/types.ts'
import type { MailStore } from '../../src/domain/mail/store-types.ts'
import type { Mailbox } from '../../src/domain/mail/types.ts'
import { tokenMigrations } from '../../src/domain/tokens/schema.ts'
import { createTokens } from '../../src/domain/tokens/tokens.ts'
import type { AppGrant, Tokens, UserGrant } from '../../src/domain/tokens/types.ts'
import {
  grantMailbox,
  newMailbox,
  type OpenDirectory,
  openDirectory,
  registerApp,
  type RegisteredApp,
} from './directory.ts'
import type { AtEnd } from './lifecycle.ts'
import { addSigningKey } from './tokens.ts'

interface AccessOptions {
  readonly strict?: boolean
  readonly immediate?: boolean
  readonly basic?: 'off' | 'policy'
  readonly propagationMinutes?: number
  /** Whether sign-ins are put on record, which takes longer than to decide. */
  readonly recorded?: boolean
}

export interface OpenAccess extends OpenDirectory {
  readonly access: Access
  /** Another access over the same directory. */
  accessAs(profile: Profile, rules?: AccessOptions): Access
  readonly tokens: Tokens
  readonly signIns: SignIns
  /** The token that the app would be issued now for Exchange Online, but for what is said otherwise. */
  tokenFor(registered: RegisteredApp, otherwise?: Partial<AppGrant>): Promise<string>
  /** Grants an application permission by its value; answers the id of the assignment. */
  assignAppRole(registered: RegisteredApp, role: string, resource?: WellKnownResource): Promise<string>
  /** The token by which the app would act for a person on Exchange Online now, but for what is said otherwise. */
  userTokenFor(registered: RegisteredApp, user: User, otherwise?: Partial<UserGrant>): Promise<string>
  /** Lets an app have scopes for one person, or for everybody. */
  consentTo(
    registered: RegisteredApp,
    scopes: readonly string[],
    user?: UserId,
    resource?: WellKnownResource,
  ): Promise<Consent>
}

/** A handle is enough to see whether the mailbox opened, and whether it was taken back. */
const handles: MailStore = {
  open: async (id, revoked) => ({ id, revoked }) as Mailbox,
  deliver: async () => {},
  setQuota: async () => {},
  quotaLimits: async () => new Map(),
  quotas: async () => new Map(),
  isNearerToQuota: async () => false,
  received: async () => new Map(),
  recoverable: {
    setRule: async () => {},
    kept: async () => ({ items: 0, octets: 0 }),
    items: async () => [],
    restore: async () => new Map(),
  },
  erase: async () => {},
  work: { indexesPacked: 0, chunksPacked: 0, looks: 0, freed: 0, strays: 0 },
  jobs: [],
  settled: async () => {},
}

const unrecorded = (signIns: SignIns): SignIns =>
  Object.create(signIns, {
    record: { value: ({ signInId }: SignIn) => signInId },
    countUse: { value: () => {} },
    nameClient: { value: () => {} },
  }) as SignIns

const wire: WireTable = (failed, authentication, sasl) =>
  `${authentication}${sasl ? ' over SASL' : ''} ${failed ?? 'granted'}`

/** Access over a real directory, real tokens and real records, with the tenant contoso.test. */
export async function openAccess(
  profile: Profile,
  rules: AccessOptions & { readonly mail?: MailStore; readonly atEnd?: AtEnd } = {},
): Promise<OpenAccess> {
  const opened = await openDirectory([...auditMigrations, ...tokenMigrations], rules.atEnd)
  const { world, engine, directory, tenant } = opened
  const { sql, notifier } = engine
  const signIns = createSignIns({
    sql,
    world,
    log: silentLog,
    settings: { sign_in_days: 30, sign_in_limit: 100_000, use_days: 90, use_rows_per_day: 1000 },
  })
  await addSigningKey({ sql, world })
  const tokens = createTokens({ sql, world, log: silentLog, issuer: (tid) => `https://localhost/${tid}/` })
  const accessAs = (
    profile: Profile,
    { strict, immediate, basic, propagationMinutes, recorded = true }: AccessOptions = {},
  ) =>
    createAccess({
      directory,
      tokens,
      mail: rules.mail ?? handles,
      signIns: recorded ? signIns : unrecorded(signIns),
      notifier,
      world,
      log: silentLog,
      profile,
      settings: { immediate_consent_revocation: immediate ?? profile === 'standards' },
      basic: basic ?? 'off',
      strict: strict ?? false,
      propagationMinutes: propagationMinutes ?? 0,
      wire: { imap: wire, pop3: wire, smtp: wire },
      deniedSenderWire: ({ mailbox, from }) => `${mailbox} not as ${from}`,
    })

  const servicePrincipalOf = async ({ appId, displayName }: WellKnownResource) => {
    const found = await directory.servicePrincipals.find(tenant.id, { appId })
    if (!found) throw new Error(`There is no service principal of ${displayName}`)
    return found.id
  }

  return {
    ...opened,
    access: accessAs(profile, rules),
    accessAs,
    tokens,
    signIns,
    async tokenFor({ app, principal }, otherwise = {}) {
      const { token } = await tokens.mint({
        kind: 'app',
        version: 1,
        tenant: tenant.id,
        appId: app.appId,
        appDisplayName: app.displayName,
        servicePrincipal: principal.id,
        audience: 'https://outlook.office365.com',
        roles: await directory.assignments.roles(tenant.id, principal.id, exchangeOnline.appId),
        wids: await directory.directoryRoles.of(tenant.id, principal.id),
        appidacr: '1',
        lifetime: 3600,
        ...otherwise,
      })
      return token
    },
    async assignAppRole({ principal }, value, resource = exchangeOnline) {
      const target = await servicePrincipalOf(resource)
      const role = resource.appRoles.find((known) => known.value === value)
      if (!role) throw new Error(`There is no role ${value}`)
      const made = await directory.assignments.create(tenant.id, {
        principal: principal.id,
        resource: target,
        appRoleId: role.id,
      })
      return made.id
    },
    async userTokenFor({ app, principal }, user, otherwise = {}) {
      const resource = await servicePrincipalOf(exchangeOnline)
      const { token } = await tokens.mint({
        kind: 'user',
        version: 1,
        tenant: tenant.id,
        appId: app.appId,
        appDisplayName: app.displayName,
        user,
        audience: 'https://outlook.office.com',
        scopes: [...(await directory.consents.scopes(tenant.id, { client: principal.id, resource, user: user.id }))],
        wids: await directory.directoryRoles.of(tenant.id, user.id),
        amr: ['pwd'],
        session: world.guid(),
        from: undefined,
        appidacr: '0',
        lifetime: 3600,
        ...otherwise,
      })
      return token
    },
    async consentTo({ principal }, scopes, user, resource = exchangeOnline) {
      return directory.consents.create(tenant.id, {
        client: principal.id,
        consentType: user ? 'Principal' : 'AllPrincipals',
        user,
        resource: await servicePrincipalOf(resource),
        scopes,
      })
    },
  }
}

/** A directory in which a reader may open ada's mailbox over IMAP and POP3. */
export async function openGrantedAccess(profile: Profile = 'exchange-online') {
  const context = await openAccess(profile)
  const { directory, tenant } = context
  const reader = await registerApp(context)
  const assignment = await context.assignAppRole(reader, 'IMAP.AccessAsApp')
  await context.assignAppRole(reader, 'POP.AccessAsApp')
  const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const { found: pointer, trustee } = await grantMailbox(directory, reader, mailbox)
  return { ...context, reader, assignment, mailbox, pointer, trustee }
}

/** Signs the reader in; throws when it is refused. */
export async function enterMailbox(
  context: OpenAccess & { reader: RegisteredApp },
  protocol: MailProtocol = 'imap',
  word = 'ada',
) {
  const entry = await context.access.enter({
    credential: { bearer: await context.tokenFor(context.reader) },
    protocol,
    address: `${word}@contoso.test`,
    from: '192.0.2.7',
  })
  if (!entry.granted) throw new Error(`Refused at ${entry.failed}`)
  return entry
}

/** Resolves when a handle is taken back. */
export const revoked = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** A program that was let into ada's mailbox a moment ago, with what a test says otherwise. */
export const signInRecord = (world: World, otherwise: Partial<SignIn>): SignIn => ({
  signInId: guidInOrder(world),
  tenant: undefined,
  at: world.now(),
  count: 1,
  kind: 'servicePrincipal',
  protocol: 'imap',
  mailbox: 'ada@contoso.test',
  app: undefined,
  appDisplayName: undefined,
  user: undefined,
  resource: undefined,
  from: '192.0.2.7',
  authentication: 'Bearer',
  credential: undefined,
  outcome: 'granted',
  errorCode: 0,
  failureReason: undefined,
  checks: [],
  failed: undefined,
  fix: [],
  wire: 'OK',
  correlation: undefined,
  ...otherwise,
})
