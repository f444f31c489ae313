import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningServer } from '../../../test/support/command-line.ts'
import { ImapClient } from '../../../test/support/imap-client.ts'
import { LineClient } from '../../../test/support/line-client.ts'
import type { Advised } from './commands/advise.ts'

const address = 'orders@contoso.test'
let server: RunningServer
let app: Awaited<ReturnType<typeof provisioned>>

beforeAll(async () => {
  server = await RunningServer.start()
  app = await provisioned()
})
afterAll(() => server.close())

describe('postern advise', () => {
  it('says that nothing was observed, before anything was', async () => {
    const { out } = await server.run(['advise', '--app', app.appId])
    expect(out).toBe(`Fetcher (${app.appId}) has not used IMAP4, POP3 or SMTP with a token yet.\n`)
  })

  it('tells what an app did over the protocols, what stands for it, and what it needs', async () => {
    await pollOverImap()
    await retrieveOverPop3()
    await submit()
    const advised = await server.json<Advised>('advise', '--app', app.appId)
    expect(Object.keys(advised)).toEqual([
      'app',
      'tenant',
      'mailboxes',
      'operations',
      'permissions',
      'withoutEquivalent',
      'commands',
      'example',
    ])
    const did = advised.operations.map(({ protocol, operation, count }) => [protocol, operation, count])
    expect(new Set(did.map(String))).toEqual(
      new Set([
        'imap,append,2',
        'imap,select folder,1',
        'imap,search unseen,3',
        'imap,fetch whole message,2',
        'imap,mark seen,1',
        'imap,move,1',
        'pop3,list messages,1',
        'pop3,retrieve,1',
        'smtp,submit,1',
      ]),
    )
    expect(did[0]).toEqual(['imap', 'search unseen', 3])
    expect(advised.operations.find(({ operation }) => operation === 'move')).toEqual({
      operation: 'move',
      protocol: 'imap',
      as: 'app',
      count: 1,
      mailboxes: 1,
      firstDateTime: expect.any(String),
      lastDateTime: expect.any(String),
      requests: ['POST /messages/{id}/move {"destinationId":"{folder}"}'],
      permission: 'Mail.ReadWrite',
      notes: expect.any(Array),
      withoutEquivalent: [],
    })
    expect(advised).toMatchObject({
      app: { appId: app.appId, displayName: 'Fetcher' },
      mailboxes: [address],
      permissions: ['Mail.ReadWrite', 'Mail.Send'].map((permission) => ({
        kind: 'application',
        permission,
        exchangeRole: `Application ${permission}`,
        shared: null,
      })),
      example: expect.stringContaining(`const mailbox = "${address}"`),
    })
    for (const id of [app.id, app.principal]) {
      expect(await server.json('advise', '--app', id)).toEqual(advised)
    }
  })

  it('tells it to people', async () => {
    const { code, out } = await server.run(['advise', '--app', app.appId])
    expect(code).toBe(0)
    expect(out).toMatch(/^ {2}search unseen {2}\(imap; 3 times, last \d{4}-/m)
    expect(out).toContain("  Mail.ReadWrite (application): with the role 'Application Mail.ReadWrite' over a scope")
    expect(out).toContain('  UIDs and UIDVALIDITY: keep immutable ids instead.')
    expect(out).toContain("    await call('PATCH', `/messages/${message.id}`, JSON.stringify({ isRead: true }))")
  })

  it('tells commands after which the app may do it in that mailbox with Graph, and in no other', async () => {
    const { commands } = await server.json<Advised>('advise', '--app', app.appId)
    expect(commands.map((line) => line.split(' ')[1])).toEqual([
      'New-ManagementScope',
      'New-ManagementRoleAssignment',
      'New-ManagementRoleAssignment',
    ])
    const simulated = async (mailbox: string) => {
      const asked = ['--mailbox', mailbox, '--app', app.appId, '--protocol', 'graph']
      const to = (permission: string) =>
        server.json<{ outcome: string }>('explain', ...asked, '--permission', permission)
      return [(await to('Mail.ReadWrite')).outcome, (await to('Mail.Send')).outcome]
    }
    expect(await simulated(address)).toEqual(['refused', 'refused'])
    for (const line of commands) {
      const words = [...line.matchAll(/'([^']*(?:'\\''[^']*)*)'|(\S+)/g)].map((it) => it[1] ?? it[2]!).slice(1)
      const { code, err } = await server.run(words.map((word) => word.replaceAll(`'\\''`, "'")))
      expect([line, code, err]).toEqual([line, 0, ''])
    }
    expect(await simulated(address)).toEqual(['granted', 'granted'])
    expect(await simulated('other@contoso.test')).toEqual(['refused', 'refused'])
  })

  it('refuses an unknown app, and a command without an app', async () => {
    const none = await server.run(['advise', '--app', '99999999-9999-4999-8999-999999999999'])
    expect(none).toMatchObject({ code: 1, out: '', err: expect.stringContaining('There is no app with the id') })
    expect(await server.run(['advise'])).toMatchObject({ code: 2, out: '' })
  })
})

