import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { issueCertificate, type IssuedCertificate, makeCertificate } from '../../test/support/certificates.ts'
import { RunningServer } from '../../test/support/command-line.ts'
import { temporaryDirectory } from '../../test/support/disk.ts'
import { realWorld } from '../core/world.ts'
import { type Overrides, readConfig } from './config.ts'

async function serverWith(settings: Overrides): Promise<RunningServer> {
  const server = await RunningServer.start(settings)
  onTestFinished(() => server.close())
  return server
}

/** Settings for a certificate of one's own. */
async function ownCertificate(
  certificates: readonly Pick<IssuedCertificate, 'pem'>[],
  key: string,
): Promise<Overrides> {
  const folder = temporaryDirectory()
  const files = { 'tls.certificate': path.join(folder, 'own.pem'), 'tls.key': path.join(folder, 'own.key') }
  await writeFile(files['tls.certificate'], certificates.map(({ pem }) => `${pem.trim()}\n`).join(''))
  await writeFile(files['tls.key'], key)
  return files
}

const now = realWorld.now()

/** Runs commands that need HTTPS, Graph pages, and a client assertion's audience. */
async function worksWithTheCommandLine(server: RunningServer): Promise<void> {
  await server.json('New-Mailbox', '-Shared', '-Name', 'Info')
  expect(await server.json('Get-Mailbox')).toHaveLength(1)
  for (const name of ['One', 'Two', 'Three']) await server.json('New-MgApplication', '-DisplayName', name)
  const apps = await server.json<unknown[]>('Get-MgApplication', '-All', '-PageSize', '2')
  expect(apps.length).toBeGreaterThan(3)
}

describe('server.json and the command line with a certificate of one’s own', () => {
  it('work with a self-signed certificate for another host name', async () => {
    const own = await issueCertificate({ name: 'CN=mail.example.com', now, dnsNames: ['mail.example.com'] })
    const server = await serverWith(await ownCertificate([own], own.privatePem))
    const port = server.ready.ports.https
    expect(server.ready).toMatchObject({
      https: `https://mail.example.com:${port}`,
      local_url: `https://127.0.0.1:${port}`,
    })
    await worksWithTheCommandLine(server)
  })

  it('work with a certificate of a private authority that is not in the file', async () => {
    const root = await issueCertificate({ name: 'CN=Private root', now, authority: true })
    const middle = await issueCertificate({ name: 'CN=Private issuer', now, authority: true }, root)
    const leaf = await issueCertificate(
      { name: 'CN=mail', now, dnsNames: ['*.example.com', 'mail.example.com'] },
      middle,
    )
    await worksWithTheCommandLine(await serverWith(await ownCertificate([leaf, middle], leaf.privatePem)))
    await worksWithTheCommandLine(await serverWith(await ownCertificate([leaf], leaf.privatePem)))
  })

  it('work with a certificate that names no host at all', async () => {
    const own = await makeCertificate({ now })
    const server = await serverWith(await ownCertificate([own], own.privatePem))
    expect(server.ready.https).toBe(`https://localhost:${server.ready.ports.https}`)
    await worksWithTheCommandLine(server)
  })

  it('refuse a server that presents another certificate than the file', async () => {
    const own = await issueCertificate({ name: 'CN=mail.example.com', now, dnsNames: ['mail.example.com'] })
    const server = await serverWith(await ownCertificate([own], own.privatePem))
    const other = await issueCertificate({ name: 'CN=mail.example.com', now, dnsNames: ['mail.example.com'] })
    await writeFile(server.ready.ca, other.pem)
    expect(await server.run(['Get-Mailbox'])).toMatchObject({ code: 3, err: expect.stringContaining('POSTERN_CA') })
    await rm(server.ready.ca)
  })
})

describe('https.public_url', () => {
  it('is in server.json, in tokens, in links and in the certificate of the local authority', async () => {
    const server = await serverWith({ 'https.public_url': 'https://mail.example.com/' })
    expect(server.ready.https).toBe('https://mail.example.com')
    await worksWithTheCommandLine(server)
    const { claims } = await server.json<{ claims: { iss: string } }>('token')
    expect(claims.iss).toBe(`https://mail.example.com/${server.ready.tenant.id}/`)
  })

  it.each(['http://mail.example.com', 'https://mail.example.com/mail', 'https://a@mail.example.com', 'mail'])(
    'is not %s',
    (url) => {
      expect(() => readConfig({ flags: { 'https.public_url': url } })).toThrow(/https\.public_url.*without a path/)
    },
  )
})
