import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Endpoint } from '../../bench/clients/endpoint.ts'
import { RunningServer } from '../../test/support/command-line.ts'
import { ImapClient } from '../../test/support/imap-client.ts'
import { LineClient } from '../../test/support/line-client.ts'

let server: RunningServer
let ca: string
let token: string
beforeAll(async () => {
  server = await RunningServer.start({ profile: 'exchange-online' })
  ca = await readFile(server.ready.ca, 'utf8')
  const { id, appId } = await server.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', 'Robot')
  const { secretText } = await server.json<{ secretText: string }>('Add-MgApplicationPassword', id)
  const principal = await server.json<{ id: string }>('New-MgServicePrincipal', '-AppId', appId)
  await server.json('New-ServicePrincipal', '-AppId', appId, '-ObjectId', principal.id)
  const [exchange] = await server.json<{ id: string; appRoles: { id: string; value: string }[] }[]>(
    'Get-MgServicePrincipal',
    '-Filter',
    "appId eq '00000002-0000-0ff1-ce00-000000000000'",
  )
  for (const role of exchange!.appRoles.filter(({ value }) => /^(IMAP\.Access|SMTP\.Send)AsApp$/.test(value))) {
    const grant = ['-PrincipalId', principal.id, '-ResourceId', exchange!.id, '-AppRoleId', role.id]
    await server.json('New-MgServicePrincipalAppRoleAssignment', '-ServicePrincipalId', principal.id, ...grant)
  }
  for (const name of ['info', 'desk']) {
    await server.json('New-Mailbox', '-Shared', '-Name', name)
    await server.json('Add-MailboxPermission', '-Identity', name, '-User', principal.id, '-AccessRights', 'FullAccess')
  }
  const scope = ['--scope', 'https://outlook.office365.com/.default']
  const asked = ['token', '--raw', '--client-id', appId, '--client-secret', secretText, ...scope]
  token = (await server.run(asked)).out.trim()
})
afterAll(() => server.close())

const place = (listener: 'submissions' | 'imaps'): Endpoint => ({
  host: '127.0.0.1',
  port: server.ready.ports[listener]!,
  ca,
})

const set = (name: string, ...settings: string[]) => server.json('Set-Mailbox', '-Identity', name, ...settings)

async function sends(from: string, to: string, subject = 'Hello', author = from): Promise<string> {
  const client = await LineClient.smtp(place('submissions'), `${from}@contoso.test`, token)
  const header = `From: ${author}@contoso.test\r\nTo: ${to}@contoso.test\r\nSubject: ${subject}\r\n`
  const answer = await client.deliver(`${from}@contoso.test`, [`${to}@contoso.test`], `${header}\r\nHello.\r\n`)
  client.drop()
  return answer
}

async function inbox<T>(name: string, use: (client: ImapClient) => Promise<T>, folder = 'INBOX'): Promise<T> {
  const client = await ImapClient.signIn(place('imaps'), `${name}@contoso.test`, token)
  await client.run(`SELECT "${folder}"`)
  const used = await use(client)
  client.drop()
  return used
}

/** Each with the flags of the message before it. */
const flagged = (name: string, folder: string) =>
  inbox(
    name,
    async (client) => {
      const { untagged } = await client.run('FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])')
      return untagged.flatMap((it) => {
        const [, flags, subject] = /FLAGS \((.*?)\)[^]*Subject: (.*)\r\n/.exec(it) ?? []
        return subject === undefined ? [] : [`${flags!.replace('\\Recent', '').trim()} ${subject}`.trim()]
      })
    },
    folder,
  )

const subjects = async (name: string) => (await flagged(name, 'INBOX')).map((it) => it.replace(/^(?:\\\w+ )*/, ''))

it('a mailbox over its quota sends nothing, and a full one receives nothing; the sender is told', async () => {
  expect(await sends('info', 'desk', 'One')).toMatch(/^250 /)
  await set('info', '-ProhibitSendQuota', '1')
  expect(await sends('info', 'desk')).toMatch(/^554 5\.2\.2 mailbox full; STOREDRV\.Submission\.Exception:Quota/)
  await set('info', '-ProhibitSendQuota', 'Unlimited')
  await set('desk', '-ProhibitSendReceiveQuota', '1')
  expect(await sends('info', 'desk', 'Two')).toMatch(/^250 /)
  expect(await subjects('desk')).toEqual(['One'])
  expect(await subjects('info')).toEqual(['Undeliverable: Two'])
  expect(await inbox('desk', async (client) => (await client.run('APPEND INBOX {1}\r\nx')).tagged)).toMatch(
    /^NO \[OVERQUOTA\] /,
  )
  await set('desk', '-ProhibitSendReceiveQuota', 'Unlimited')
})

