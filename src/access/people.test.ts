import { describe, expect, it } from 'vitest'
import { openAccess, revoked } from '../../test/support/access.ts'
import { newMailbox, registerApp } from '../../test/support/directory.ts'
import { HOUR, MINUTE } from '../core/time.ts'
import type { Profile } from '../core/profile.ts'
import { checkNames } from '../domain/audit/types.ts'
import type { UserGrant } from '../domain/tokens/types.ts'
import type { MailProtocol } from './types.ts'

/** A person, their mailbox and a shared one, and a program that may read theirs over IMAP and POP3. */
async function openPerson(profile: Profile) {
  const context = await openAccess(profile)
  const { directory, tenant } = context
  const program = await registerApp(context)
  const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const shared = await directory.mailboxes.create(tenant.id, { ...newMailbox('info'), type: 'SharedMailbox' })
  const user = (await directory.users.find(tenant.id, 'ada@contoso.test'))!
  const consent = await context.consentTo(program, ['IMAP.AccessAsUser.All', 'POP.AccessAsUser.All'], user.id)
  const trustee = (await directory.permissions.trustee(tenant.id, user.id))!
  const fullAccess = { trustee, accessRights: ['FullAccess'], deny: false, inheritanceType: 'All' } as const
  await directory.permissions.add(shared, fullAccess)
  const signIn = async (address: string, otherwise: Partial<UserGrant> = {}, protocol: MailProtocol = 'imap') =>
    context.access.enter({
      credential: { bearer: await context.userTokenFor(program, user, otherwise) },
      protocol,
      address,
      from: '192.0.2.7',
    })
  const enter = async (address: string, otherwise?: Partial<UserGrant>, protocol?: MailProtocol) => {
    const entry = await signIn(address, otherwise, protocol)
    if (!entry.granted) throw new Error(`Refused at ${entry.failed}`)
    return entry
  }
  return { ...context, program, mailbox, shared, user, consent, fullAccess, signIn, enter }
}

type Context = Awaited<ReturnType<typeof openPerson>>

describe('a person who comes in', () => {
  it('is the caller, with the scopes that count', async () => {
    const { enter, program, user, tenant } = await openPerson('standards')
    const { caller } = await enter('Ada@Contoso.test', { scopes: ['IMAP.AccessAsUser.All', 'Mail.Send'] })
    expect(caller).toEqual({
      kind: 'user',
      tenant: tenant.id,
      appId: program.app.appId,
      appDisplayName: 'Reader',
      user: { id: user.id, userPrincipalName: 'ada@contoso.test', displayName: "ada's mailbox" },
      scopes: new Set(['IMAP.AccessAsUser.All']),
      directoryRoles: new Set(),
    })
  })

  it('is on record with their name, the app and what was decided', async () => {
    const { enter, signIn, signIns, program, user, tenant } = await openPerson('standards')
    const { signIn: granted } = await enter('info@contoso.test')
    const { signIn: refused } = await signIn('info@contoso.test', {}, 'smtp')
    await signIns.settled()
    expect(await signIns.find(tenant.id, granted)).toMatchObject({
      kind: 'nonInteractiveUser',
      protocol: 'imap',
      mailbox: 'info@contoso.test',
      app: { appId: program.app.appId, id: program.app.id },
      appDisplayName: 'Reader',
      user: { id: user.id, userPrincipalName: 'ada@contoso.test', displayName: "ada's mailbox" },
      resource: { displayName: 'Office 365 Exchange Online' },
      errorCode: 0,
      failureReason: undefined,
    })
    const decided = (await signIns.find(tenant.id, granted))!.checks
    expect(decided.map(({ name }) => name)).toEqual(
      checkNames.filter((name) => decided.some((check) => check.name === name)),
    )
    expect(decided.map(({ name, ok }) => ok && name)).toEqual([
      'token',
      'audience',
      'role',
      'servicePrincipal',
      'user',
      'mailbox',
      'protocolEnabled',
      'mailboxPermission',
    ])
    expect(await signIns.find(tenant.id, refused)).toMatchObject({
      user: { id: user.id },
      outcome: 'refused',
      failed: 'role',
      errorCode: 501051,
      failureReason: expect.stringContaining('SMTP.Send'),
    })
  })

  it('may have a token of version 2', async () => {
    const { enter, mailbox } = await openPerson('standards')
    const entry = await enter(mailbox.primarySmtpAddress, { version: 2 })
    expect(entry.caller).toMatchObject({ kind: 'user', user: { userPrincipalName: 'ada@contoso.test' } })
  })
})

