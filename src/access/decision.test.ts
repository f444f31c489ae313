import { describe, expect, it } from 'vitest'
import { openAccess, type OpenAccess } from '../../test/support/open-access.ts'
import { mailboxNamed, type Registered, registerApp } from '../../test/support/open-directory.ts'
import { product } from '../../test/support/product.ts'
import type { Profile } from '../core/profile.ts'
import type { LinkName } from '../domain/audit/types.ts'
import type { Directory, MailboxRecord, Tenant } from '../domain/directory/types.ts'
import { appLinks } from './links/index.ts'
import type { Access, MailProtocol } from './types.ts'

/** What stands in the directory for one app. */
interface Standing {
  readonly assigned: boolean
  readonly principal: 'enabled' | 'disabled' | 'removed'
  readonly pointer: 'right' | 'app object' | 'missing'
  readonly enabled: boolean
  readonly permission: 'allow' | 'allow and deny' | 'other right' | 'missing'
}

/** What the program shows. */
interface Shown {
  readonly token: 'good' | 'expired' | 'tampered'
  readonly audience: string
  readonly claimed: boolean
  readonly mailbox: 'there' | 'unknown' | 'not named'
}

const protocols = {
  imap: { role: 'IMAP.AccessAsApp', switched: { imapEnabled: false } },
  pop3: { role: 'POP.AccessAsApp', switched: { popEnabled: false } },
} as const

/** The rules once more, said differently: by what has to be so, from the last link to the first. */
function expectedFailure(profile: Profile, strict: boolean, standing: Standing, shown: Shown): LinkName | undefined {
  let failure: LinkName | undefined
  if (standing.permission !== 'allow') failure = 'mailboxPermission'
  if (!standing.enabled) failure = 'protocolEnabled'
  if (shown.mailbox !== 'there') failure = 'mailbox'
  if (standing.pointer !== 'right') failure = 'exchangeServicePrincipal'
  if (standing.principal !== 'enabled') failure = 'servicePrincipal'
  if (profile === 'standards' && !standing.assigned && standing.principal !== 'removed') failure = 'role'
  if (!shown.claimed) failure = 'role'
  if (strict && shown.audience === 'https://ps.outlook.com') failure = 'audience'
  if (!exchangeAudiences.includes(shown.audience)) failure = 'audience'
  if (shown.token !== 'good') failure = 'token'
  return failure
}

const exchangeAudiences: readonly string[] = [
  'https://outlook.office365.com',
  'https://outlook.office365.com/',
  'https://outlook.office.com',
  'https://ps.outlook.com',
  '00000002-0000-0ff1-ce00-000000000000',
]
const otherAudiences: readonly string[] = [
  'https://graph.microsoft.com',
  '00000003-0000-0000-c000-000000000000',
  'https://outlook.office365.com.evil.test',
  'api://reader',
]

const standings = [
  ...product<Standing>({
    assigned: [true, false],
    principal: ['enabled', 'disabled', 'removed'],
    pointer: ['right', 'app object', 'missing'],
    enabled: [true, false],
    permission: ['allow', 'allow and deny', 'other right', 'missing'],
  }),
]

/** Every audience and claim with a good token; a bad token alone has to be enough. */
const showings: readonly Shown[] = [
  ...product<Shown>({
    token: ['good'],
    audience: [...exchangeAudiences, ...otherAudiences],
    claimed: [true, false],
    mailbox: ['there'],
  }),
  ...product<Shown>({
    token: ['good', 'expired', 'tampered'],
    audience: ['https://outlook.office365.com'],
    claimed: [true],
    mailbox: ['there', 'unknown', 'not named'],
  }),
]

async function arrange(house: OpenAccess, standing: Standing, protocol: 'imap' | 'pop3', count: number) {
  const { directory, tenant } = house
  const registered = await registerApp(house)
  const { role, switched } = protocols[protocol]
  if (standing.assigned) await house.consent(registered, role)
  const mailbox = await directory.mailboxes.create(tenant.id, mailboxNamed(`m${count}`))
  if (!standing.enabled) await directory.mailboxes.update(tenant.id, mailbox.id, switched)
  if (standing.pointer !== 'missing') await point(directory, registered, standing)
  await permit(directory, tenant, registered, mailbox, standing)
  if (standing.principal === 'disabled') {
    await directory.servicePrincipals.update(tenant.id, registered.principal.id, { accountEnabled: false })
  }
  if (standing.principal === 'removed') await directory.servicePrincipals.remove(tenant.id, registered.principal.id)
  return { registered, mailbox }
}

const point = (directory: Directory, { app, principal }: Registered, { pointer }: Standing) =>
  directory.exchange.create(app.tenant, {
    appId: app.appId,
    objectId: pointer === 'right' ? principal.id : app.id,
  })

