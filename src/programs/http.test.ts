import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { TestWorld } from '../../test/support/world.ts'
import { bearerRoute, type HttpService, route } from '../core/http.ts'
import { silentLog } from '../core/log.ts'
import { Refusal, refuse } from '../core/refusal.ts'
import { createHttp, targetOf } from './http.ts'
import { anyText } from '../../test/support/any-text.ts'

const echo: HttpService = {
  name: 'echo',
  routes: [
    route('POST /Echo/:name/Said', async (request) => ({
      status: 200,
      body: { name: request.params.name, said: Buffer.from(request.body).toString(), base: request.base },
    })),
    route('GET /echo/breaks', async () => {
      throw new Error('inner workings')
    }),
  ],
  owns: (path) => path.toLowerCase().startsWith('/echo') || path.startsWith('/e!'),
  rewrite: (url) => url.replace(/^\/e!/, '/echo/'),
  failure: (thrown, request) => ({
    status: thrown instanceof Refusal ? 418 : thrown === undefined ? 404 : 500,
    body: { from: 'echo', id: request.id, ...(thrown instanceof Refusal ? { reason: thrown.reason } : {}) },
  }),
}

const guarded: HttpService = {
  name: 'guarded',
  routes: [
    bearerRoute(
      'POST /guarded',
      async ({ headers }) => ({ id: headers.authorization ?? refuse('not-signed-in', 'A token is needed'), caller: 0 }),
      async ({ body }) => ({ status: 200, body: { octets: body.length } }),
    ),
  ],
  owns: (path) => path === '/guarded',
  failure: (thrown) => ({ status: thrown instanceof Refusal ? 401 : 500 }),
}

const open = () =>
  createHttp({ services: [echo, guarded], world: new TestWorld(), log: silentLog, base: () => 'https://localhost:1' })

