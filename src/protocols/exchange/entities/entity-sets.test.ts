import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type OpenServer, openServer } from '../../../../test/support/server.ts'
import { registerAppWith } from '../../../../test/support/directory.ts'
import { type AtEnd, openOnce } from '../../../../test/support/lifecycle.ts'
import { silentLog } from '../../../core/log.ts'

const EXCHANGE_RECIPIENT_ADMINISTRATOR = '31392ffb-586c-42d1-9346-e59415a2cc4e'

const open = async (atEnd: AtEnd = onTestFinished): Promise<OpenServer> => {
  const setup = await openServer(silentLog, {}, atEnd)
  await setup.invoke('New-Mailbox', { Shared: true, Name: 'info' })
  await setup.invoke('New-Mailbox', { Room: true, Name: "o'hara" })
  return setup
}
const read = (setup: OpenServer, path: string, asked: object = {}) =>
  setup.ask('GET', `/adminapi/beta/${setup.tenant.id}/${path}`, asked)
const namesAt = async (setup: OpenServer, path: string) =>
  (await read(setup, path)).json<{ value: { Name: string }[] }>().value.map(({ Name }) => Name)

describe('the entity sets that Get-EXO cmdlets read', () => {
  const opened = openOnce(open)
  it('are told by the service document, as far as the caller may read them', async () => {
    const setup = opened()
    const document = await read(setup, '')
    expect(document.json()).toEqual({
      '@odata.context': `https://localhost:8443/adminapi/beta/${setup.tenant.id}/$metadata`,
      value: expect.arrayContaining([{ name: 'Mailbox', kind: 'EntitySet', url: 'Mailbox' }]),
    })
  })

  it('have one object by its key, plain or in base64', async () => {
    const setup = opened()
    const plain = await read(setup, `Mailbox('info@contoso.test')`)
    expect(plain.json()).toMatchObject({
      '@odata.context': `https://localhost:8443/adminapi/beta/${setup.tenant.id}/$metadata#Mailbox/$entity`,
      Name: 'info',
      RecipientTypeDetails: 'SharedMailbox',
    })
    const key = Buffer.from('info@contoso.test').toString('base64')
    const encoded = await read(setup, `mailbox('${key}')/?IsEncoded=True`)
    expect(encoded.json()).toEqual(plain.json())
    expect((await read(setup, `Mailbox('o''hara')`)).json()).toMatchObject({ Name: "o'hara" })
  })

  it('are narrowed by $filter, $top and the parameters of the cmdlet, and counted', async () => {
    const setup = opened()
    expect(await namesAt(setup, `Mailbox?$filter=RecipientTypeDetails eq 'SharedMailbox'`)).toEqual(['info'])
    expect(await namesAt(setup, 'Mailbox?RecipientTypeDetails=RoomMailbox&PropertySets=All')).toEqual(["o'hara"])
    expect(await namesAt(setup, 'CasMailbox?$filter=ImapEnabled eq true&$top=1')).toEqual(['info'])
    expect((await read(setup, 'Mailbox?$top=1&$count=true')).json()).toMatchObject({ '@odata.count': 2 })
  })

  it('give the properties that $select names, with their annotations', async () => {
    const setup = opened()
    const answer = await read(setup, `Mailbox?$select=Name,guid&$filter=IsShared eq true`)
    expect(answer.json<{ value: object[] }>().value.map(Object.keys)).toEqual([['Name', 'Guid@data.type', 'Guid']])
  })

  it('come in pages', async () => {
    const setup = opened()
    const headers = { prefer: 'odata.maxpagesize=1' }
    const first = (await read(setup, 'Mailbox?$select=Name', { headers })).json<{ '@odata.nextLink': string }>()
    const next = await setup.ask('GET', first['@odata.nextLink'].replace('https://localhost:8443', ''), { headers })
    expect(next.json()).toMatchObject({ value: [{ Name: "o'hara" }] })
    expect(next.json()).not.toHaveProperty('@odata.nextLink')
  })

  it('have the permissions of a mailbox as a list for each account', async () => {
    const setup = opened()
    const answer = await read(setup, `Mailbox('info')/MailboxPermission`)
    expect(answer.json()).toMatchObject({
      value: [
        {
          User: 'NT AUTHORITY\\SELF',
          PermissionList: [{ AccessRights: ['FullAccess', 'ReadPermission'], Deny: false, IsInherited: false }],
        },
      ],
    })
  })

  it('have recipients of every kind, with who may send as them', async () => {
    const setup = await open()
    await setup.invoke('New-DistributionGroup', { Name: 'Staff' })
    expect(await namesAt(setup, 'Recipient?RecipientType=MailUniversalDistributionGroup')).toEqual(['Staff'])
    const trustees = async (path: string) =>
      (await read(setup, path)).json<{ value: { Trustee: string }[] }>().value.map(({ Trustee }) => Trustee)
    const self = 'NT AUTHORITY\\SELF'
    expect(await trustees(`Recipient('info')/RecipientPermission`)).toEqual([self])
    expect(await trustees('RecipientPermission')).toEqual([self, self])
  })

  it('give the properties of the sets that PropertySets names', async () => {
    const setup = opened()
    const names = async (path: string) =>
      Object.keys((await read(setup, path)).json()).filter((name) => !name.includes('@'))
    expect(await names(`Mailbox('info')?PropertySets=Resource`)).toEqual(
      expect.arrayContaining(['ExternalDirectoryObjectId', 'IsResource', 'ResourceType']),
    )
    expect(await names(`Mailbox('info')?PropertySets=Minimum,Hold`)).not.toContain('IsResource')
    expect(await names(`Mailbox('info')?PropertySets=All`)).toContain('IsResource')
  })

  it('answer how much a folder holds, all of them or the one that is meant', async () => {
    const setup = opened()
    const folders = `Mailbox('info')/Exchange.GetMailboxFolderStatistics`
    const types = async (path: string) =>
      (await read(setup, path)).json<{ value: { FolderType: string }[] }>().value.map(({ FolderType }) => FolderType)
    expect(await types(`${folders}()`)).toEqual(expect.arrayContaining(['Inbox', 'SentItems']))
    expect(await types(`${folders}(folderscope=Exchange.ElcFolderType'Inbox')`)).toEqual(['Inbox'])
    expect((await read(setup, `${folders}(folderscope=Exchange.ElcFolderType'Attic')`)).statusCode).toBe(400)
  })

  it('answer how much a mailbox holds, as one object', async () => {
    const setup = opened()
    const answer = await read(setup, `Mailbox('info')/Exchange.GetMailboxStatistics()`)
    expect(answer.json()).toMatchObject({ DisplayName: 'info', ItemCount: 0, 'ItemCount@data.type': 'System.Int32' })
    expect((await read(setup, `Mailbox('nobody')/Exchange.GetMailboxStatistics()/?IsEncoded=false`)).statusCode).toBe(
      404,
    )
  })

  it.each([
    ['Mailbox?$filter=Nmae eq 1', 400],
    ['Mailbox?$filter=(', 400],
    ['Mailbox?$top=-1', 400],
    ['Mailbox?$apply=x', 400],
    ['Mailbox?RecipientTypeDetails=Robot', 400],
    [`Mailbox('nobody')`, 404],
    [`Mailbox('?')?IsEncoded=true`, 404],
    ['Mailbox/MailboxPermission', 404],
    [`Mailbox('info')/Secrets`, 404],
    ['Nothing', 404],
    ['constructor', 404],
  ])('refuse %s', async (path, status) => {
    const setup = opened()
    const answer = await read(setup, path)
    expect([answer.statusCode, Object.keys(answer.json())[0]]).toEqual([status, 'error'])
  })

  it('are open only to callers who may run the cmdlet of the same object', async () => {
    const setup = await open()
    expect((await read(setup, 'Mailbox', { bearer: undefined })).statusCode).toBe(401)
    const roleless = await setup.token(await registerAppWith(setup, { roles: ['Exchange.ManageAsApp'] }))
    for (const path of [
      '',
      'Mailbox',
      `Mailbox('info')/MailboxPermission`,
      `EXOBanner('AutogenSession')?Version=3.7.1`,
    ])
      expect((await read(setup, path, { bearer: roleless })).statusCode).toBe(403)
    const recipients = await registerAppWith(setup, {
      roles: ['Exchange.ManageAsApp'],
      directoryRoles: [EXCHANGE_RECIPIENT_ADMINISTRATOR],
    })
    expect((await read(setup, 'Mailbox', { bearer: await setup.token(recipients) })).statusCode).toBe(200)
  })

  it('answer any path and query with a result or a refusal', async () => {
    const setup = opened()
    const bearer = await setup.token()
    const query = fc.dictionary(
      fc.constantFrom('$filter', '$select', '$top', '$skiptoken', 'IsEncoded', 'Anr'),
      fc.string(),
    )
    const place = fc.oneof(fc.constantFrom('Mailbox', `Mailbox('info')`, `CasMailbox('info')`), fc.string())
    await fc.assert(
      fc.asyncProperty(place, query, async (name, options) => {
        const path = `${encodeURIComponent(name)}?${new URLSearchParams(options).toString()}`
        expect((await read(setup, path, { bearer })).statusCode).toBeLessThan(500)
      }),
      { numRuns: 80 },
    )
  })
})

describe('the banner', () => {
  it('is empty, in the envelope, and leads to no other server', async () => {
    const setup = await open()
    const answer = await read(setup, `EXOBanner('AutogenSession')?Version=3.7.1`)
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({ value: [] })
  })
})