async function decided({ signIns, tenant, signIn }: Context, ...asked: Parameters<Context['signIn']>) {
  const { signIn: id } = await signIn(...asked)
  await signIns.settled()
  return (await signIns.find(tenant.id, id))!
}

describe('what fixes a refusal of a person', () => {
  it('widens a consent that there is, since a second one is refused', async () => {
    const context = await openPerson('standards')
    const { failed, fix: commands } = await decided(context, 'ada@contoso.test', {}, 'smtp')
    expect(failed).toBe('role')
    expect(commands).toEqual([
      `postern Update-MgOauth2PermissionGrant -OAuth2PermissionGrantId ${context.consent.id} -Scope 'IMAP.AccessAsUser.All POP.AccessAsUser.All SMTP.Send'`,
    ])
  })

  it('consents where nothing was consented to, and says where an administrator would', async () => {
    const context = await openPerson('standards')
    const { consent, program, user, tenant, directory } = context
    await directory.consents.remove(tenant.id, consent.id)
    const { checks, fix: commands } = await decided(context, 'ada@contoso.test', { scopes: ['User.Read'] })
    expect(commands).toEqual([
      `postern New-MgOauth2PermissionGrant -ClientId ${program.principal.id} -ConsentType Principal -PrincipalId ${user.id} -ResourceId ${consent.resource} -Scope IMAP.AccessAsUser.All`,
    ])
    expect(checks.at(-1)?.evidence).toContain(`/${tenant.id}/v2.0/adminconsent?client_id=${program.app.appId}`)
  })

  it('asks for another token where all is consented to', async () => {
    const context = await openPerson('standards')
    const { failed, checks, fix: commands } = await decided(context, 'ada@contoso.test', { scopes: ['Mail.Read'] })
    expect([failed, commands]).toEqual(['role', []])
    expect(checks.at(-1)?.evidence).toContain('https://outlook.office.com/IMAP.AccessAsUser.All')
  })

  it('names the person as the one to be given the mailbox', async () => {
    const context = await openPerson('standards')
    await context.directory.mailboxes.create(context.tenant.id, newMailbox('bob'))
    const { failed, fix: commands } = await decided(context, 'bob@contoso.test')
    expect([failed, commands]).toEqual([
      'mailboxPermission',
      ['postern Add-MailboxPermission -Identity bob@contoso.test -User ada@contoso.test -AccessRights FullAccess'],
    ])
  })

  it('begins with a new registration where the app is gone', async () => {
    const context = await openPerson('standards')
    const token = await context.userTokenFor(context.program, context.user)
    await context.directory.apps.remove(context.tenant.id, context.program.app.id)
    const { signIn: id } = await context.access.enter({
      credential: { bearer: token },
      protocol: 'imap',
      address: 'ada@contoso.test',
      from: '192.0.2.7',
    })
    await context.signIns.settled()
    expect(await context.signIns.find(context.tenant.id, id)).toMatchObject({
      failed: 'servicePrincipal',
      fix: [
        'postern New-MgApplication -DisplayName Reader',
        'postern Add-MgApplicationPassword -ApplicationId NEW-APP-OBJECT-ID',
        'postern New-MgServicePrincipal -AppId NEW-CLIENT-ID',
      ],
    })
  })

  it('enables the person', async () => {
    const context = await openPerson('standards')
    await context.directory.users.update(context.tenant.id, context.user.id, { accountEnabled: false })
    const { failed, fix: commands } = await decided(context, 'ada@contoso.test')
    expect([failed, commands]).toEqual([
      'user',
      [`postern Update-MgUser -UserId ${context.user.id} -AccountEnabled true`],
    ])
  })
})