describe('the HTTP adapter', () => {
  it('matches routes in any letter case and keeps parameters as they are', async () => {
    const answer = await open().inject({
      method: 'POST',
      url: '/eCHO/Ada%2Fb/said',
      payload: 'hello',
      headers: { host: 'h:9' },
    })
    expect(answer.json()).toEqual({ name: 'Ada/b', said: 'hello', base: 'https://h:9' })
  })

  it('reads no host name from an invalid Host header', async () => {
    const answer = await open().inject({ method: 'POST', url: '/echo/a/said', headers: { host: 'a"b/c' } })
    expect(answer.json()).toMatchObject({ base: 'https://localhost:1' })
  })

  it('lets a service rewrite its own notation', async () => {
    const answer = await open().inject({ method: 'POST', url: '/e!x/said', payload: 'y' })
    expect(answer.json()).toMatchObject({ name: 'x', said: 'y' })
  })

  it('opens a gzip body, within the bound', async () => {
    const app = open()
    const said = await app.inject({
      method: 'POST',
      url: '/echo/a/said',
      payload: gzipSync('packed'),
      headers: { 'content-encoding': 'gzip' },
    })
    expect(said.json()).toMatchObject({ said: 'packed' })
    const bomb = await app.inject({
      method: 'POST',
      url: '/echo/a/said',
      payload: gzipSync(Buffer.alloc(8 * 1024 * 1024)),
      headers: { 'content-encoding': 'gzip' },
    })
    expect(bomb.statusCode).toBe(418)
    expect(bomb.json()).toMatchObject({ from: 'echo', reason: 'too-big' })
  })

  it('knows codings in any letter case, and says no to those that it does not know', async () => {
    const answers = ['GZIP', 'x-gzip', 'br', 'gzip, gzip'].map((coding) =>
      open().inject({
        method: 'POST',
        url: '/echo/a/said',
        payload: gzipSync('packed'),
        headers: { 'content-encoding': coding },
      }),
    )
    expect((await Promise.all(answers)).map((it) => it.json())).toMatchObject([
      { said: 'packed' },
      { said: 'packed' },
      { reason: 'bad-syntax' },
      { reason: 'bad-syntax' },
    ])
  })

  it('takes a body as plain whose coding is said to be utf-8, as scripts for Exchange Online send it', async () => {
    const said = await open().inject({
      method: 'POST',
      url: '/echo/a/said',
      payload: 'plain',
      headers: { 'content-encoding': 'utf-8' },
    })
    expect(said.json()).toMatchObject({ said: 'plain' })
  })

  it('refuses before the body has come where a route admits by the headers', async () => {
    const app = open()
    const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/guarded`
    onTestFinished(() => app.close())
    const send = async (headers: Record<string, string>): Promise<number | undefined> => {
      const sending = request(url, { method: 'POST', headers: { ...headers, 'content-length': 9 } })
      sending.flushHeaders()
      if (headers.authorization) sending.end('ninebytes')
      const [answer] = (await once(sending, 'response')) as [IncomingMessage]
      sending.destroy()
      return answer.statusCode
    }
    expect(await send({})).toBe(401)
    expect(await send({ authorization: 'Bearer x' })).toBe(200)
  })

  it('has patience with slow clients, and an end to it, also on a server that was handed to it', async () => {
    const server = createServer()
    const app = createHttp({
      services: [echo],
      world: new TestWorld(),
      log: silentLog,
      base: () => '',
      serverFactory: (handler) => server.on('request', handler),
    })
    await app.ready()
    const { headersTimeout, requestTimeout, keepAliveTimeout, timeout } = server
    expect([headersTimeout, keepAliveTimeout, timeout, requestTimeout]).toEqual([30_000, 65_000, 120_000, 300_000])
  })

  it('answers a body that is not gzip with a refusal, not a crash', async () => {
    const answer = await open().inject({
      method: 'POST',
      url: '/echo/a/said',
      payload: 'plain',
      headers: { 'content-encoding': 'gzip' },
    })
    expect(answer.json()).toMatchObject({ from: 'echo', reason: 'bad-syntax' })
  })

  it('tells the owning service of an unknown route, and nobody of an unowned one', async () => {
    const app = open()
    expect((await app.inject('/echo/unknown')).json()).toMatchObject({ from: 'echo' })
    expect((await app.inject('/other')).json()).toEqual({ error: { code: 'NotFound', message: 'Nothing is here' } })
  })

  it('says nothing of what broke inside', async () => {
    const answer = await open().inject('/echo/breaks')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('inner')
  })
})

const asked = (url: string, ...hosts: string[]) =>
  targetOf({ url, httpVersion: '1.1', rawHeaders: hosts.flatMap((host) => ['Host', host]) })

describe('the target of a request', () => {
  it.each([
    ['/users?a=b', '/users?a=b', 'https://localhost:8443'],
    ['/users?a=b#c', '/users?a=b', 'https://localhost:8443'],
    // RFC 9112 §3.2.2
    ['https://other.test:1/users?a=b', '/users?a=b', 'https://other.test:1'],
    ['HTTP://other.test', '/', 'https://other.test'],
    ['https://other.test?a=b', '/?a=b', 'https://other.test'],
    ['https://other test/x', '/x', undefined],
    ['*', '*', 'https://localhost:8443'],
    ['//[?a', '//[?a', 'https://localhost:8443'],
  ])('of %s is %s at %s', (url, own, base) => {
    expect(asked(url, 'localhost:8443')).toMatchObject({ url: own, base, ambiguous: false })
  })

  it('has the query that the URL standard reads', () => {
    expect([...asked('/x?a=1&a=2&b=%41+%zz&=&c', 'h').query]).toEqual([
      ['a', '1'],
      ['a', '2'],
      ['b', 'A %zz'],
      ['', ''],
      ['c', ''],
    ])
  })

  it.each([
    'localhost:99999',
    '999.999.999.999',
    '1.2.3.4.5',
    '[::g]',
    '[::1',
    '[1::2::3]',
    'a"b/c',
    'user@host',
    'host:',
    'host:12:13',
    '',
  ])('has no base for the host %s', (host) => {
    expect(asked('/', host).base).toBeUndefined()
  })

  it('is ambiguous without a host, and with two', () => {
    expect(asked('/').ambiguous).toBe(true)
    expect(asked('/', 'a', 'a').ambiguous).toBe(true)
    expect(targetOf({ url: '/', httpVersion: '1.0', rawHeaders: [] }).ambiguous).toBe(false)
  })

  it('is read from whatever a client sends, and its base is a valid URL', () => {
    const text = fc.oneof(
      anyText({ maxLength: 40 }),
      fc.stringMatching(/^[\w.:[\]/?#@%-]{0,20}$/),
      fc.stringMatching(/^https?:\/\/[\w.:[\]-]{0,12}[/?#]?.{0,10}$/),
    )
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 3 }), (url, hosts) => {
        const { base, url: own } = asked(url, ...hosts)
        expect(base === undefined || URL.canParse(base)).toBe(true)
        expect(own).not.toContain('#')
      }),
    )
  })
})