it('what is expunged from a mailbox on hold is gone for IMAP, and comes back by the administrator', async () => {
  await sends('info', 'desk', 'Kept')
  await set('desk', '-LitigationHoldEnabled', 'true')
  const before = await subjects('desk')
  await inbox('desk', async (client) => {
    await client.run('STORE 1:* +FLAGS (\\Deleted)')
    return client.run('EXPUNGE')
  })
  expect(await subjects('desk')).toEqual([])
  const [statistics] = await server.json<object[]>(
    'Get-MailboxFolderStatistics',
    'desk',
    '-FolderScope',
    'RecoverableItems',
  )
  expect(statistics).toMatchObject({ FolderType: 'RecoverableItemsRoot', ItemsInFolderAndSubfolders: before.length })
  expect(await server.json('Get-MailboxStatistics', 'desk')).toMatchObject({ DeletedItemCount: before.length })
  const kept = await server.json('Get-RecoverableItems', 'desk', '-SubjectContains', 'kept')
  expect(kept).toMatchObject([
    { Subject: 'Kept', LastParentPath: 'Inbox', SourceFolder: 'Recoverable Items\\Deletions' },
  ])
  const back = await server.json('Restore-RecoverableItems', 'desk', '-SubjectContains', 'kept')
  expect(back).toMatchObject({ Subject: 'Kept', RestoredToFolderPath: 'Inbox', WasRestoredSuccessfully: true })
  expect(await subjects('desk')).toEqual(['Kept'])
  const removal = await server.run(['Remove-Mailbox', 'desk', '-PermanentlyDelete', '-Confirm:$false'])
  expect(removal.err).toContain('on litigation hold')
})

it('a group that does not take the message says so to its sender', async () => {
  await server.json('New-DistributionGroup', '-Name', 'robots', '-Members', 'info')
  await server.json('Set-DistributionGroup', 'robots', '-AcceptMessagesOnlyFrom', 'info')
  expect(await sends('desk', 'robots', 'Robots')).toMatch(/^250 /)
  expect(await subjects('desk')).toContain('Undeliverable: Robots')
  expect(await sends('info', 'robots', 'Robots')).toMatch(/^250 /)
  expect(await subjects('info')).toContain('Robots')
})

it('addresses are given as a whole list, and taken away again, on the command line', async () => {
  await set('info', '-EmailAddresses', 'SMTP:info@contoso.test,help@contoso.test')
  expect(await sends('desk', 'help', 'To an alias')).toMatch(/^250 /)
  expect(await subjects('info')).toContain('To an alias')
  await set('info', '-EmailAddresses', '@{remove="help@contoso.test"}')
  expect(await sends('desk', 'help')).toMatch(/^550 5\.1\.10 /)
})

it('mail is forwarded, and kept too where that is wanted; in a circle it stays where it went', async () => {
  await set('info', '-ForwardingAddress', 'desk')
  await sends('desk', 'info', 'Forwarded')
  await set('info', '-DeliverToMailboxAndForward', 'true')
  await sends('desk', 'info', 'Kept and forwarded')
  expect((await subjects('desk')).slice(-2)).toEqual(['Forwarded', 'Kept and forwarded'])
  expect((await subjects('info')).at(-1)).toBe('Kept and forwarded')
  await set('info', '-DeliverToMailboxAndForward', 'false')
  await set('desk', '-ForwardingSmtpAddress', 'info@contoso.test')
  await sends('desk', 'info', 'In a circle')
  expect((await subjects('info')).at(-1)).toBe('In a circle')
  await set('info', '-ForwardingAddress', '')
  await set('desk', '-ForwardingSmtpAddress', '')
})

const copies = async (name: string) => (await flagged(name, 'Sent Items')).filter((it) => it.endsWith('On behalf'))

it('a user with send on behalf can send, and the mailbox keeps one read copy if it is set to', async () => {
  expect(await sends('info', 'info', 'On behalf', 'desk')).toMatch(/^554 5\.2\.252 SendAsDenied/)
  await set('desk', '-GrantSendOnBehalfTo', 'info', '-MessageCopyForSendOnBehalfEnabled', 'true')
  expect(await sends('info', 'info', 'On behalf', 'desk')).toMatch(/^250 /)
  expect(await copies('desk')).toEqual(['\\Seen On behalf'])
  expect(await copies('info')).toEqual(['\\Seen On behalf'])
  await set('info', '-MessageCopyForSMTPClientSubmissionEnabled', 'false')
  await sends('info', 'info', 'On behalf', 'desk')
  expect(await copies('desk')).toHaveLength(2)
  expect(await copies('info')).toHaveLength(1)
})
