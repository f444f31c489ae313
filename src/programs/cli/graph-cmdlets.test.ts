import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningServer } from '../../../test/support/command-line.ts'

let server: RunningServer
beforeAll(async () => {
  server = await RunningServer.start()
})
afterAll(() => server.close())

const GRAPH = '00000003-0000-0000-c000-000000000000'

interface Named {
  readonly id: string
  readonly displayName: string
}

describe('cmdlets of the Graph module', () => {
  it('make a user, change it, give it a directory role and take all back', async () => {
    const made = await server.json<Named>(
      'New-MgUser',
      '-DisplayName',
      'Ada',
      '-UserPrincipalName',
      'ada@contoso.test',
      '-MailNickname',
      'ada',
      '-AccountEnabled',
      '-PasswordProfile',
      '{"Password":"Correct horse battery"}',
    )
    await server.json(
      'Update-MgUser',
      'ada@contoso.test',
      '-Surname',
      'Lovelace',
      '-PasswordProfile',
      '{"password":"Another horse"}',
    )
    const shown = await server.json('Get-MgUser', made.id, '-Property', 'id,surname,accountEnabled')
    expect(shown).toEqual({ id: made.id, surname: 'Lovelace', accountEnabled: true })

    const [role] = await server.json<Named[]>('Get-MgDirectoryRole', '-Filter', "displayName eq 'Security Reader'")
    const reference = `https://graph.microsoft.com/v1.0/directoryObjects/${made.id}`
    await server.json('New-MgDirectoryRoleMemberByRef', role!.id, '-OdataId', reference)
    expect(await server.json('Get-MgDirectoryRoleMember', role!.id)).toMatchObject([{ id: made.id }])
    await server.json('Remove-MgDirectoryRoleMemberByRef', role!.id, '-DirectoryObjectId', made.id)
    expect(await server.json('Get-MgDirectoryRoleMember', role!.id)).toEqual([])

    await server.json('Remove-MgUser', made.id)
    expect(await server.json('Get-MgUser', '-Filter', "userPrincipalName eq 'ada@contoso.test'")).toEqual([])
    const audits = await server.json<{ activityDisplayName: string }[]>('Get-MgAuditLogDirectoryAudit', '-Top', '2')
    expect(audits.map(({ activityDisplayName }) => activityDisplayName)).toEqual([
      'Delete user',
      'Remove member from role',
    ])
  })

  it('consent for everybody, see it, change it and take it back', async () => {
    const app = await server.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', 'Reader')
    const client = await server.json<Named>('New-MgServicePrincipal', '-AppId', app.appId)
    const [graph] = await server.json<Named[]>('Get-MgServicePrincipal', '-Filter', `appId eq '${GRAPH}'`)
    const of = ['-ClientId', client.id, '-ResourceId', graph!.id]
    const grant = await server.json<{ id: string }>(
      'New-MgOauth2PermissionGrant',
      ...of,
      '-ConsentType',
      'AllPrincipals',
      '-Scope',
      'User.Read',
    )
    await server.json('Update-MgOauth2PermissionGrant', grant.id, '-Scope', 'User.Read Mail.Read')
    const shown = await server.json('Get-MgServicePrincipalOauth2PermissionGrant', client.id)
    expect(shown).toMatchObject([{ id: grant.id, scope: 'User.Read Mail.Read' }])
    await server.json('Remove-MgOauth2PermissionGrant', grant.id)
    expect(await server.json('Get-MgOauth2PermissionGrant', '-Filter', `clientId eq '${client.id}'`)).toEqual([])
  })

  it('trust an outside issuer, and stop', async () => {
    const app = await server.json<{ id: string }>('New-MgApplication', '-DisplayName', 'Builder')
    const given = ['-Issuer', 'https://issuer.test/', '-Subject', 'main', '-Audiences', 'api://AzureADTokenExchange']
    const cmdlet = 'MgApplicationFederatedIdentityCredential'
    await server.json(`New-${cmdlet}`, app.id, '-Name', 'builds', ...given)
    await server.json(`Update-${cmdlet}`, app.id, '-FederatedIdentityCredentialId', 'builds', '-Subject', 'release')
    expect(await server.json(`Get-${cmdlet}`, app.id)).toMatchObject([{ name: 'builds', subject: 'release' }])
    await server.json(`Remove-${cmdlet}`, app.id, '-FederatedIdentityCredentialId', 'builds')
    expect(await server.json(`Get-${cmdlet}`, app.id)).toEqual([])
  })

  it('find sign-ins, the latest first', async () => {
    await server.json('Get-MgOrganization')
    const signIns = await server.json<{ resourceDisplayName: string; status: object }[]>(
      'Get-MgAuditLogSignIn',
      '-Filter',
      "signInEventTypes/any(t: t eq 'servicePrincipal') and status/errorCode eq 0",
      '-Top',
      '1',
      '-Sort',
      'createdDateTime desc',
    )
    expect(signIns).toMatchObject([{ appDisplayName: 'Postern administration', status: { errorCode: 0 } }])
  })

  it('show a refused sign-in and a change with actor, target and reason', async () => {
    const { appId } = await server.json<{ appId: string }>('New-MgApplication', '-DisplayName', 'Reader')
    await server.run(['token', '--client-id', appId, '--client-secret', 'wrong'])
    // Waits until the sign-in is on record.
    expect(await server.json('explain')).toMatchObject({ app: { appId } })
    const signIns = await server.run(['Get-MgAuditLogSignIn', '-Top', '3'])
    expect(signIns.err).toBe('')
    expect(signIns.out).toMatch(/^CreatedDateTime +Id +Actor +Target +Protocol +IpAddress +Error +Reason\n/)
    expect(signIns.out).toMatch(/Z +\S+ +Reader .* 7000215 +Invalid client secret/)
    const changes = await server.run(['Get-MgAuditLogDirectoryAudit', '-Top', '1'])
    expect(changes.out).toMatch(/^ActivityDateTime +ActivityDisplayName +Actor +Target +Result +Reason +Id\n/)
    expect(changes.out).toMatch(/Z +Add application +Postern administration +Reader +success +\S+\n$/)
    const period = ['-StartDate', '2000-01-01', '-EndDate', '2999-01-01']
    const unified = await server.run(['Search-UnifiedAuditLog', ...period, '-Operations', 'UserLoginFailed'])
    expect(unified.out).toMatch(/^CreationDate +Operations +UserIds +Target +Result +Reason\n/)
    expect(unified.out).toMatch(/UserLoginFailed .* Failed +Invalid client secret/)
  })
})