/** Everything that a person's open mailbox rests on, taken away. */
const removals: readonly (readonly [string, (context: Context) => Promise<unknown>])[] = [
  [
    'the person is disabled',
    ({ directory, tenant, user }) => directory.users.update(tenant.id, user.id, { accountEnabled: false }),
  ],
  ['the person is removed', ({ directory, tenant, user }) => directory.users.remove(tenant.id, user.id)],
  [
    'their own mailbox is removed, and they with it',
    ({ directory, tenant, mailbox }) => directory.mailboxes.remove(tenant.id, mailbox.id),
  ],
  [
    'the app is disabled',
    ({ directory, tenant, program }) =>
      directory.servicePrincipals.update(tenant.id, program.principal.id, { accountEnabled: false }),
  ],
  ['the app is removed', ({ directory, tenant, program }) => directory.apps.remove(tenant.id, program.app.id)],
  [
    'their permission is removed',
    ({ directory, shared, fullAccess }) => directory.permissions.remove(shared, fullAccess),
  ],
  [
    'they are denied',
    ({ directory, shared, fullAccess }) => directory.permissions.add(shared, { ...fullAccess, deny: true }),
  ],
  ['the mailbox is removed', ({ directory, tenant, shared }) => directory.mailboxes.remove(tenant.id, shared.id)],
  [
    'its protocol is switched off',
    ({ directory, tenant, shared }) => directory.mailboxes.update(tenant.id, shared.id, { imapEnabled: false }),
  ],
]

describe.each(['standards', 'exchange-online'] as const)('in %s a mailbox is taken back from a person', (profile) => {
  it.each(removals)('when %s', async (_, remove) => {
    const context = await openPerson(profile)
    const [first, second] = [await context.enter('info@contoso.test'), await context.enter('info@contoso.test')]
    await remove(context)
    await Promise.all([revoked(first.mailbox.revoked), revoked(second.mailbox.revoked)])
  })
})

/** Changes that end a user's sign-ins before they expire. */
const endings: readonly (readonly [string, (context: Context) => Promise<unknown>])[] = [
  ['sign-ins are revoked', ({ directory, tenant, user }) => directory.users.revokeSignIns(tenant.id, user.id)],
  [
    'the password changes',
    ({ directory, tenant, user }) => directory.users.update(tenant.id, user.id, { password: 'Another-Horse-8' }),
  ],
]

describe.each(endings)('when %s', (_, end) => {
  it('a token of a client that can hear of it is over, for connections too, and one from later is not', async () => {
    const context = await openPerson('exchange-online')
    const capable = { capabilities: ['cp1'] }
    const request = {
      credential: { bearer: await context.userTokenFor(context.program, context.user, capable) },
      protocol: 'imap',
      address: 'ada@contoso.test',
      from: '192.0.2.7',
    } as const
    const entry = await context.access.enter(request)
    if (!entry.granted) throw new Error(`Refused at ${entry.failed}`)
    context.world.advance(MINUTE)
    await end(context)
    await revoked(entry.mailbox.revoked)
    expect(await context.access.enter(request)).toMatchObject({ granted: false, failed: 'user' })
    context.world.advance(1000)
    await context.enter('ada@contoso.test', capable)
  })

  it('a token of any other client is good until it ends', async () => {
    const context = await openPerson('exchange-online')
    const bearer = await context.userTokenFor(context.program, context.user)
    const authorize = () => context.access.authorize({ bearer, api: 'exchange', from: '192.0.2.7' })
    context.world.advance(MINUTE)
    await end(context)
    expect(await authorize()).toMatchObject({ kind: 'user' })
  })

  it('an API is opened by no token of a client that can hear of it', async () => {
    const context = await openPerson('exchange-online')
    const bearer = await context.userTokenFor(context.program, context.user, { capabilities: ['cp1'] })
    const authorize = () => context.access.authorize({ bearer, api: 'exchange', from: '192.0.2.7' })
    expect(await authorize()).toMatchObject({ kind: 'user' })
    context.world.advance(MINUTE)
    await end(context)
    await expect(authorize()).rejects.toMatchObject({ reason: 'not-signed-in', detail: { fault: 'user' } })
  })
})

