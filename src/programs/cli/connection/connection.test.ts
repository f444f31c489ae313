import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../../../test/support/certificates.ts'
import { postern, RunningServer } from '../../../../test/support/command-line.ts'
import { callerFolder } from '../cli.ts'
import { splitGlobals } from '../options.ts'
import { pathOfNext } from '../reply.ts'

let server: RunningServer
beforeAll(async () => {
  server = await RunningServer.start()
})
afterAll(() => server.close())

const environment = async () => ({
  POSTERN_URL: server.ready.https,
  POSTERN_CA: server.ready.ca,
  POSTERN_TENANT: server.ready.tenant.domain,
  POSTERN_CLIENT_ID: server.ready.admin.client_id,
  POSTERN_CLIENT_SECRET: await readFile(server.ready.admin.client_secret_file, 'utf8'),
})

describe('finding the server', () => {
  it('tells a server that cannot be found from one that is not there', async () => {
    const data = path.join(server.folder, 'unreadable')
    await mkdir(path.join(data, 'server.json'), { recursive: true })
    expect(await postern(['Get-Mailbox', '--data', data])).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^Get-Mailbox: The server cannot be found: EISDIR/),
    })
    expect(await postern(['Get-Mailbox', '--data', path.join(server.folder, 'none')])).toMatchObject({
      code: 3,
      err: expect.stringContaining('there is no '),
    })
  })

  it('takes everything from the environment', async () => {
    const env = await environment()
    expect(await postern(['Get-Mailbox', '--json'], { env })).toEqual({ code: 0, out: '[]\n', err: '' })
    const { POSTERN_CLIENT_SECRET: _, ...others } = env
    const withFile = { ...others, POSTERN_CLIENT_SECRET_FILE: server.ready.admin.client_secret_file }
    expect((await postern(['Get-Mailbox'], { env: withFile })).code).toBe(0)
  })

  it('uses an access token in the environment, for Exchange only', async () => {
    const { out: token } = await server.run(['token', '--raw'])
    const env = { POSTERN_ACCESS_TOKEN: token.trim() }
    expect(await server.run(['Get-Mailbox', '--json'], { env })).toEqual({ code: 0, out: '[]\n', err: '' })
    expect((await server.run(['Get-MgUser'], { env })).err).toContain(
      'is for Exchange; this cmdlet needs one for Graph',
    )
    expect((await server.run(['Get-Mailbox'], { env: { POSTERN_ACCESS_TOKEN: 'a.b.c' } })).code).toBe(1)
  })

  it.each([
    ['POSTERN_TENANT', /POSTERN_TENANT is not/],
    ['POSTERN_CLIENT_ID', /neither POSTERN_CLIENT_ID nor POSTERN_ACCESS_TOKEN is/],
    ['POSTERN_CLIENT_SECRET', /none of POSTERN_CLIENT_SECRET/],
  ])('says when %s is missing', async (name, said) => {
    const env = { ...(await environment()), [name]: '' }
    expect(await postern(['Get-Mailbox'], { env })).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(said),
    })
  })

  it('is settled by --data, whatever server the environment names', async () => {
    const env = { POSTERN_URL: 'https://localhost:1', POSTERN_CA: '/nowhere' }
    expect((await postern(['--data', server.data, 'Get-Mailbox', '--json'], { env })).out).toBe('[]\n')
    expect((await postern([`--data=${server.data}`, 'Get-Mailbox'], { env })).code).toBe(0)
  })

  it('ends with 3 when no server is there', async () => {
    const nowhere = await postern(['Get-Mailbox', '--data', path.join(server.folder, 'none')])
    expect(nowhere).toMatchObject({ code: 3, out: '', err: expect.stringMatching(/postern\.js serve --data /) })
    const stale = await postern(['Get-Mailbox', '--json'], {
      env: { ...(await environment()), POSTERN_URL: 'https://localhost:1' },
    })
    expect([stale.code, stale.out]).toEqual([3, ''])
    expect(JSON.parse(stale.err)).toMatchObject({
      error: { code: 'ServerNotReachable', details: { code: 'ECONNREFUSED' } },
    })
  })

  it.each(['', '{', 'null', '{}', '{"https":"https://localhost:1"}'])(
    'says that %j is no server file',
    async (content) => {
      await mkdir(path.join(server.folder, 'damaged'), { recursive: true })
      await writeFile(path.join(server.folder, 'damaged', 'server.json'), content)
      const damaged = await postern(['Get-Mailbox', '--data', path.join(server.folder, 'damaged')])
      expect(damaged).toMatchObject({ code: 3, out: '', err: expect.stringContaining('is damaged') })
    },
  )

  it('trusts the authority that it is told to, and no other', async () => {
    const env = { ...(await environment()), POSTERN_CA: '' }
    const distrusted = await postern(['Get-Mailbox'], { env })
    expect(distrusted).toMatchObject({ code: 3, err: expect.stringContaining('POSTERN_CA') })
  })

  it('passes on why no token was given', async () => {
    const env = { ...(await environment()), POSTERN_CLIENT_SECRET: 'wrong' }
    const refused = await postern(['Get-Mailbox', '--json'], { env })
    expect(refused.code).toBe(1)
    expect(JSON.parse(refused.err)).toMatchObject({
      error: { code: 'invalid_client', message: expect.stringContaining('AADSTS7000215'), details: { status: 401 } },
    })
  })
})

