import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningServer } from '../../../test/support/command-line.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { createClient } from './client.ts'
import { findServer } from './connection/connection.ts'
import { redeem } from './connection/fetch-token.ts'

const PASSWORD = 'Correct horse battery'
const IMAP = 'https://outlook.office365.com/IMAP.AccessAsUser.All'

interface Profile {
  readonly user: string
  readonly scopes: readonly string[]
  readonly refreshToken: string
}

/** A person, a public client that was consented to, and the person's password in a file. */
async function open(ropc: boolean) {
  const server = await RunningServer.start({ 'entra.ropc': ropc })
  const ada = ['-Name', 'Ada', '-MicrosoftOnlineServicesID', 'ada@contoso.test', '-Password', PASSWORD]
  await server.json('New-Mailbox', ...ada)
  const app = ['-DisplayName', 'Fetcher', '-IsFallbackPublicClient:$true']
  const { appId } = await server.json<{ appId: string }>('New-MgApplication', ...app)
  const { id: client } = await server.json<{ id: string }>('New-MgServicePrincipal', '-AppId', appId)
  const filter = `appId eq '${exchangeOnline.appId}'`
  const [exchange] = await server.json<{ id: string }[]>('Get-MgServicePrincipal', '-Filter', filter)
  const consent = ['-ClientId', client, '-ResourceId', exchange!.id, '-Scope', 'IMAP.AccessAsUser.All']
  await server.json('New-MgOauth2PermissionGrant', '-ConsentType', 'AllPrincipals', ...consent)
  const file = path.join(server.folder, 'password')
  await writeFile(file, `${PASSWORD}\n`)
  const words = ['upgrade-profile', '--user', 'ada@contoso.test', '--password-file', file, '--client-id', appId]
  return { server, appId, file, words }
}

let context: Awaited<ReturnType<typeof open>>
beforeAll(async () => {
  context = await open(true)
})
afterAll(() => context.server.close())

describe('postern upgrade-profile', () => {
  it('exchanges a password for a refresh token that fetches tokens without it', async () => {
    const { server, appId, words } = context
    const profile = await server.json<Profile>(...words)
    expect(profile).toEqual({
      user: 'ada@contoso.test',
      clientId: appId,
      scopes: expect.arrayContaining([IMAP]),
      refreshToken: expect.any(String),
    })
    const connection = findServer({ data: server.data, env: {}, folder: server.folder })
    const client = createClient(connection)
    const form = { grant_type: 'refresh_token', refresh_token: profile.refreshToken, scope: IMAP }
    const reply = await redeem(client, { tenant: connection.tenant, clientId: appId, proof: undefined, form })
    client.close()
    expect(reply.access_token).toEqual(expect.any(String))
  })

  it('asks for the scopes that it is given, and tells people what they have', async () => {
    const { server, words } = context
    const { code, out, err } = await server.run([...words, '--scope', `${IMAP} offline_access`])
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^Refresh token for ada@contoso\.test:\n/)
    expect(out).toContain(IMAP)
    expect(out).not.toContain(PASSWORD)
  })

  it.each([
    ['all that an app may do', [], 'AADSTS650057'],
    ['one scope', ['--scope', IMAP], 'AADSTS65001'],
  ])('is refused %s where nobody consented, and takes it once what fixes that is typed', async (_, scope, code) => {
    const { server, appId, words } = context
    const app = ['-DisplayName', 'Without consent', '-IsFallbackPublicClient:$true']
    const { appId: another } = await server.json<{ appId: string }>('New-MgApplication', ...app)
    await server.json('New-MgServicePrincipal', '-AppId', another)
    const asked = [...words.map((word) => (word === appId ? another : word)), ...scope]
    expect((await server.run(asked)).err).toContain(`${code}:`)
    const { fix } = await server.json<{ fix: readonly string[] }>('explain')
    expect(fix).toEqual([expect.stringMatching(/^postern New-MgOauth2PermissionGrant /)])
    const typed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${fix[0]}`])
      .toString()
      .split('\0')
      .slice(1, -1)
    expect(await server.run(typed)).toMatchObject({ code: 0 })
    expect((await server.json<Profile>(...asked)).scopes).toContain(IMAP)
  })

  it('says why where the password is wrong, and does not repeat it', async () => {
    const { server, words, file } = context
    const wrong = `${file}-wrong`
    await writeFile(wrong, 'wrong horse')
    const { code, out, err } = await server.run(words.map((word) => (word === file ? wrong : word)))
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('AADSTS50126')
    expect(err).not.toContain('wrong horse')
  })

  it('says which setting is off where the server takes no passwords', async () => {
    const { server, words } = await open(false)
    try {
      const { code, out, err } = await server.run(words)
      expect([code, out]).toEqual([1, ''])
      expect(err).toContain('entra.ropc is off')
      expect(err).not.toContain(PASSWORD)
    } finally {
      await server.close()
    }
  })

  it.each(['--user', '--password-file', '--client-id'])('refuses to do without %s', async (option) => {
    const { server, words } = context
    const at = words.indexOf(option)
    expect((await server.run(words.toSpliced(at, 2))).code).toBe(2)
  })
})
