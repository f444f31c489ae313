import type { AddressInfo } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Route } from '../../src/core/http.ts'
import { type AtEnd, openOnce } from '../support/lifecycle.ts'
import { type RawAnswer, RawHttpClient } from '../support/raw-http-client.ts'
import { GRAPH, AttackSetup } from './attack-setup.ts'

interface Stage {
  readonly scene: AttackSetup
  readonly dial: () => RawHttpClient
  /** Sends a request on a connection of its own. */
  readonly ask: (request: string) => Promise<RawAnswer | undefined>
}

async function opened(atEnd: AtEnd): Promise<Stage> {
  const scene = await AttackSetup.open({}, undefined, atEnd)
  const { http } = scene.context
  await http.listen({ port: 0, host: '127.0.0.1' })
  const { port } = http.server.address() as AddressInfo
  const dialled = new Set<RawHttpClient>()
  atEnd(async () => {
    for (const it of dialled) it.drop()
    await http.close()
  })
  const dial = (): RawHttpClient => {
    const client = new RawHttpClient(port)
    dialled.add(client)
    void client.closed.then(() => dialled.delete(client))
    return client
  }
  return {
    scene,
    dial,
    async ask(request) {
      const client = dial()
      await client.send(request)
      const answer = await client.answer()
      client.drop()
      return answer
    },
  }
}

const shared = openOnce(opened)

const oddHosts = [
  'localhost:99999',
  'localhost:0',
  '999.999.999.999',
  '1.2.3.4.5',
  '[::1',
  '[::g]',
  '[::1]:99999',
  'a b',
  'a"b/c',
  'user:secret@localhost',
  'http://localhost',
  'xn--',
  '..',
  '%00',
  '\u00e4\u00ff',
  '',
  'x'.repeat(4000),
]

const correlation = (number: number): string => `5f2d8a0e-57c5-4a52-8a8d-${String(number).padStart(12, '0')}`
const onRecord = async (id: string): Promise<number> => {
  const { context } = shared().scene
  await context.settled()
  return (await context.ask('GET', `/postern/v1/${context.tenant.id}/sign-ins/${id}`)).statusCode
}