async function permit(
  directory: Directory,
  tenant: Tenant,
  { app }: Registered,
  mailbox: MailboxRecord,
  { permission }: Standing,
) {
  const trustee = await directory.permissions.trustee(tenant.id, app.appId)
  if (!trustee || permission === 'missing') return
  const right = permission === 'other right' ? 'ReadPermission' : 'FullAccess'
  const grant = { trustee, accessRights: [right], inheritanceType: 'All' } as const
  await directory.permissions.add(mailbox, { ...grant, deny: false })
  if (permission === 'allow and deny') await directory.permissions.add(mailbox, { ...grant, deny: true })
}

const addressOf = (shown: Shown, mailbox: MailboxRecord): string | undefined =>
  ({ there: mailbox.primarySmtpAddress, unknown: 'nobody@contoso.test', 'not named': undefined })[shown.mailbox]

async function bearerOf(house: OpenAccess, registered: Registered, shown: Shown, role: string): Promise<string> {
  const token = await house.tokenFor(registered, {
    audience: shown.audience,
    roles: shown.claimed ? ['Mail.Read', role] : ['Mail.Read', 'IMAP.AccessAsUser.All'],
    lifetime: shown.token === 'expired' ? -60 : 3600,
  })
  if (shown.token !== 'tampered') return token
  const [header, claims, signature] = token.split('.') as [string, string, string]
  const changed = { ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object), oid: registered.app.id }
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.')
}

async function failureOf(access: Access, protocol: MailProtocol, bearer: string, address: string | undefined) {
  const entry = await access.enter({ credential: { bearer }, protocol, address, from: '192.0.2.7' })
  if (entry.granted) entry.leave()
  return entry.granted ? undefined : entry
}

describe.each(['imap', 'pop3'] as const)('the decision over %s', (protocol) => {
  it('is the one that the rules give, for everything that can stand and be shown', async () => {
    const house = await openAccess('standards')
    const judges = [
      { profile: 'standards', strict: false, access: house.access },
      { profile: 'exchange-online', strict: true, access: house.accessAs('exchange-online', { strict: true }) },
    ] as const
    let granted = 0
    for (const [count, standing] of standings.entries()) {
      const { registered, mailbox } = await arrange(house, standing, protocol, count)
      for (const shown of showings) {
        const bearer = await bearerOf(house, registered, shown, protocols[protocol].role)
        for (const { profile, strict, access } of judges) {
          const refused = await failureOf(access, protocol, bearer, addressOf(shown, mailbox))
          const expected = expectedFailure(profile, strict, standing, shown)
          expect(refused?.failed, JSON.stringify({ profile, standing, shown })).toBe(expected)
          if (!refused) granted++
        }
      }
    }
    // Of 144 standings one opens in `standards` and two in `exchange-online`, with five audiences and four.
    expect(granted).toBe(1 * (5 + 1) + 2 * (4 + 1))
  }, 120_000)
})

describe('when a refusal is spoken', () => {
  const late: readonly LinkName[] = ['mailbox', 'protocolEnabled', 'mailboxPermission']

  it.each(['standards', 'exchange-online'] as const)('%s speaks as its wire does', async (profile) => {
    const house = await openAccess(profile)
    const good: Standing = {
      assigned: true,
      principal: 'enabled',
      pointer: 'right',
      enabled: true,
      permission: 'allow',
    }
    const shown: Shown = { token: 'good', audience: exchangeAudiences[0]!, claimed: true, mailbox: 'there' }
    const cases: readonly (readonly [LinkName, Standing, Shown])[] = [
      ['token', good, { ...shown, token: 'expired' }],
      ['audience', good, { ...shown, audience: otherAudiences[0]! }],
      ['role', good, { ...shown, claimed: false }],
      ['servicePrincipal', { ...good, principal: 'disabled' }, shown],
      ['exchangeServicePrincipal', { ...good, pointer: 'missing' }, shown],
      ['mailbox', good, { ...shown, mailbox: 'unknown' }],
      ['protocolEnabled', { ...good, enabled: false }, shown],
      ['mailboxPermission', { ...good, permission: 'missing' }, shown],
    ]
    expect(cases.map(([name]) => name)).toEqual(['token', ...appLinks.map(({ name }) => name)])
    for (const [count, [failed, standing, showing]] of cases.entries()) {
      const { registered, mailbox } = await arrange(house, standing, 'imap', count)
      const bearer = await bearerOf(house, registered, showing, 'IMAP.AccessAsApp')
      expect(await failureOf(house.access, 'imap', bearer, addressOf(showing, mailbox))).toMatchObject({
        failed,
        spokenAt: profile === 'exchange-online' && late.includes(failed) ? 'mailbox' : 'authenticate',
      })
    }
  })
})
