import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { postern, RunningServer } from '../../../test/support/command-line.ts'

it('a lost secret is replaced while no server runs, and the old one ends', async () => {
  const server = await RunningServer.start()
  const { client_secret_file } = server.ready.admin
  const old = await readFile(client_secret_file, 'utf8')
  const { clientSecret } = await server.json<{ clientSecret: string }>('New-Tenant', 'fabrikam.test')
  await server.stop()
  onTestFinished(() => server.close())

  await rm(client_secret_file)
  const reset = await postern(['reset-admin', '--data', server.data, '--json'])
  expect(reset.code).toBe(0)
  expect(JSON.parse(reset.out)).toEqual({
    tenant: server.ready.tenant.id,
    domain: 'contoso.test',
    client_id: server.ready.admin.client_id,
    client_secret_file,
  })
  const other = await postern(['reset-admin', '--tenant', 'fabrikam.test', '--data', server.data, '--json'])
  const { client_secret: otherSecret } = JSON.parse(other.out) as { client_secret: string }
  expect(otherSecret).not.toBe(clientSecret)
  expect((await postern(['reset-admin', '--tenant', 'none.test', '--data', server.data])).code).toBe(1)

  await server.restart()
  expect((await server.run(['Get-Mailbox'])).code).toBe(0)
  const { client_id } = server.ready.admin
  const refused = await server.run(['token', '--client-id', client_id, '--client-secret', old])
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('AADSTS7000215') })
})

interface App {
  readonly id: string
  readonly appId: string
}

/** The administrator's app, as Graph shows it. */
const administration = async (server: RunningServer): Promise<App> => {
  const apps = await server.json<App[]>('Get-MgApplication', '-Filter', "displayName eq 'Postern administration'")
  expect(apps).toHaveLength(1)
  return apps[0]!
}

/** The roles that a fresh token of the administrator carries. */
async function rolesOn(server: RunningServer, scope: string): Promise<string[]> {
  const { out } = await server.run(['token', '--scope', scope, '--raw'])
  const claims = JSON.parse(Buffer.from(out.split('.')[1]!, 'base64url').toString()) as {
    roles: string[]
    wids: string[]
  }
  expect(claims.wids).toContain('62e90394-69f5-4237-9190-012177145e10')
  return claims.roles.toSorted()
}

async function expectAdministrator(server: RunningServer): Promise<void> {
  expect((await administration(server)).appId).toBe(server.ready.admin.client_id)
  expect(await rolesOn(server, 'https://outlook.office365.com/.default')).toEqual(['Exchange.ManageAsApp'])
  expect(await rolesOn(server, 'https://graph.microsoft.com/.default')).toEqual([
    'AppRoleAssignment.ReadWrite.All',
    'Application.ReadWrite.All',
    'AuditLog.Read.All',
    'DelegatedPermissionGrant.ReadWrite.All',
    'Directory.ReadWrite.All',
    'Domain.ReadWrite.All',
    'RoleManagement.ReadWrite.Directory',
    'User.ReadWrite.All',
  ])
}

/** With another one, the administrator's own app can be done away with. */
async function anotherAdministrator(server: RunningServer): Promise<void> {
  const user = ['-DisplayName', 'Ada', '-MailNickname', 'ada', '-UserPrincipalName', 'ada@contoso.test']
  const password = ['-AccountEnabled', '-PasswordProfile', '{"password":"Correct-Horse-7"}']
  const { id } = await server.json<App>('New-MgUser', ...user, ...password)
  const role = ['-RoleDefinitionId', '62e90394-69f5-4237-9190-012177145e10', '-DirectoryScopeId', '/']
  await server.json('New-MgRoleManagementDirectoryRoleAssignment', '-PrincipalId', id, ...role)
}

it('the administrator’s app is made whole again, whatever was done to it, and nobody else keeps a way in', async () => {
  const server = await RunningServer.start()
  onTestFinished(() => server.close())
  await expectAdministrator(server)
  const { id, appId } = await administration(server)
  const { secretText } = await server.json<{ secretText: string }>('Add-MgApplicationPassword', '-ApplicationId', id)
  const [principal] = await server.json<App[]>('Get-MgServicePrincipal', '-Filter', `appId eq '${appId}'`)
  const disable = ['Update-MgServicePrincipal', '-ServicePrincipalId', principal!.id, '-AccountEnabled:false']
  const alone = await server.run(disable)
  expect(alone).toMatchObject({ code: 1, err: expect.stringContaining('the last Global Administrator') })
  await anotherAdministrator(server)
  expect((await server.run(disable)).code).toBe(0)
  expect((await server.run(['Get-MgApplication'])).err).toContain('AADSTS7000112')
  await server.stop()
  expect((await postern(['reset-admin', '--data', server.data])).code).toBe(0)
  await server.restart()
  await expectAdministrator(server)
  const intruder = await server.run(['token', '--client-id', appId, '--client-secret', secretText])
  expect(intruder).toMatchObject({ code: 1, err: expect.stringContaining('AADSTS7000215') })

  expect((await server.run(['Remove-MgApplication', '-ApplicationId', id])).code).toBe(0)
  expect((await server.run(['Get-Mailbox'])).err).toContain('AADSTS700016')
  await server.stop()
  expect((await postern(['reset-admin', '--data', server.data])).code).toBe(0)
  await server.restart()
  expect(server.ready.admin.client_id).not.toBe(appId)
  await expectAdministrator(server)
  expect((await server.run(['New-Tenant', 'fabrikam.test'])).code).toBe(0)
})

it('a missing data directory is not created', async () => {
  const nowhere = path.join(import.meta.dirname, 'no-such-directory')
  const done = await postern(['reset-admin', '--data', nowhere])
  expect(done).toMatchObject({ code: 1, out: '', err: expect.stringContaining('There is no data directory') })
})
