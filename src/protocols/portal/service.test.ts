import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer, signInUser, withPasswords } from '../../../test/support/server.ts'
import { registerAppWith } from '../../../test/support/directory.ts'
import { silentLog } from '../../core/log.ts'
import { encodeBatch, MESSAGE_BATCH } from '../../codecs/portal/message-batch.ts'

const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'
const EXCHANGE_ADMINISTRATOR = '29232cdf-9323-42fd-ade2-1d097af3e4de'
const INFO = '/postern/v1/contoso.test/mailboxes/info@contoso.test'

interface Listed {
  readonly value: readonly Record<string, unknown>[]
}

const withMailbox = async (): Promise<OpenServer> => {
  const context = await openServer()
  await context.invoke('New-Mailbox', { Shared: true, Name: 'info' })
  return context
}

const folderNamed = async (context: OpenServer, path: string) =>
  (await context.ask('GET', `${INFO}/folders`)).json<Listed>().value.find((folder) => folder.path === path)!

const messagesIn = async (context: OpenServer, path: string, query = '') => {
  const { id } = await folderNamed(context, path)
  return (await context.ask('GET', `${INFO}/folders/${String(id)}/messages${query}`)).json<Listed>().value
}

const message = (subject: string) => Buffer.from(`Subject: ${subject}\r\n\r\nÄ\r\n`, 'latin1')

describe('import', () => {
  it('puts a message into the inbox, its bytes untouched', async () => {
    const context = await withMailbox()
    const answer = await context.ask('POST', `${INFO}/messages`, {
      payload: message('one'),
      headers: { 'content-type': 'message/rfc822' },
    })
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toEqual({ folder: 'Inbox', uidValidity: expect.any(Number), uids: [1] })
    const { id } = await folderNamed(context, 'Inbox')
    const got = await context.ask('GET', `${INFO}/folders/${String(id)}/messages/1`)
    expect(got.headers['content-type']).toBe('message/rfc822')
    expect(got.rawPayload.equals(message('one'))).toBe(true)
  })

  it('keeps the folder, the date and the flags that are asked for', async () => {
    const context = await withMailbox()
    const query = new URLSearchParams({
      folder: 'Clients/Fabrikam',
      received: '2024-02-29T12:00:00+01:00',
      flags: '\\Seen,$Work',
    })
    await context.ask('POST', `${INFO}/messages?${query.toString()}`, { payload: message('one') })
    expect(await messagesIn(context, 'Clients/Fabrikam')).toEqual([
      { uid: 1, octets: message('one').length, received: '2024-02-29T12:00:00+01:00', flags: ['\\Seen', '$Work'] },
    ])
  })

  it('puts a batch in the order in which it stands, all of it or nothing', async () => {
    const context = await withMailbox()
    const headers = { 'content-type': MESSAGE_BATCH }
    const subjects = Array.from({ length: 30 }, (_, n) => `number ${n}`)
    const payload = encodeBatch(subjects.map((subject) => ({ bytes: message(subject), flags: ['\\Seen'] })))
    expect((await context.ask('POST', `${INFO}/messages`, { payload, headers })).statusCode).toBe(201)
    const { id } = await folderNamed(context, 'Inbox')
    const first = await context.ask('GET', `${INFO}/folders/${String(id)}/messages/1`)
    const last = await context.ask('GET', `${INFO}/folders/${String(id)}/messages/30`)
    expect([first, last].map((it) => it.rawPayload.toString('latin1').slice(0, 18))).toEqual([
      'Subject: number 0\r',
      'Subject: number 29',
    ])
    const spoilt = encodeBatch([{ bytes: message('good') }, { bytes: message('bad'), received: 'yesterday' }])
    expect((await context.ask('POST', `${INFO}/messages`, { payload: spoilt, headers })).statusCode).toBe(400)
    expect(await messagesIn(context, 'Inbox')).toHaveLength(30)
  })

  it('makes a folder once when several uploads want it', async () => {
    const context = await withMailbox()
    const bearer = await context.token()
    const uploads = Array.from({ length: 8 }, () =>
      context.ask('POST', `${INFO}/messages?folder=New`, { payload: message('x'), bearer }),
    )
    expect((await Promise.all(uploads)).map((it) => it.statusCode)).toEqual(uploads.map(() => 201))
    expect(await messagesIn(context, 'New')).toHaveLength(8)
  })

  it('refuses an unknown mailbox and an invalid folder', async () => {
    const context = await withMailbox()
    const payload = message('x')
    const none = await context.ask('POST', '/postern/v1/contoso.test/mailboxes/none@contoso.test/messages', { payload })
    expect([none.statusCode, none.json()]).toMatchObject([404, { error: { code: 'NotFound' } }])
    const unfit = await context.ask('POST', `${INFO}/messages?folder=a//b`, { payload })
    expect([unfit.statusCode, unfit.json()]).toMatchObject([400, { error: { code: 'FolderRefused' } }])
  })
})