describe('a refused sign-in is on record', () => {
  it.each(oddHosts.map((host, at) => [host.slice(0, 30), at] as const))(
    'at the token endpoint, with the host %s',
    async (_, at) => {
      const { scene, ask } = shared()
      const host = oddHosts[at]
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: scene.mailer.id,
        client_secret: 'wrong',
        scope: `${GRAPH}/.default`,
        'client-request-id': correlation(at),
      }).toString()
      const answer = await ask(
        `POST /${scene.context.tenant.id}/oauth2/v2.0/token HTTP/1.1\r\nhost: ${host}\r\n` +
          `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${form.length}\r\n\r\n${form}`,
      )
      expect([answer?.status, JSON.parse(answer!.body)]).toMatchObject([401, { error_codes: [7000215] }])
      expect(await onRecord(correlation(at))).toBe(200)
    },
  )

  it.each(oddHosts.map((host, at) => [host.slice(0, 30), at] as const))(
    'on a page, with the host %s',
    async (_, at) => {
      const { scene, ask } = shared()
      const host = oddHosts[at]
      const id = correlation(1000 + at)
      const url = scene.authorizeUrl({ redirect_uri: 'https://attacker.test/', 'client-request-id': id })
      const answer = await ask(`GET ${url} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
      expect([answer?.status, answer?.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8'])
      expect(await onRecord(id)).toBe(200)
    },
  )
})

/** The form of a failure, by service. */
const forms = {
  graph: { error: { code: expect.any(String), message: expect.any(String), innerError: expect.any(Object) } },
  exchange: { error: { code: expect.any(String), details: expect.any(Array), innererror: expect.any(Object) } },
  portal: { error: { code: expect.any(String), message: expect.any(String) } },
  entra: { error: expect.any(String), error_description: expect.any(String), error_codes: expect.any(Array) },
  plain: { error: { code: expect.any(String), message: expect.any(String) } },
} as const

function expectForm(answer: RawAnswer | undefined, form: keyof typeof forms, asked: string): void {
  expect(answer, asked).toBeDefined()
  const { status, headers, body } = answer!
  expect(status, `${asked} ${body}`).toBeLessThan(500)
  if (status < 400 || body === '') return
  if (headers['content-type']?.startsWith('text/html')) return expect([form, asked]).toEqual(['entra', asked])
  expect(headers['content-type'], asked).toMatch(/^application\/json/)
  expect(JSON.parse(body), asked).toMatchObject(forms[form])
}

/** Where each service lives, and one of its paths that leads somewhere. */
const places = (tenant: string, routes: readonly Route[]): readonly (readonly [keyof typeof forms, string])[] => [
  ...routes.map(({ path }) => {
    const url = path.replace(':tenant', tenant).replaceAll(/:\w+/g, 'ada')
    const found = [
      ['graph', /^\/v1\.0\//],
      ['exchange', /^\/adminapi\//],
      ['portal', /^\/postern\//],
      ['plain', /^\/health/],
    ].find(([, begins]) => (begins as RegExp).test(url))
    return [(found?.[0] ?? 'entra') as keyof typeof forms, url] as const
  }),
  ['graph', '/beta/'],
  ['graph', '/v1.0'],
  ['plain', '/'],
  ['plain', '/nowhere'],
]

const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'M-SEARCH', 'PURGE']

describe('whatever is asked for', () => {
  it('is answered by its service in its own form, and nothing breaks', async () => {
    const { scene, ask } = shared()
    const { services, tenant } = scene.context
    const routes = places(
      tenant.id,
      services.flatMap((it) => it.routes),
    )
    const token = await scene.context.token(undefined, GRAPH)
    const visible = fc.stringMatching(/^[!-~]{0,24}$/)
    const ending = fc.oneof(
      fc.constantFrom(
        '',
        '',
        '/',
        '//',
        '?',
        '?[',
        '?%',
        '?%zz',
        '?a=%ff',
        '#',
        '#?',
        '/..',
        '/%2e%2e',
        '/%00',
        '/%zz',
      ),
      visible.map((it) => `?${it}`),
      visible.map((it) => `/${it}`),
    )
    const beginning = fc.constantFrom('', '', '', 'https://localhost:8443', 'http://[', 'https://localhost:99999')
    const fields = fc.record(
      {
        authorization: fc.oneof(
          fc.constantFrom(`Bearer ${token}`, 'Bearer x', 'Bearer a.b.c', 'Basic YTpi', 'Basic', 'Negotiate', ''),
          visible,
        ),
        'content-type': fc.oneof(
          fc.constantFrom(
            'application/json',
            'application/x-www-form-urlencoded',
            '',
            ';',
            'a/b;c="',
            'message/rfc822',
          ),
          visible,
        ),
        'content-encoding': fc.constantFrom('gzip', 'br', 'identity', 'GZIP ', 'x,y'),
        accept: visible,
        'accept-version': fc.constantFrom('1', 'x', '1.x'),
        'accept-language': visible,
        prefer: fc.constantFrom('odata.maxpagesize=0', 'odata.maxpagesize=99999999999999999999', 'x'),
        cookie: visible,
        origin: fc.constantFrom('null', 'https://spa.test', 'x'),
        'client-request-id': visible,
        'x-forwarded-for': visible,
        'x-http-method-override': fc.constantFrom('DELETE', 'x'),
        upgrade: fc.constantFrom('websocket', 'h2c', 'x'),
        expect: fc.constantFrom('100-continue', 'x'),
      },
      { requiredKeys: [] },
    )
    const body = fc.oneof(
      fc.constantFrom(
        '',
        '{}',
        '[]',
        'null',
        '{"a":',
        'a=b',
        '\x00',
        '\xff\xfe',
        '{"CmdletInput":null}',
        '[['.repeat(500),
      ),
      fc.string({ unit: 'binary-ascii', maxLength: 60 }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...methods),
        beginning,
        fc.constantFrom(...routes),
        ending,
        fc.oneof(fc.constant('localhost:8443'), fc.constantFrom(...oddHosts)),
        fields,
        body,
        async (method, begin, [form, path], end, host, further, payload) => {
          const head = [
            `${method} ${begin}${path}${end} HTTP/1.1`,
            `host: ${host}`,
            ...Object.entries(further).map(([name, value]) => `${name}: ${value}`),
            ...(method === 'GET' ? [] : [`content-length: ${payload.length}`]),
          ].join('\r\n')
          const client = shared().dial()
          await client.send(`${head}\r\n\r\n${method === 'GET' ? '' : payload}`)
          let answer = await client.answer()
          if (answer?.status === 100) answer = await client.answer()
          client.drop()
          // A target that starts like a service's and goes on to be another's, or nobody's, is not looked at closer.
          const same = end === '' || end.startsWith('?') || end.startsWith('#')
          if (same) expectForm(answer, form, head)
          else
            expect([head, (answer?.status ?? 0) < 500, answer?.body.includes('statusCode')]).toEqual([
              head,
              true,
              false,
            ])
        },
      ),
      { numRuns: 1500 },
    )
    expect((await ask('GET /health HTTP/1.1\r\nhost: x\r\n\r\n'))?.status).toBe(200)
  })

  it.each(['//[?a', '//[%zz?a', '/%zz', '/%zz?[', '/v1.0/%ff', '/%', '//', '/\\', '/?%', '/..%5c..'])(
    'is refused where it is no URL: %s',
    async (target) => {
      const answer = await shared().ask(`GET ${target} HTTP/1.1\r\nhost: localhost\r\n\r\n`)
      expect([target, (answer?.status ?? 500) < 500, answer?.body.includes('statusCode')]).toEqual([
        target,
        true,
        false,
      ])
    },
  )
})
