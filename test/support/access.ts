import { createAccess } from '../../src/access/access.ts'
import type { Access, MailProtocol, WireTable } from '../../src/access/types.ts'
import type { TenantId } from '../../src/core/ids.ts'
import { silentLog } from '../../src/core/log.ts'
import type { Profile } from '../../src/core/profile.ts'
import { exchangeOnline } from '../../src/core/well-known/exchange-online.ts'
import { guidInOrder, type World } from '../../src/core/world.ts'
import { auditMigrations } from '../../src/domain/audit/schema.ts'
import { createSignIns } from '../../src/domain/audit/sign-ins.ts'
import type { SignIn, SignIns } from '../../src/domain/audit/types.ts'
import type { User } from '../../src/domain/directory/types.ts'
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
  resourcePrincipal,
} from './directory.ts'
import type { Migration, Notifier } from '../../src/storage/engine.ts'
import type { AtEnd } from './lifecycle.ts'
import { addSigningKey } from './tokens.ts'

/** The address of the HTTP services in tests. */
export const BASE = 'https://localhost:8443'
export const EXCHANGE = 'https://outlook.office365.com'
export const GRAPH = 'https://graph.microsoft.com'

interface AccessOptions {
  readonly strict?: boolean
  readonly immediate?: boolean
  readonly basic?: 'off' | 'policy'
  readonly propagationMinutes?: number
  /** Whether access records sign-ins, which takes longer than the decision. */
  readonly recorded?: boolean
  /** The notices of another node. */
  readonly notices?: Notifier
}

/** Third layer of the builders: who may open which mailbox, with tokens to ask by. */
export interface OpenAccess extends OpenDirectory {
  readonly access: Access
  /** Another access over the same directory, for example in another profile. */
  accessAs(profile: Profile, rules?: AccessOptions): Access
  readonly tokens: Tokens
  readonly signIns: SignIns
  /** Mints a token for the app, by default one for Exchange Online with the app's current roles. */
  tokenFor(registered: RegisteredApp, otherwise?: Partial<AppGrant>): Promise<string>
  /** Mints a token of the app for a user, by default one for Exchange Online with the consented scopes. */
  userTokenFor(registered: RegisteredApp, user: User, otherwise?: Partial<UserGrant>): Promise<string>
}

/** A store whose mailboxes are only handles: they show what was opened, and whether it was revoked. */
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
  upload: async () => undefined,
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

const issuer = (tenant: TenantId, version: 1 | 2): string => `${BASE}/${tenant}/${version === 1 ? '' : 'v2.0'}`

/** Opens access over the directory of contoso.test, with its tokens and sign-in records. */
export async function openAccess(
  profile: Profile,
  rules: AccessOptions & {
    readonly mail?: MailStore
    /** Makes the store of the mailboxes, over the same engine. */
    readonly mailOver?: (parts: Pick<OpenDirectory, 'engine' | 'world'>) => MailStore
    /** Those of the domains above. */
    readonly migrations?: readonly Migration[]
    readonly atEnd?: AtEnd
  } = {},
): Promise<OpenAccess> {
  const opened = await openDirectory([...auditMigrations, ...tokenMigrations, ...(rules.migrations ?? [])], rules.atEnd)
  const { world, engine, directory, tenant } = opened
  const { sql, notifier } = engine
  const signIns = createSignIns({
    sql,
    world,
    log: silentLog,
    settings: { sign_in_days: 30, sign_in_limit: 100_000, use_days: 90, use_rows_per_day: 1000 },
  })
  const mail = rules.mailOver?.({ engine, world }) ?? rules.mail ?? handles
  await addSigningKey({ engine, world })
  const tokens = createTokens({ sql, notifier, world, log: silentLog, issuer })
  const accessAs = (
    profile: Profile,
    { strict, immediate, basic, propagationMinutes, recorded = true, notices = notifier }: AccessOptions = {},
  ) =>
    createAccess({
      directory,
      tokens,
      mail,
      signIns: recorded ? signIns : unrecorded(signIns),
      notifier: notices,
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
    async userTokenFor({ app, principal }, user, otherwise = {}) {
      const resource = await resourcePrincipal(opened, exchangeOnline)
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
  }
}

/** Opens access in which the app `reader` may open ada's mailbox over IMAP and POP3. */
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

/** Resolves when a handle is revoked. */
export const revoked = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** The record of an app that opened ada's mailbox just now, with the given changes. */
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
