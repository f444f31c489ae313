import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { microsoftGraph } from '../../../core/well-known/microsoft-graph.ts'
import { silentLog } from '../../../core/log.ts'
import { HOUR, MINUTE, SECOND } from '../../../core/time.ts'
import type { Subscription } from '../../../domain/subscriptions/types.ts'
import type { Posted, PostResult } from '../../../net/post.ts'
import { openGraphMail } from '../../../../test/support/graph-mail.ts'
import { registerApp } from '../../../../test/support/directory.ts'
import { NotificationSender } from './notification-sender.ts'

const HOOK = 'https://hook.example.com/notify?account=1'
const LIFECYCLE = 'https://hook.example.com/lifecycle'
const MAIL = 'Subject: s\nFrom: eve@example.org\n\nHello\n'

/** Repeats the validation token, as a receiver should. */
const repeated = (url: string): PostResult => ({
  status: 200,
  contentType: 'text/plain',
  body: new URL(url).searchParams.get('validationToken') ?? '',
})

/** Graph with a receiver whose answers a test can set. */
async function opened() {
  const received: { url: string; json: ReturnType<typeof JSON.parse> }[] = []
  const receiver = {
    validate: repeated,
    answer: async (_url: string): Promise<PostResult> => ({ status: 202, contentType: '', body: '' }),
  }
  const post = async (url: string, { body }: Posted): Promise<PostResult> => {
    if (url.includes('validationToken=')) return receiver.validate(url)
    received.push({ url, json: JSON.parse(body) })
    return receiver.answer(url)
  }
  const stage = await openGraphMail({ post })
  const { world } = stage
  const grant = await stage.assignAppRole(stage.caller, 'Mail.ReadWrite', microsoftGraph)
  const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, more = {}) =>
    stage.call(method, path, body, { roles: ['Mail.ReadWrite'], wids: [], ...more })
  const wish = (given: object = {}) => ({
    changeType: 'created,updated,deleted',
    notificationUrl: HOOK,
    resource: "/users/ada@contoso.test/mailFolders('inbox')/messages",
    expirationDateTime: new Date(world.now() + 24 * HOUR).toISOString(),
    clientState: 'state-1',
    ...given,
  })
  const subscribe = (given: object = {}, more = {}) => call('POST', '/subscriptions', wish(given), more)

  /** Sends as a server does. Call the result to stop it. */
  function start() {
    const { access, subscriptions, engine } = stage
    const stopping = new AbortController()
    const sender = new NotificationSender({
      access,
      subscriptions,
      post,
      notifier: engine.notifier,
      world,
      log: silentLog,
    })
    const running = sender.whileLeased(stopping.signal)
    const stop = async () => {
      stopping.abort()
      await running
    }
    onTestFinished(stop)
    return { sender, stop }
  }
  return { ...stage, world, received, receiver, grant, call, wish, subscribe, start }
}

