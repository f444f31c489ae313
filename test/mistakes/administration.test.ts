import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { microsoftGraph } from '../../src/core/well-known/microsoft-graph.ts'
import { RunningServer } from '../support/command-line.ts'
import { AppSetup } from './app-setup.ts'

const EXCHANGE_ADMINISTRATOR = '29232cdf-9323-42fd-ade2-1d097af3e4de'
const EXCHANGE_RECIPIENT_ADMINISTRATOR = '31392ffb-586c-42d1-9346-e59415a2cc4e'

describe('the commonest mistakes of an administrator', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await RunningServer.start({ profile: 'exchange-online' })
  })
  afterAll(() => server.close())

  it('row 19: an application access policy does not limit IMAP, POP3 and SMTP; the mailbox permission does', async () => {
    const scene = await AppSetup.open(server)
    await scene.grant()
    const kim = `kim-${scene.app.id}@contoso.test`
    const password = ['-Password', 'Correct horse battery staple']
    await server.json('New-Mailbox', '-Name', 'Kim', '-MicrosoftOnlineServicesID', kim, ...password)
    const policy = ['-AppId', scene.app.appId, '-AccessRight', 'DenyAccess', '-PolicyScopeGroupId', kim]
    await server.json('New-ApplicationAccessPolicy', ...policy)
    await scene.addMailboxPermission(kim)
    const judged = await server.json<object>('Test-ApplicationAccessPolicy', kim, '-AppId', scene.app.appId)
    expect([judged].flat()[0]).toMatchObject({ AccessCheckResult: 'Denied' })
    await scene.consent(['Mail.ReadWrite'], microsoftGraph.appId)
    expect(await scene.simulate('graph', kim)).toMatchObject({ outcome: 'refused', failed: 'applicationAccessPolicy' })
    const token = await scene.token()
    expect((await scene.signIn('imap', token, kim)).at(-1)).toMatch(/^\* NAMESPACE /)
    expect(await scene.signIn('pop3', token, kim)).toEqual(['+OK User successfully authenticated.'])
    expect(await scene.signIn('smtp', token, kim)).toEqual(['235 2.7.0 Authentication successful'])
    for (const protocol of ['imap', 'pop3', 'smtp'] as const) {
      const { outcome, checks } = await scene.simulate(protocol, kim)
      expect(outcome).toBe('granted')
      expect(checks.at(-1)!.evidence).toMatch(
        / asks no application access policy; that on 'Kim' neither opens nor closes/,
      )
    }
    // The permission limits it.
    const permission = ['-User', scene.principal, '-AccessRights', 'FullAccess']
    await server.json('Remove-MailboxPermission', kim, ...permission)
    expect((await scene.signIn('imap', token, kim)).at(-1)).toBe('b BAD User is authenticated but not connected.')
  })

  it('row 20: no role of Exchange opens IMAP or POP3, not even the role for all mail; explained and fixed', async () => {
    const scene = await AppSetup.open(server)
    await scene.createServicePrincipal()
    for (const role of ['Application IMAP.AccessAsApp', 'Application POP.AccessAsApp']) {
      const { code } = await server.run(['New-ManagementRoleAssignment', '-Role', role, '-App', scene.principal])
      expect(code).toBe(1)
    }
    const mail = ['-Role', 'Application Mail Full Access', '-App', scene.principal]
    await server.json('New-ManagementRoleAssignment', ...mail)
    const token = await scene.token()
    expect(await scene.signIn('imap', token)).toEqual(['a NO AUTHENTICATE failed.'])
    const { failed, checks } = await scene.explain()
    expect(failed).toBe('role')
    expect(checks.at(-1)!.evidence).toContain('Expected: the application permission IMAP.AccessAsApp')
    expect(checks.at(-1)!.evidence).toContain('counts for nothing over IMAP4, for which there is no management role')
    await scene.fixUntil(async () =>
      (await scene.signIn('imap', await scene.token())).at(-1)!.startsWith('* NAMESPACE '),
    )
    expect(await scene.signIn('pop3', await scene.token())).toEqual([
      '-ERR Authentication failure: unknown user name or bad password.',
    ])
    await scene.fixUntil(async () => (await scene.signIn('pop3', await scene.token()))[0]!.startsWith('+OK'))
  })
})