async function provisioned() {
  for (const name of ['orders', 'other']) {
    await server.json('New-Mailbox', '-Shared', '-Name', name, '-PrimarySmtpAddress', `${name}@contoso.test`)
  }
  const { id, appId } = await server.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', 'Fetcher')
  const { secretText } = await server.json<{ secretText: string }>('Add-MgApplicationPassword', id)
  const { id: principal } = await server.json<{ id: string }>('New-MgServicePrincipal', '-AppId', appId)
  const [resource] = await server.json<{ id: string; appRoles: { id: string; value: string }[] }[]>(
    'Get-MgServicePrincipal',
    '-Filter',
    "appId eq '00000002-0000-0ff1-ce00-000000000000'",
  )
  const to = ['-ServicePrincipalId', principal, '-PrincipalId', principal, '-ResourceId', resource!.id]
  for (const value of ['IMAP.AccessAsApp', 'POP.AccessAsApp', 'SMTP.SendAsApp']) {
    const role = resource!.appRoles.find((it) => it.value === value)!
    await server.json('New-MgServicePrincipalAppRoleAssignment', ...to, '-AppRoleId', role.id)
  }
  await server.json('New-ServicePrincipal', '-AppId', appId, '-ObjectId', principal)
  await server.json('Add-MailboxPermission', address, '-User', principal, '-AccessRights', 'FullAccess')
  const { out } = await server.run(['token', '--raw', '--client-id', appId, '--client-secret', secretText])
  return { id, appId, principal, token: out.trim() }
}

const place = (port: number) => ({ host: 'localhost', port, ca: readFileSync(server.ready.ca, 'utf8') })

/** Polls for the unread, fetches each, marks one as read and moves the other. */
async function pollOverImap(): Promise<void> {
  const client = await ImapClient.signIn(place(server.ready.ports.imaps!), address, app.token)
  const letter = 'Subject: An order\r\n\r\nText\r\n'
  for (const command of [
    `APPEND Inbox {${letter.length}+}\r\n${letter}`,
    `APPEND Inbox {${letter.length}+}\r\n${letter}`,
    'SELECT Inbox',
    'NOOP',
    'SEARCH UNSEEN',
    'UID SEARCH UNSEEN',
    'SEARCH UNSEEN',
    'FETCH 1 BODY.PEEK[]',
    'FETCH 2 BODY.PEEK[]',
    'STORE 1 +FLAGS (\\Seen)',
    'MOVE 2 Archive',
  ]) {
    const { tagged } = await client.run(command)
    expect([command, tagged]).toEqual([command, expect.stringMatching(/^OK/)])
  }
  // Refused requests are not counted.
  expect((await client.run('MOVE 1 Nowhere')).tagged).toMatch(/^NO/)
  client.drop()
}

async function retrieveOverPop3(): Promise<void> {
  const client = await LineClient.pop3(place(server.ready.ports.pop3s!), address, app.token)
  expect(await client.ask('STAT')).toMatch(/^\+OK/)
  expect(await client.ask('RETR 1')).toMatch(/^\+OK/)
  expect(await client.lines()).toContain('Subject: An order')
  // Refused requests are not counted here either.
  expect(await client.ask('RETR 99')).toMatch(/^-ERR/)
  client.drop()
}

async function submit(): Promise<void> {
  const client = await LineClient.smtp(place(server.ready.ports.submissions!), address, app.token)
  const letter = `From: ${address}\r\nSubject: Thanks\r\n\r\nText\r\n`
  expect(await client.deliver(address, ['other@contoso.test'], letter)).toMatch(/^250/)
  expect(await client.deliver('other@contoso.test', [address], letter)).toMatch(/^5/)
  client.drop()
}