describe('export', () => {
  it('lists messages page by page, after a UID', async () => {
    const context = await withMailbox()
    const payload = encodeBatch(Array.from({ length: 5 }, (_, n) => ({ bytes: message(String(n)) })))
    await context.ask('POST', `${INFO}/messages`, { payload, headers: { 'content-type': MESSAGE_BATCH } })
    expect((await messagesIn(context, 'Inbox', '?after=3')).map((it) => it.uid)).toEqual([4, 5])
    expect(await messagesIn(context, 'Inbox', '?after=5')).toEqual([])
  })

  it.each(['folders/999/messages', 'folders/x/messages', 'folders/1/messages/99', 'folders/1/messages?after=-1'])(
    'refuses %s',
    async (path) => {
      const context = await withMailbox()
      const { statusCode } = await context.ask('GET', `${INFO}/${path}`)
      expect([400, 404]).toContain(statusCode)
    },
  )
})

describe('sign-ins', () => {
  it('are simulated, with the check that would fail and what fixes it', async () => {
    const context = await withMailbox()
    const { appId, objectId } = await registerAppWith(context, { roles: ['IMAP.AccessAsApp'] })
    const query = new URLSearchParams({ mailbox: 'info@contoso.test', app: objectId, protocol: 'imap' })
    const answer = await context.ask('GET', `/postern/v1/contoso.test/simulate?${query.toString()}`)
    const found = answer.json<{ fix: string[]; checks: object[] }>()
    expect(Object.keys(found).slice(0, 10)).toEqual([
      'signInId',
      'at',
      'protocol',
      'mailbox',
      'app',
      'outcome',
      'checks',
      'failed',
      'fix',
      'wire',
    ])
    expect(found).toMatchObject({
      signInId: null,
      at: '2026-11-24T08:00:00.000Z',
      app: { appId },
      outcome: 'refused',
      failed: 'exchangeServicePrincipal',
    })
    expect(found.fix[0]).toMatch(/New-ServicePrincipal/)
  })

  it('are simulated over Graph, for what an app would do there', async () => {
    const context = await withMailbox()
    const { objectId } = await registerAppWith(context, {})
    const asked = { mailbox: 'info@contoso.test', app: objectId, protocol: 'graph', permission: 'mail.send' }
    const query = new URLSearchParams(asked).toString()
    const found = (await context.ask('GET', `/postern/v1/contoso.test/simulate?${query}`)).json()
    expect(found).toMatchObject({ protocol: 'graph', outcome: 'refused', failed: 'role' })
    expect(JSON.stringify(found)).toContain('Expected: the application permission Mail.Send of Microsoft Graph')
  })

  it('are told of by their id, and the last refused one without', async () => {
    const context = await withMailbox()
    const at = '/postern/v1/contoso.test/sign-ins'
    expect((await context.ask('GET', `${at}/last-refused`)).statusCode).toBe(404)
    const graph = await context.token(context.admin, 'https://graph.microsoft.com')
    await context.invoke('Get-Mailbox', {}, { bearer: graph })
    const last = (await context.ask('GET', `${at}/last-refused`)).json<{ signInId: string }>()
    expect(last).toMatchObject({ outcome: 'refused', failed: 'audience', protocol: 'exchange' })
    expect((await context.ask('GET', `${at}/${last.signInId}`)).json()).toEqual(last)
    expect((await context.ask('GET', `${at}/${context.world.guid()}`)).statusCode).toBe(404)
  })

  it.each([
    'mailbox=a@b.c&app=x',
    'mailbox=a@b.c&app=x&protocol=http',
    'mailbox=a&app=x&protocol=graph&permission=All',
    'mailbox=a&authentication=password&protocol=smtp&from=b',
    '',
  ])('cannot be simulated by %j', async (query) => {
    const context = await withMailbox()
    expect((await context.ask('GET', `/postern/v1/contoso.test/simulate?${query}`)).statusCode).toBe(400)
  })
})