describe('postern token', () => {
  it('says in words what the token of the administrator carries', async () => {
    const { out } = await server.run(['token'])
    expect(out).toMatch(/^ {2}roles +Exchange\.ManageAsApp$/m)
    expect(out).toMatch(/^ {2}proved by +a client secret$/m)
    expect(out).toMatch(/^ {2}for +https:\/\/outlook\.office365\.com$/m)
    expect(out).not.toContain('eyJ')
  })

  it('prints the token alone with --raw', async () => {
    const raw = await server.run(['token', '--raw', '--scope', 'https://graph.microsoft.com/.default'])
    const [header, claims] = raw.out.trim().split('.')
    expect(JSON.parse(Buffer.from(header!, 'base64url').toString())).toMatchObject({ typ: 'JWT' })
    expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({
      aud: 'https://graph.microsoft.com',
    })
  })

  it('is given for a certificate', async () => {
    const certificate = path.join(server.folder, 'app.crt')
    const key = path.join(server.folder, 'app.key')
    const made = await makeCertificate({ now: Date.now() })
    await writeFile(certificate, made.pem)
    await writeFile(key, made.privatePem)
    const app = await server.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', 'Certified')
    await server.json('New-MgServicePrincipal', '-AppId', app.appId)
    const credentials = JSON.stringify([
      { type: 'AsymmetricX509Cert', usage: 'Verify', key: made.der.toString('base64') },
    ])
    await server.json('Update-MgApplication', app.id, '-KeyCredentials', credentials)

    const given = await server.run(['token', '--client-id', app.appId, '--certificate', certificate, '--key', key])
    expect(given).toMatchObject({ code: 0, out: expect.stringMatching(/proved by +a certificate/) })
    const together = path.join(server.folder, 'both.pem')
    await writeFile(together, `${made.privatePem}\n${made.pem}`)
    const env = { ...(await environment()), POSTERN_CLIENT_ID: app.appId, POSTERN_CERTIFICATE: together }
    expect((await postern(['token', '--raw'], { env })).out).toMatch(/^eyJ/)
  })

  it.each<[string[], RegExp]>([
    [['--client-id', 'x'], /needs --client-secret/],
    [['--client-secret', 'x'], /--client-id/],
    [['--client-id', 'x', '--client-secret', 's', '--client-secret-file', 'f'], /is enough/],
    [['--client-id', 'x', '--key', 'f'], /goes with --certificate/],
    [['--client-id', 'x', '--certificate', '/nowhere'], /cannot be read/],
    [['--raw', '--json'], /exclude/],
    [['--nonsense'], /nonsense/],
    [['stray'], /stray/],
  ])('refuses %j', async (words, said) => {
    const { code, out, err } = await server.run(['token', ...words])
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(said)
  })
})

describe('the words of a command line', () => {
  it('have what every command takes anywhere', () => {
    expect(splitGlobals(['--json', 'a', '--data', 'd', '-x'])).toMatchObject({
      words: ['a', '-x'],
      json: true,
      data: 'd',
    })
    expect(splitGlobals(['a', '--', '--json'])).toMatchObject({ words: ['a', '--', '--json'], json: false })
    expect(() => splitGlobals(['a', '--data'])).toThrow(/needs a directory/)
  })

  it('begin relative paths at the folder that npm was called in, where npm left it', () => {
    const npm = { INIT_CWD: '/home/ada', npm_package_json: '/srv/postern/package.json' }
    expect(callerFolder(npm, '/srv/postern')).toBe('/home/ada')
    expect(callerFolder(npm, '/srv/postern/sub')).toBe('/srv/postern/sub')
    expect(callerFolder({ INIT_CWD: '/home/ada' }, '/tmp')).toBe('/tmp')
    expect(callerFolder({}, '/tmp')).toBe('/tmp')
  })
})

describe('a link to the next page', () => {
  it('is followed on the same server only', () => {
    expect(pathOfNext('https://a:1/x?y=1', 'https://a:1')).toBe('/x?y=1')
    expect(pathOfNext('/x?y=1', 'https://a:1')).toBe('/x?y=1')
    expect(() => pathOfNext('https://b/x', 'https://a:1')).toThrow(/names another server/)
    expect(() => pathOfNext('//b/x', 'https://a:1')).toThrow(/names another server/)
  })
})