describe('a consent that is revoked', () => {
  it.each<[string, (context: Context) => Promise<unknown>]>([
    ['altogether', ({ directory, tenant, consent }) => directory.consents.remove(tenant.id, consent.id)],
    [
      'for that protocol',
      ({ directory, tenant, consent }) => directory.consents.update(tenant.id, consent.id, ['POP.AccessAsUser.All']),
    ],
  ])('%s ends what rests on it in standards', async (_, revoke) => {
    const context = await openPerson('standards')
    const entry = await context.enter('ada@contoso.test')
    await revoke(context)
    await revoked(entry.mailbox.revoked)
  })

  it('counts in exchange-online until the token ends', async () => {
    const context = await openPerson('exchange-online')
    const { directory, tenant, mailbox, consent, world } = context
    const entry = await context.enter('ada@contoso.test')
    const popEntry = await context.enter('ada@contoso.test', {}, 'pop3')
    await directory.consents.remove(tenant.id, consent.id)
    // An entry after the notice was judged after the change.
    await directory.mailboxes.update(tenant.id, mailbox.id, { popEnabled: false })
    await revoked(popEntry.mailbox.revoked)
    expect(entry.mailbox.revoked.aborted).toBe(false)
    world.advance(HOUR)
    await revoked(entry.mailbox.revoked)
  })

  it("of another person, or of another app, ends nobody's", async () => {
    const context = await openPerson('standards')
    const { directory, tenant, program, shared, mailbox } = context
    const other = await context.consentTo(program, ['IMAP.AccessAsUser.All'], shared.externalDirectoryObjectId)
    const entry = await context.enter('ada@contoso.test')
    const popEntry = await context.enter('ada@contoso.test', {}, 'pop3')
    await directory.consents.remove(tenant.id, other.id)
    await directory.mailboxes.update(tenant.id, mailbox.id, { popEnabled: false })
    await revoked(popEntry.mailbox.revoked)
    expect(entry.mailbox.revoked.aborted).toBe(false)
  })
})

describe('simulation what a person would be told', () => {
  it('follows consent and permission from step to step, and records nothing', async () => {
    const { access, directory, tenant, program, consent, user, shared, fullAccess, signIns } =
      await openPerson('standards')
    const simulate = (named: string = user.userPrincipalName) =>
      access.simulate(tenant.id, {
        mailbox: shared.primarySmtpAddress,
        app: program.app.id,
        protocol: 'imap',
        user: named,
      })
    const granted = await simulate(user.id)
    expect(granted).toMatchObject({
      outcome: 'granted',
      kind: 'nonInteractiveUser',
      user: { id: user.id, userPrincipalName: 'ada@contoso.test' },
      fix: [],
    })
    expect(granted.checks[0]?.evidence).toContain('for the user ada@contoso.test')
    await directory.permissions.remove(shared, fullAccess)
    expect(await simulate()).toMatchObject({
      failed: 'mailboxPermission',
      fix: [
        'postern Add-MailboxPermission -Identity info@contoso.test -User ada@contoso.test -AccessRights FullAccess',
      ],
    })
    await directory.consents.remove(tenant.id, consent.id)
    const unconsented = await simulate()
    expect(unconsented.failed).toBe('role')
    expect(unconsented.checks.at(-1)?.evidence).toMatch(/^A fresh token would carry no scopes\. /)
    await directory.servicePrincipals.remove(tenant.id, program.principal.id)
    expect(await simulate()).toMatchObject({ failed: 'servicePrincipal' })
    await signIns.settled()
    expect(await signIns.recent(tenant.id, 10)).toEqual([])
    await expect(simulate('nobody@contoso.test')).rejects.toMatchObject({ reason: 'no-such-thing' })
  })
})
