import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { microsoftGraph } from '../../src/domain/directory/well-known/microsoft-graph.ts'
import { openAdminHouse, registerAppWith } from '../support/admin-house.ts'
import { RunningServer } from '../support/command-line.ts'
import { Scene } from './scene.ts'

const EXCHANGE_RECIPIENT_ADMINISTRATOR = '31392ffb-586c-42d1-9346-e59415a2cc4e'

describe('the commonest mistakes of an administrator', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await RunningServer.start({ profile: 'exchange-online' })
  })
  afterAll(() => server.close())

  it('row 19, an application access policy is expected to limit IMAP: it does not, nor POP3 and SMTP', async () => {
    const scene = await Scene.open(server)
    await scene.grant()
    const kim = `kim-${scene.app.id}@contoso.test`
    const password = ['-Password', 'correct horse battery staple']
    await server.json('New-Mailbox', '-Name', 'Kim', '-MicrosoftOnlineServicesID', kim, ...password)
    const policy = ['-AppId', scene.app.appId, '-AccessRight', 'DenyAccess', '-PolicyScopeGroupId', kim]
    await server.json('New-ApplicationAccessPolicy', ...policy)
    await scene.permit(kim)
    const judged = await server.json<object>('Test-ApplicationAccessPolicy', kim, '-AppId', scene.app.appId)
    expect([judged].flat()[0]).toMatchObject({ AccessCheckResult: 'Denied' })
    await scene.consent(['Mail.ReadWrite'], microsoftGraph.appId)
    expect(await scene.foresee('graph', kim)).toMatchObject({ outcome: 'refused', failed: 'applicationAccessPolicy' })
    const token = await scene.token()
    expect((await scene.signIn('imap', token, kim)).at(-1)).toMatch(/^\* NAMESPACE /)
    expect(await scene.signIn('pop3', token, kim)).toEqual(['+OK User successfully authenticated.'])
    expect(await scene.signIn('smtp', token, kim)).toEqual(['235 2.7.0 Authentication successful'])
  })

  it('row 20, a role of Exchange is expected to open IMAP and POP3: there is none, and the role for all mail opens nothing', async () => {
    const scene = await Scene.open(server)
    await scene.point()
    for (const role of ['Application IMAP.AccessAsApp', 'Application POP.AccessAsApp']) {
      const { code } = await server.run(['New-ManagementRoleAssignment', '-Role', role, '-App', scene.principal])
      expect(code).toBe(1)
    }
    const mail = ['-Role', 'Application Mail Full Access', '-App', scene.principal]
    await server.json('New-ManagementRoleAssignment', ...mail)
    const token = await scene.token()
    expect(await scene.signIn('imap', token)).toEqual(['a NO AUTHENTICATE failed.'])
    const { failed, links } = await scene.explain()
    expect(failed).toBe('role')
    expect(links.at(-1)!.evidence).toContain('Expected: the application permission IMAP.AccessAsApp')
  })
})

describe('the commonest mistakes of whoever limits an app', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await RunningServer.start()
  })
  afterAll(() => server.close())

  it('row 21, a role over a scope, and the consent for the whole tenant kept: the app sees everything until that is taken back', async () => {
    const scene = await Scene.open(server)
    await scene.point()
    const [consent] = await scene.consent(['Mail.ReadWrite'], microsoftGraph.appId)
    const scope = ['-Name', 'Elsewhere', '-RecipientRestrictionFilter', "Alias -eq 'elsewhere'"]
    await server.json('New-ManagementScope', ...scope)
    const role = ['-Role', 'Application Mail.ReadWrite', '-App', scene.principal, '-CustomResourceScope', 'Elsewhere']
    await server.json('New-ManagementRoleAssignment', ...role)
    expect(await scene.foresee('graph')).toMatchObject({ outcome: 'granted' })
    const taken = ['-ServicePrincipalId', scene.principal, '-AppRoleAssignmentId', consent!]
    await server.json('Remove-MgServicePrincipalAppRoleAssignment', ...taken)
    const refused = await scene.foresee('graph')
    expect(refused).toMatchObject({ outcome: 'refused', failed: 'managementScope' })
    expect(refused.links.at(-1)!.evidence).toContain("the management scope 'Elsewhere'")
    await scene.type(refused.mend)
    expect(await scene.foresee('graph')).toMatchObject({ outcome: 'granted' })
  })
})

describe('the commonest mistakes of a script that administers', () => {
  it('row 22, Exchange.ManageAsApp without a directory role: 403, and the text names the app', async () => {
    const house = await openAdminHouse()
    const app = await registerAppWith(house, { roles: ['Exchange.ManageAsApp'] })
    const answer = await house.invoke('Get-Mailbox', {}, { bearer: await house.token(app) })
    expect(answer.statusCode).toBe(403)
    expect(answer.rawPayload.toString()).toContain(
      `The role assigned to application ${app.appId} isn't supported in this scenario.`,
    )
  })

  it('row 23, an administrator without Role Management: New-ServicePrincipal is not known', async () => {
    const house = await openAdminHouse()
    const directoryRoles = [EXCHANGE_RECIPIENT_ADMINISTRATOR]
    const app = await registerAppWith(house, { roles: ['Exchange.ManageAsApp'], directoryRoles })
    const asked = { AppId: app.appId, ObjectId: app.objectId }
    const answer = await house.invoke('New-ServicePrincipal', asked, { bearer: await house.token(app) })
    expect(answer.statusCode).toBe(404)
    expect(answer.rawPayload.toString()).toContain("'New-ServicePrincipal' is not recognized")
  })
})