describe('common mistakes of an administrator who limits an app', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await RunningServer.start()
  })
  afterAll(() => server.close())

  it('row 21: a role with a scope beside a consent: the app sees everything until the consent is revoked', async () => {
    const scene = await AppSetup.open(server)
    await scene.createServicePrincipal()
    const [consent] = await scene.consent(['Mail.ReadWrite'], microsoftGraph.appId)
    const scope = ['-Name', 'Elsewhere', '-RecipientRestrictionFilter', "Alias -eq 'elsewhere'"]
    await server.json('New-ManagementScope', ...scope)
    const role = ['-Role', 'Application Mail.ReadWrite', '-App', scene.principal, '-CustomResourceScope', 'Elsewhere']
    await server.json('New-ManagementRoleAssignment', ...role)
    expect(await scene.simulate('graph')).toMatchObject({ outcome: 'granted' })
    const taken = ['-ServicePrincipalId', scene.principal, '-AppRoleAssignmentId', consent!]
    await server.json('Remove-MgServicePrincipalAppRoleAssignment', ...taken)
    const refused = await scene.simulate('graph')
    expect(refused).toMatchObject({ outcome: 'refused', failed: 'managementScope' })
    expect(refused.checks.at(-1)!.evidence).toContain("the management scope 'Elsewhere'")
    await scene.type(refused.fix)
    expect(await scene.simulate('graph')).toMatchObject({ outcome: 'granted' })
  })
})

/** As the app that the script signs in with. */
const by = ({ app, secretFile }: AppSetup) => ({
  env: { POSTERN_CLIENT_ID: app.appId, POSTERN_CLIENT_SECRET_FILE: secretFile },
})

describe('the commonest mistakes of a script that administers', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await RunningServer.start({ profile: 'exchange-online' })
  })
  afterAll(() => server.close())

  it('row 22: Exchange.ManageAsApp without a directory role: 403 that names the app; explained and fixed', async () => {
    const scene = await AppSetup.open(server)
    await scene.consent(['Exchange.ManageAsApp'])
    const { code, err } = await server.run(['Get-Mailbox'], by(scene))
    expect(code).toBe(1)
    expect(err).toContain(`The role assigned to application ${scene.app.appId} isn't supported in this scenario.`)
    const explained = await scene.explain()
    expect(explained).toMatchObject({
      protocol: 'exchange',
      failed: 'role',
      wire: expect.stringMatching(/^403 Forbidden: /),
    })
    expect(explained.checks.at(-1)!.evidence).toContain(`The app ${scene.app.appId} holds no role that has Get-Mailbox`)
    expect(await scene.recorded(explained.signInId)).toEqual(explained)
    await scene.type(explained.fix)
    expect(await server.run(['Get-Mailbox'], by(scene))).toMatchObject({ code: 0 })
  })

  it('row 22, a directory role without Exchange.ManageAsApp: the permission is what is missing', async () => {
    const scene = await AppSetup.open(server)
    await scene.assignDirectoryRole(EXCHANGE_ADMINISTRATOR)
    expect(await server.run(['Get-Mailbox'], by(scene))).toMatchObject({ code: 1 })
    const { checks, fix } = await scene.explain()
    expect(checks.at(-1)!.evidence).toContain('the token carries no Exchange.ManageAsApp. Expected: ')
    await scene.type(fix)
    expect(await server.run(['Get-Mailbox'], by(scene))).toMatchObject({ code: 0 })
  })

  it('row 23: without Role Management, New-ServicePrincipal is unknown; explained and fixed', async () => {
    const scene = await AppSetup.open(server)
    await scene.consent(['Exchange.ManageAsApp'])
    await scene.assignDirectoryRole(EXCHANGE_RECIPIENT_ADMINISTRATOR)
    const words = ['New-ServicePrincipal', '-AppId', scene.app.appId, '-ObjectId', scene.principal]
    const { code, err } = await server.run(words, by(scene))
    expect(code).toBe(1)
    expect(err).toContain("'New-ServicePrincipal' is not recognized")
    const explained = await scene.explain()
    expect(explained).toMatchObject({
      protocol: 'exchange',
      failed: 'role',
      wire: expect.stringMatching(/^404 NotFound: /),
    })
    expect(explained.checks.at(-1)!.evidence).toContain(
      'holds no role that has New-ServicePrincipal, but Exchange Recipient Administrator',
    )
    await scene.type(explained.fix)
    expect(await server.run(words, by(scene))).toMatchObject({ code: 0 })
  })
})
