import { expect, it } from 'vitest'
import { openServer } from '../../../../../test/support/server.ts'

type Output = Record<string, unknown>

async function opened() {
  const context = await openServer()
  const values = async (name: string, parameters: object): Promise<Output[]> =>
    (await context.invoke(name, parameters)).json<{ value: Output[] }>().value
  await values('New-Mailbox', { Shared: true, Name: 'Info' })
  const letter = Buffer.from('Subject: hello\r\n\r\n')
  const store = (folder: string) =>
    context.ask('POST', `/postern/v1/contoso.test/mailboxes/info@contoso.test/messages?folder=${folder}`, {
      payload: letter,
    })
  return { context, values, store, octets: letter.length }
}

it('Get-MailboxStatistics tells how much a mailbox holds, and whether that is much', async () => {
  const { values, store, octets } = await opened()
  const shown = async () => (await values('Get-MailboxStatistics', { Identity: 'Info' }))[0]
  expect(await shown()).toMatchObject({
    DisplayName: 'Info',
    ItemCount: 0,
    TotalItemSize: '0 B (0 bytes)',
    StorageLimitStatus: 'BelowLimit',
    MailboxTypeDetail: 'SharedMailbox',
    LastLogonTime: null,
  })
  await store('Inbox')
  await values('Set-Mailbox', { Identity: 'Info', IssueWarningQuota: '1' })
  expect(await shown()).toMatchObject({
    ItemCount: 1,
    TotalItemSize: `${octets} B (${octets} bytes)`,
    StorageLimitStatus: 'IssueWarning',
  })
  await values('Set-Mailbox', { Identity: 'Info', ProhibitSendQuota: '1' })
  expect(await shown()).toMatchObject({ StorageLimitStatus: 'ProhibitSend' })
  await values('Set-Mailbox', { Identity: 'Info', ProhibitSendReceiveQuota: '1' })
  expect(await shown()).toMatchObject({ StorageLimitStatus: 'MailboxDisabled' })
})

it('Get-MailboxFolderStatistics tells how much each folder holds, and of the scope alone', async () => {
  const { values, store, octets } = await opened()
  await store('Inbox')
  const all = await values('Get-MailboxFolderStatistics', { Identity: 'Info' })
  expect(all.find(({ Name }) => Name === 'Inbox')).toMatchObject({
    FolderPath: '/Inbox',
    FolderType: 'Inbox',
    ItemsInFolder: 1,
    ItemsInFolderAndSubfolders: 1,
    FolderSize: `${octets} B (${octets} bytes)`,
    Identity: 'Info\\Inbox',
  })
  const sent = await values('Get-MailboxFolderStatistics', { Identity: 'Info', FolderScope: 'SentItems' })
  expect(sent).toMatchObject([{ Name: 'Sent Items', FolderType: 'SentItems', ItemsInFolder: 0 }])
})

it('Get-MailboxFolderStatistics shows the folders of what can be got back, unless others are asked for', async () => {
  const { values } = await opened()
  const types = async (more: object) =>
    (await values('Get-MailboxFolderStatistics', { Identity: 'Info', ...more })).map(({ FolderType }) => FolderType)
  const recoverable = await types({ FolderScope: 'RecoverableItems' })
  expect(recoverable).toContain('RecoverableItemsDeletions')
  expect((await types({})).slice(-recoverable.length)).toEqual(recoverable)
  expect(await types({ FolderScope: 'All' })).toEqual(await types({}))
  expect(await types({ FolderScope: 'Inbox' })).toEqual(['Inbox'])
})

it('Get-MailboxFolderStatistics shows the dates of the first and last message on request', async () => {
  const { context, values, store } = await opened()
  await store('Inbox')
  context.world.advance(1000)
  await store('Inbox')
  const shown = async (more: object) =>
    values('Get-MailboxFolderStatistics', { Identity: 'Info', FolderScope: 'Inbox', ...more })
  expect((await shown({}))[0]).not.toHaveProperty('OldestItemReceivedDate')
  const [inbox] = await shown({ IncludeOldestAndNewestItems: true })
  expect(Date.parse(String(inbox!.NewestItemReceivedDate)) - Date.parse(String(inbox!.OldestItemReceivedDate))).toBe(
    1000,
  )
  const sent = { Identity: 'Info', FolderScope: 'SentItems', IncludeOldestAndNewestItems: true }
  expect(await values('Get-MailboxFolderStatistics', sent)).toMatchObject([{ OldestItemReceivedDate: null }])
})

it('statistics are of a mailbox that there is', async () => {
  const { context } = await opened()
  for (const name of ['Get-MailboxStatistics', 'Get-MailboxFolderStatistics']) {
    expect((await context.invoke(name, { Identity: 'nobody' })).statusCode).toBe(404)
  }
})