describe('New-Tenant', () => {
  const wanted = { domain: 'fabrikam.test', displayName: 'Fabrikam' }

  it('makes a tenant whose administrator signs in', async () => {
    const context = await openServer()
    // The first tenant is the one that was there before.
    context.world.advance(1)
    const answer = await context.ask('POST', '/postern/v1/tenants', { payload: wanted })
    expect(answer.statusCode).toBe(201)
    const made = answer.json()
    expect(made).toMatchObject({ displayName: 'Fabrikam', domain: 'fabrikam.test' })
    expect(Object.keys(made)).toEqual(['id', 'displayName', 'domain', 'clientId', 'clientSecret'])
    const tenant = await context.directory.tenants.find('fabrikam.test')
    expect(tenant?.id).toBe(made.id)
    expect((await context.ask('POST', '/postern/v1/tenants', { payload: wanted })).statusCode).toBe(409)
  })

  it.each([{}, { domain: 5 }, { domain: 'no domain' }, 'x'])('refuses %j', async (payload) => {
    const context = await openServer()
    expect((await context.ask('POST', '/postern/v1/tenants', { payload })).statusCode).toBe(400)
  })

  it('is for a Global Administrator alone', async () => {
    const context = await openServer()
    const app = await registerAppWith(context, {
      roles: ['Exchange.ManageAsApp'],
      directoryRoles: [EXCHANGE_ADMINISTRATOR],
    })
    const bearer = await context.token(app)
    expect((await context.ask('POST', '/postern/v1/tenants', { payload: wanted, bearer })).statusCode).toBe(403)
  })
})

describe('who may', () => {
  it.each([
    ['GET', `${INFO}/folders`],
    ['POST', `${INFO}/messages`],
    ['GET', '/postern/v1/contoso.test/sign-ins/last-refused'],
    ['GET', '/postern/v1/contoso.test/simulate?mailbox=a&app=b&protocol=imap'],
    ['POST', '/postern/v1/tenants'],
  ] as const)('%s %s needs an administrator of the tenant', async (verb, url) => {
    const context = await withMailbox()
    const mere = await context.token(
      await registerAppWith(context, { roles: ['Exchange.ManageAsApp', 'IMAP.AccessAsApp'] }),
    )
    expect((await context.ask(verb, url, { bearer: mere })).statusCode).toBe(403)
    const none = await context.ask(verb, url, { bearer: undefined })
    expect(none.statusCode).toBe(401)
    expect(none.headers['www-authenticate']).toBe('Bearer')
  })

  it('is for people who administer the tenant too, in an app that manages Exchange', async () => {
    const context = await openServer(silentLog, withPasswords)
    const ada = await signInUser(context, 'ada', {
      scopes: ['Exchange.Manage'],
      directoryRoles: [GLOBAL_ADMINISTRATOR],
    })
    const bob = await signInUser(context, 'bob', { scopes: ['Exchange.Manage'] })
    const tenants = async (bearer: string) =>
      context.ask('POST', '/postern/v1/tenants', { payload: { domain: 'fabrikam.test' }, bearer })
    const refused = await tenants(bob.token)
    expect([refused.statusCode, refused.rawPayload.toString()]).toEqual([
      403,
      expect.stringContaining('The user bob@contoso.test is no administrator of this organization.'),
    ])
    expect((await tenants(ada.token)).statusCode).toBe(201)
    const folders = '/postern/v1/contoso.test/mailboxes/bob@contoso.test/folders'
    expect((await context.ask('GET', folders, { bearer: ada.token })).statusCode).toBe(200)
  })

  it('opens no other tenant and no unknown path', async () => {
    const context = await withMailbox()
    await context.directory.tenants.create('Fabrikam', 'fabrikam.test')
    expect((await context.ask('GET', '/postern/v1/fabrikam.test/sign-ins/last-refused')).statusCode).toBe(401)
    const unrouted = await context.ask('GET', '/postern/v2')
    expect([unrouted.statusCode, unrouted.json()]).toEqual([
      404,
      { error: { code: 'NotFound', message: 'Nothing is here.' } },
    ])
  })
})
