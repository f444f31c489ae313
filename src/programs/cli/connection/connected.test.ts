import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../../../test/support/certificates.ts'
import { temporaryDirectory } from '../../../../test/support/disk.ts'
import { postern, RunningServer } from '../../../../test/support/command-line.ts'

let server: RunningServer
beforeAll(async () => {
  server = await RunningServer.start()
})
afterAll(() => server.close())

const home = () => ({ HOME: temporaryDirectory() })
const fileIn = ({ HOME }: { HOME: string }) => path.join(HOME, '.local', 'state', 'postern', 'connection.json')

/** The address of the server, for a user without its data directory. */
const there = () => ({ POSTERN_CA: server.ready.ca })

async function connected(env: { HOME: string }, words: readonly string[] = []) {
  const done = await postern(['Connect-ExchangeOnline', ...words, '--data', server.data], { env })
  expect(done).toMatchObject({ code: 0, out: '' })
  return done
}

async function information(env: Readonly<Record<string, string>>) {
  const { out } = await postern(['Get-ConnectionInformation', '--json'], { env })
  return JSON.parse(out) as Record<string, unknown>[]
}

describe('Connect-ExchangeOnline', () => {
  it('is remembered for the cmdlets that follow, until Disconnect-ExchangeOnline', async () => {
    const env = home()
    expect((await postern(['Get-Mailbox'], { env })).code).toBe(3)
    const { err } = await connected(env)
    expect(err).toContain(`Connected to ${server.ready.https}`)
    expect(await postern(['Get-Mailbox', '--json'], { env })).toEqual({ code: 0, out: '[]\n', err: '' })
    expect(await information(env)).toMatchObject([
      {
        State: 'Connected',
        ConnectionUri: server.ready.https,
        Organization: server.ready.tenant.id,
        AppId: server.ready.admin.client_id,
        Origin: 'Connect-ExchangeOnline',
      },
    ])
    expect(await postern(['Disconnect-ExchangeOnline', '-Confirm:$false'], { env })).toEqual({
      code: 0,
      out: '',
      err: 'Disconnect-ExchangeOnline: done.\n',
    })
    expect((await postern(['Get-Mailbox'], { env })).code).toBe(3)
    expect(await information(env)).toEqual([])
  })

  it('keeps no secret of the server, in a file that nobody else reads', async () => {
    const env = home()
    await connected(env, ['-ShowBanner:$false'])
    expect((await stat(fileIn(env))).mode & 0o777).toBe(0o600)
    const secret = await readFile(server.ready.admin.client_secret_file, 'utf8')
    expect(await readFile(fileIn(env), 'utf8')).not.toContain(secret)
  })

  it('takes a certificate, by the names of its files, and tells until when the token lasts', async () => {
    const env = home()
    const { der, pem: certificate, privatePem } = await makeCertificate({ now: Date.now() })
    const [pem, keyFile] = ['cert.pem', 'key.pem'].map((name) => path.join(env.HOME, name)) as [string, string]
    await writeFile(pem, certificate)
    await writeFile(keyFile, privatePem)
    const app = await server.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', 'Manager')
    const keys = JSON.stringify([{ type: 'AsymmetricX509Cert', usage: 'Verify', key: der.toString('base64') }])
    expect((await server.run(['Update-MgApplication', '-ApplicationId', app.id, '-KeyCredentials', keys])).code).toBe(0)
    const words = ['-AppId', app.appId, '-CertificateFilePath', pem, '-KeyFilePath', keyFile]
    const refused = await postern(['Connect-ExchangeOnline', ...words, '--data', server.data], { env })
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(await information(env)).toEqual([])

    const principal = await server.json<{ id: string }>('New-MgServicePrincipal', '-AppId', app.appId)
    const exchange = await server.json<{ id: string; appRoles: { id: string; value: string }[] }[]>(
      'Get-MgServicePrincipal',
      '-Filter',
      "appId eq '00000002-0000-0ff1-ce00-000000000000'",
    )
    const role = exchange[0]!.appRoles.find(({ value }) => value === 'Exchange.ManageAsApp')!
    const grant = ['-PrincipalId', principal.id, '-ResourceId', exchange[0]!.id, '-AppRoleId', role.id]
    await server.json('New-MgServicePrincipalAppRoleAssignment', '-ServicePrincipalId', principal.id, ...grant)
    const recipientAdministrator = '31392ffb-586c-42d1-9346-e59415a2cc4e'
    const assigned = ['-RoleDefinitionId', recipientAdministrator, '-DirectoryScopeId', '/']
    await server.json('New-MgRoleManagementDirectoryRoleAssignment', '-PrincipalId', principal.id, ...assigned)
    await connected(env, words)
    expect((await postern(['Get-Mailbox'], { env })).code).toBe(0)
    expect((await postern(['Get-ServicePrincipal'], { env })).err).toContain('is not recognized')
    const [shown] = await information(env)
    expect(shown).toMatchObject({ AppId: app.appId, CertificateAuthentication: true })
    expect(Date.parse(shown!.TokenExpiryTimeUTC as string)).toBeGreaterThan(Date.now())
    const elsewhere = await postern(['Get-ConnectionInformation', '--json', '--data', server.data], { env })
    expect(JSON.parse(elsewhere.out)).toMatchObject([{ TokenExpiryTimeUTC: null }])
  })

  it('takes an access token, for Exchange alone', async () => {
    const env = home()
    const { out: token } = await server.run(['token', '--raw'])
    const words = ['-AccessToken', token.trim(), '-Organization', 'contoso.test', '-ConnectionUri', server.ready.https]
    expect((await postern(['Connect-ExchangeOnline', ...words], { env: { ...env, ...there() } })).code).toBe(0)
    expect(await postern(['Get-Mailbox', '--json'], { env })).toEqual({ code: 0, out: '[]\n', err: '' })
    expect((await postern(['Get-MgApplication'], { env })).err).toContain(
      'for Exchange; this cmdlet needs one for Graph',
    )
    const [shown] = await information(env)
    expect(shown).toMatchObject({ AppId: server.ready.admin.client_id, Organization: 'contoso.test' })
    expect(Date.parse(shown!.TokenExpiryTimeUTC as string)).toBeGreaterThan(Date.now())
  })

  it('is beaten by --data and by the environment', async () => {
    const env = home()
    await connected(env)
    const nowhere = await postern(['Get-Mailbox', '--data', path.join(env.HOME, 'none')], { env })
    expect(nowhere.code).toBe(3)
    const elsewhere = { ...env, POSTERN_URL: 'https://localhost:1', POSTERN_TENANT: 'x', POSTERN_CLIENT_ID: '' }
    expect((await postern(['Get-Mailbox'], { env: elsewhere })).err).toContain('POSTERN_CLIENT_ID')
  })

  it.each([
    [['-ManagedIdentity'], 'Managed identities are not supported'],
    [['-CertificateThumbprint', 'AB'], 'no certificate store'],
    [['-AppId', 'x'], '-CertificateFilePath'],
    [['-AppId', 'x', '-AccessToken', 'y'], 'exclude each other'],
    [['-ConnectionUri', 'https://localhost:1'], 'needs -AppId'],
    [['-ConnectionUri', 'https://localhost:1', '-AccessToken', 'y'], 'needs -Organization'],
    [['-ConnectionUri', 'http://localhost:1', '-AccessToken', 'y', '-Organization', 'z'], 'not an https URL'],
  ])('refuses %j', async (words, text) => {
    const env = home()
    const done = await postern(['Connect-ExchangeOnline', ...words], { env })
    expect(done).toMatchObject({ code: 2, out: '', err: expect.stringContaining(text) })
    expect(await information(env)).toEqual([])
  })

  it('says so when what it remembered is damaged, and when there is no home to remember it in', async () => {
    const env = home()
    await connected(env)
    await writeFile(fileIn(env), '{"server":{}}')
    const damaged = await postern(['Get-Mailbox'], { env })
    expect(damaged).toMatchObject({ code: 2, err: expect.stringContaining('is damaged') })
    expect((await postern(['Disconnect-ExchangeOnline'], { env })).code).toBe(0)
    const homeless = await postern(['Connect-ExchangeOnline', '--data', server.data])
    expect(homeless).toMatchObject({ code: 1, err: expect.stringContaining('no home directory') })
  })

  it('does nothing with -WhatIf', async () => {
    const env = home()
    const done = await postern(['Connect-ExchangeOnline', '-WhatIf', '--data', server.data], { env })
    expect(done).toMatchObject({ code: 0, err: expect.stringContaining('What if') })
    expect(await information(env)).toEqual([])
  })
})
