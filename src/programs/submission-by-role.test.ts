import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Endpoint } from '../../bench/clients/endpoint.ts'
import { xoauth2 } from '../../bench/clients/imap.ts'
import { RunningServer } from '../../test/support/command-line.ts'
import { LineClient } from '../../test/support/line-client.ts'

let server: RunningServer
let ca: string
beforeAll(async () => {
  server = await RunningServer.start({ profile: 'exchange-online' })
  ca = await readFile(server.ready.ca, 'utf8')
})
afterAll(() => server.close())

interface Sender {
  readonly appId: string
  readonly principal: string
  readonly secret: string
}

async function sender(name: string): Promise<Sender> {
  const { id, appId } = await server.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', name)
  const { secretText } = await server.json<{ secretText: string }>('Add-MgApplicationPassword', id)
  const principal = await server.json<{ id: string }>('New-MgServicePrincipal', '-AppId', appId)
  await server.json('New-ServicePrincipal', '-AppId', appId, '-ObjectId', principal.id)
  return { appId, principal: principal.id, secret: secretText }
}

const mailbox = async (name: string, ...settings: string[]) => {
  await server.json('New-Mailbox', '-Shared', '-Name', name)
  if (settings.length > 0) await server.json('Set-Mailbox', '-Identity', name, ...settings)
  return `${name}@contoso.test`
}

async function token({ appId, secret }: Sender): Promise<string> {
  const scope = ['--scope', 'https://outlook.office365.com/.default']
  const { out } = await server.run(['token', '--raw', '--client-id', appId, '--client-secret', secret, ...scope])
  return out.trim()
}

const place = (listener: 'submissions' | 'imaps'): Endpoint => ({
  host: '127.0.0.1',
  port: server.ready.ports[listener]!,
  ca,
})

/** The answer to AUTH XOAUTH2 over SMTP. */
async function submits(address: string, bearer: string): Promise<string> {
  const client = new LineClient(place('submissions'))
  await client.line()
  client.send('EHLO client.example\r\n')
  while ((await client.line()).startsWith('250-'));
  const answer = await client.ask(`AUTH XOAUTH2 ${xoauth2(address, bearer)}`)
  client.drop()
  return answer
}

async function readsOverImap(address: string, bearer: string): Promise<string> {
  const client = new LineClient(place('imaps'))
  await client.line()
  const answer = await client.ask(`a AUTHENTICATE XOAUTH2 ${xoauth2(address, bearer)}`)
  client.drop()
  return answer
}

describe('a token without roles', () => {
  it('submits from the mailboxes in scope of a role of Exchange, and from no others, nor reads over IMAP4', async () => {
    const app = await sender('Notifier')
    const [info, other] = [await mailbox('info', '-CustomAttribute1', 'notifies'), await mailbox('other')]
    const bearer = await token(app)
    expect(await submits(info, bearer)).toMatch(/^535 5\.7\.3 Authentication unsuccessful/)

    const filter = "CustomAttribute1 -eq 'notifies'"
    await server.json('New-ManagementScope', '-Name', 'Notifying', '-RecipientRestrictionFilter', filter)
    const role = ['-Role', 'Application SMTP.SendAsApp', '-CustomResourceScope', 'Notifying']
    await server.json('New-ManagementRoleAssignment', '-App', app.principal, '-Name', 'notifier', ...role)
    const client = await LineClient.smtp(place('submissions'), info, bearer)
    const message = `From: ${info}\r\nTo: ${other}\r\nSubject: Hello\r\n\r\nHello.\r\n`
    expect(await client.deliver(info, [other], message)).toMatch(/^250 2\./)
    expect(await submits(other, bearer)).toMatch(/^535 5\.7\.3 Authentication unsuccessful/)
    expect(await readsOverImap(info, bearer)).toBe('a NO AUTHENTICATE failed.')
    const told = await server.json<{ failed: string; checks: { evidence: string }[] }>('explain')
    expect(told).toMatchObject({ protocol: 'imap', failed: 'role' })
    expect(told.checks.at(-1)!.evidence).toContain(
      'counts for nothing over IMAP4, for which there is no management role',
    )

    await server.json('Set-Mailbox', '-Identity', info, '-CustomAttribute1', '')
    expect(await client.line()).toMatch(/^421 /)
    expect(await submits(info, bearer)).toMatch(/^535 5\.7\.3 /)
  })
})