/** Gives the sender turns until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate()
}

describe('a subscription', () => {
  it('is created after the receiver has repeated the token, and belongs to its app', async () => {
    const stage = await opened()
    const { subscribe, call, caller, receiver } = stage
    const asked: string[] = []
    receiver.validate = (url) => {
      asked.push(url)
      return repeated(url)
    }
    const { status, body } = await subscribe({ lifecycleNotificationUrl: LIFECYCLE })
    expect([status, body]).toEqual([
      201,
      {
        '@odata.context': 'https://localhost:8443/v1.0/$metadata#subscriptions/$entity',
        id: expect.any(String),
        resource: "/users/ada@contoso.test/mailFolders('inbox')/messages",
        applicationId: caller.app.appId,
        changeType: 'created,updated,deleted',
        clientState: 'state-1',
        notificationUrl: HOOK,
        notificationQueryOptions: null,
        lifecycleNotificationUrl: LIFECYCLE,
        expirationDateTime: '2026-11-25T08:00:00Z',
        creatorId: caller.principal.id,
        includeResourceData: null,
        latestSupportedTlsVersion: 'v1_2',
        encryptionCertificate: null,
        encryptionCertificateId: null,
        notificationUrlAppId: null,
      },
    ])
    expect(asked).toEqual([
      expect.stringMatching(/^https:\/\/hook\.example\.com\/notify\?account=1&validationToken=Validation%3A%20/),
      expect.stringMatching(/^https:\/\/hook\.example\.com\/lifecycle\?validationToken=Validation%3A%20/),
    ])
    expect((await call('GET', '/subscriptions')).body.value).toMatchObject([{ id: body.id }])
    const stranger = await registerApp(stage, 'Stranger')
    const wished = { audience: 'https://graph.microsoft.com', roles: ['Mail.ReadWrite'], wids: [] }
    const other = await stage.tokenFor(stranger, wished)
    for (const [method, path] of [
      ['GET', `/subscriptions/${body.id}`],
      ['DELETE', `/subscriptions/${body.id}`],
    ] as const) {
      expect((await call(method, path, undefined, { authorization: `Bearer ${other}` })).status).toBe(404)
    }
    expect((await call('GET', '/subscriptions', undefined, { authorization: `Bearer ${other}` })).body.value).toEqual(
      [],
    )
    expect((await call('DELETE', `/subscriptions/${body.id}`)).status).toBe(204)
    expect((await call('GET', `/subscriptions/${body.id}`)).status).toBe(404)
  })

  it('is renewed by PATCH, and its expiry has limits', async () => {
    const { subscribe, call, world } = await opened()
    const { body } = await subscribe()
    const path = `/subscriptions/${body.id}`
    const after = (milliseconds: number) => ({
      expirationDateTime: new Date(world.now() + milliseconds).toISOString(),
    })
    const renewed = await call('PATCH', path, after(48 * HOUR))
    expect([renewed.status, renewed.body.expirationDateTime]).toEqual([200, '2026-11-26T08:00:00Z'])
    expect((await call('PATCH', path, after(MINUTE))).body.expirationDateTime).toBe('2026-11-24T08:45:00Z')
    const long = await call('PATCH', path, after(10_090 * MINUTE))
    expect([long.status, long.body.error]).toMatchObject([
      400,
      { code: 'ValidationError', message: 'Subscription expiration can only be 10080 minutes in the future.' },
    ])
    expect((await call('POST', `${path}/reauthorize`)).status).toBe(204)
    world.advance(46 * MINUTE)
    expect((await call('GET', path)).status).toBe(404)
  })

  it('of a user is to their own mailbox only', async () => {
    const { subscribe, directory, tenant, ada } = await opened()
    const user = (await directory.users.find(tenant.id, ada.externalDirectoryObjectId))!
    const person = { user, scopes: ['Mail.Read', 'Mail.Read.Shared'] }
    expect((await subscribe({ resource: 'me/messages' }, { person })).status).toBe(201)
    expect((await subscribe({ resource: 'me/messages' })).status).toBe(400)
  })

  it.each<[string, PostResult | ((url: string) => PostResult), string]>([
    [
      'status',
      { status: 403, contentType: 'text/plain', body: '' },
      "Subscription validation request failed. HTTP status code is 'Forbidden'. Notification endpoint must respond with 200 OK to validation request.",
    ],
    [
      'redirect',
      { status: 302, contentType: 'text/plain', body: '' },
      "Subscription validation request failed. HTTP status code is 'Found'. Notification endpoint must respond with 200 OK to validation request.",
    ],
    [
      'body',
      { status: 200, contentType: 'text/plain', body: 'other' },
      'Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.',
    ],
    [
      'content type',
      (url) => ({ ...repeated(url), contentType: 'text/html' }),
      'Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.',
    ],
    ['time-out', { failure: 'timeout' }, 'Subscription validation request timed out.'],
    [
      'private address',
      { failure: 'private address' },
      'Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request.',
    ],
  ])('is refused when the receiver fails validation: %s', async (_, answer, message) => {
    const { subscribe, receiver, call } = await opened()
    receiver.validate = typeof answer === 'function' ? answer : () => answer
    const refused = await subscribe()
    expect([refused.status, refused.body.error]).toMatchObject([400, { code: 'ValidationError', message }])
    expect((await call('GET', '/subscriptions')).body.value).toEqual([])
  })

  it.each<[string, object, number]>([
    ['http', { notificationUrl: 'http://hook.example.com/' }, 400],
    ['a password in the URL', { notificationUrl: 'https://a:b@hook.example.com/' }, 400],
    ['a long client state', { clientState: 'x'.repeat(129) }, 400],
    ['an unknown change type', { changeType: 'created,moved' }, 400],
    ['an unknown resource', { resource: '/users/ada@contoso.test/events' }, 400],
    ['a filter', { resource: '/users/ada@contoso.test/messages?$filter=isRead eq true' }, 400],
    ['resource data', { includeResourceData: true }, 400],
    ['an unknown property', { colour: 'red' }, 400],
    ['a number as URL', { notificationUrl: 7 }, 400],
    ['no date', { expirationDateTime: 'tomorrow' }, 400],
    ['the past', { expirationDateTime: '2020-01-01T00:00:00Z' }, 400],
    ['an unknown folder', { resource: "/users/ada@contoso.test/mailFolders('nothing')/messages" }, 400],
    ['an unknown mailbox', { resource: '/users/bob@contoso.test/messages' }, 404],
  ])('is refused for %s, before the receiver hears of it', async (_, given, status) => {
    const { subscribe, receiver } = await opened()
    let asked = 0
    receiver.validate = (url) => {
      asked++
      return repeated(url)
    }
    const refused = await subscribe(given)
    expect([refused.status, asked]).toEqual([status, 0])
    expect(refused.body.error.code).toMatch(/^\w+$/)
  })
})

describe('a notification', () => {
  it('tells of created, updated and deleted messages, once each', async () => {
    const { subscribe, start, deliver, received, expectOk, as, ada, tenant, mail } = await opened()
    const { body } = await subscribe()
    start()
    await deliver(MAIL)
    await until(() => received.length === 1)
    const [message] = (await expectOk('GET', '/messages')).value
    const resource = `Users/${ada.externalDirectoryObjectId}/Messages/${message.id}`
    expect(received[0]).toEqual({
      url: HOOK,
      json: {
        value: [
          {
            subscriptionId: body.id,
            subscriptionExpirationDateTime: '2026-11-25T08:00:00Z',
            clientState: 'state-1',
            tenantId: tenant.id,
            changeType: 'created',
            resource,
            resourceData: {
              '@odata.type': '#Microsoft.Graph.Message',
              '@odata.id': resource,
              '@odata.etag': message['@odata.etag'],
              id: message.id,
            },
          },
        ],
      },
    })
    const { items } = await mail.open(ada.id, new AbortController().signal)
    await items.patch((await items.find(message.id)).key, { isRead: true })
    await until(() => received.length === 2)
    await as('DELETE', `/messages/${message.id}`)
    await until(() => received.length === 3)
    expect(received.slice(1).map(({ json }) => json.value)).toMatchObject([
      [{ changeType: 'updated' }],
      [{ changeType: 'deleted', resourceData: { id: message.id } }],
    ])
  })

  it('is sent again with growing pauses, also after a restart, and other receivers do not wait', async () => {
    const { subscribe, start, deliver, received, receiver, world } = await opened()
    await subscribe({ changeType: 'created' })
    await subscribe({ changeType: 'created', notificationUrl: 'https://other.example.com/' })
    let accepts = false
    receiver.answer = async (url) =>
      accepts || url !== HOOK ? { status: 202, contentType: '', body: '' } : { failure: 'timeout' }
    const first = start()
    await deliver(MAIL)
    await until(() => received.length === 2)
    await first.sender.settled()
    await first.stop()
    accepts = true
    const second = start()
    await second.sender.settled()
    expect(received.map(({ url }) => url).sort()).toEqual([HOOK, 'https://other.example.com/'].sort())
    world.advance(10 * SECOND)
    await until(() => received.length === 3)
    expect(received[2]!.url).toBe(HOOK)
    world.advance(5 * MINUTE)
    await second.sender.settled()
    expect(received).toHaveLength(3)
  })

  it('does not wait for a receiver that never answers', async () => {
    const { subscribe, start, deliver, received, receiver } = await opened()
    await subscribe({ changeType: 'created' })
    await subscribe({ changeType: 'created', notificationUrl: 'https://other.example.com/' })
    const hanging = Promise.withResolvers<PostResult>()
    receiver.answer = async (url) => (url === HOOK ? hanging.promise : { status: 202, contentType: '', body: '' })
    start()
    for (let count = 1; count <= 3; count++) {
      await deliver(MAIL)
      await until(() => received.filter(({ url }) => url !== HOOK).length === count)
    }
    expect(received.filter(({ url }) => url === HOOK)).toHaveLength(1)
    hanging.resolve({ failure: 'timeout' })
  })

  it('is given up after four hours, and the lifecycle URL hears that changes were missed', async () => {
    const { subscribe, start, deliver, received, receiver, world } = await opened()
    await subscribe({ changeType: 'created', lifecycleNotificationUrl: LIFECYCLE })
    receiver.answer = async (url) => ({ status: url === HOOK ? 500 : 202, contentType: '', body: '' })
    const { sender } = start()
    await deliver(MAIL)
    await until(() => received.length === 1)
    for (let minute = 0; minute <= 260; minute += 10) {
      world.advance(10 * MINUTE)
      await sender.settled()
    }
    const told = received.filter(({ url }) => url === LIFECYCLE)
    expect(told.map(({ json }) => json.value)).toMatchObject([[{ lifecycleEvent: 'missed', clientState: 'state-1' }]])
    expect(received.length).toBeGreaterThan(20)
    expect(received.length).toBeLessThan(50)
  })

  it('ends with subscriptionRemoved when its folder is deleted', async () => {
    const { subscribe, start, received, as, expectOk } = await opened()
    const { id } = await expectOk('POST', '/mailFolders', { displayName: 'Bills' })
    const resource = `/users/ada@contoso.test/mailFolders/${id}/messages`
    expect((await subscribe({ resource, lifecycleNotificationUrl: LIFECYCLE })).status).toBe(201)
    const { sender } = start()
    await sender.settled()
    expect((await as('POST', `/mailFolders/${id}/permanentDelete`)).status).toBe(204)
    await until(() => received.length === 1)
    expect(received[0]!.json.value).toMatchObject([{ lifecycleEvent: 'subscriptionRemoved' }])
  })

  it('reaches each of 1,000 subscriptions once, and one more is refused', async () => {
    const { subscribe, start, deliver, received, subscriptions } = await opened()
    const first = (await subscribe({ changeType: 'created' })).body
    const [{ id: _, failure: __, ...given }] = (await subscriptions.active()) as [Subscription]
    for (let count = 1; count < 1000; count++) await subscriptions.create(given)
    expect((await subscribe()).body.error.code).toBe('ValidationError')
    const { sender } = start()
    await sender.settled()
    await deliver(MAIL)
    await until(() => received.length === 1000)
    await sender.settled()
    const told = new Set(received.map(({ json }) => json.value[0].subscriptionId))
    expect([told.size, told.has(first.id), received.length]).toEqual([1000, true, 1000])
  })

  it('ends with subscriptionRemoved within a second after the permission was revoked', async () => {
    const { subscribe, start, deliver, received, world, directory, tenant, grant, subscriptions } = await opened()
    await subscribe({ lifecycleNotificationUrl: LIFECYCLE })
    const { sender } = start()
    await sender.settled()
    await directory.assignments.remove(tenant.id, grant)
    world.advance(SECOND)
    await until(() => received.length === 1)
    await sender.settled()
    await deliver(MAIL)
    await sender.settled()
    expect(received.map(({ url, json }) => [url, json.value[0].lifecycleEvent])).toEqual([
      [LIFECYCLE, 'subscriptionRemoved'],
    ])
    expect(await subscriptions.active()).toEqual([])
  })
})
