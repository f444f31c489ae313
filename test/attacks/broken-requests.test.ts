import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { openServer, type OpenServer } from '../support/server.ts'
import { type AtEnd, openOnce } from '../support/lifecycle.ts'
import { RawHttpClient } from '../support/raw-http-client.ts'

interface Stage {
  readonly context: OpenServer
  readonly dial: () => RawHttpClient
}

async function opened(atEnd: AtEnd): Promise<Stage> {
  const context = await openServer(undefined, {}, atEnd)
  await context.http.listen({ port: 0, host: '127.0.0.1' })
  const { port } = context.http.server.address() as AddressInfo
  const dialled: RawHttpClient[] = []
  atEnd(async () => {
    for (const it of dialled) it.drop()
    await context.http.close()
  })
  const dial = (): RawHttpClient => {
    const client = new RawHttpClient(port)
    dialled.push(client)
    return client
  }
  return { context, dial }
}

const shared = openOnce(opened)
const host = 'host: localhost\r\n'
const plain = { error: { code: expect.any(String), message: expect.any(String) } }

describe('octets that are no request', () => {
  it.each<[string, string, number]>([
    ['no request line', 'hello\r\n\r\n', 400],
    ['another protocol', 'EHLO client.example\r\n', 400],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['an unknown method', `FETCH / HTTP/1.1\r\n${host}\r\n`, 400],
    ['an unknown version', `GET / HTTP/3.7\r\n${host}\r\n`, 400],
    ['a target without a slash', `GET v1.0/users HTTP/1.1\r\n${host}\r\n`, 400],
    ['a target of another host', `GET localhost:443 HTTP/1.1\r\n${host}\r\n`, 400],
    ['a space in the target', `GET /a b HTTP/1.1\r\n${host}\r\n`, 400],
    ['NUL in the target', `GET /a\0b HTTP/1.1\r\n${host}\r\n`, 400],
    ['NUL in a field', `GET / HTTP/1.1\r\n${host}x: a\0b\r\n\r\n`, 400],
    ['a bare CR in a field', `GET / HTTP/1.1\r\n${host}x: a\rb\r\n\r\n`, 400],
    ['a field without a colon', `GET / HTTP/1.1\r\n${host}hello\r\n\r\n`, 400],
    ['a space before a colon', `GET / HTTP/1.1\r\nhost : localhost\r\n\r\n`, 400],
    ['a folded field', `GET / HTTP/1.1\r\n${host}x: a\r\n b\r\n\r\n`, 400],
    ['a header section without end', `GET / HTTP/1.1\r\n${host}x: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['a target of 20,000 octets', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, 431],
    ['two lengths', `POST / HTTP/1.1\r\n${host}content-length: 1\r\ncontent-length: 2\r\n\r\na`, 400],
    ['a length that is no number', `POST / HTTP/1.1\r\n${host}content-length: 1x\r\n\r\na`, 400],
    ['a negative length', `POST / HTTP/1.1\r\n${host}content-length: -1\r\n\r\na`, 400],
    [
      'a length beside chunks',
      `POST / HTTP/1.1\r\n${host}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['chunked that is not last', `POST / HTTP/1.1\r\n${host}transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n`, 400],
  ])('are answered in plain form, and the connection ends: %s', async (_, octets, status) => {
    const client = shared().dial()
    await client.send(octets)
    const answer = await client.answer()
    expect([answer?.status, answer?.headers.connection]).toEqual([status, 'close'])
    expect(answer?.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(JSON.parse(answer!.body)).toEqual(plain)
    await client.closed
  })

  it.each(['CONNECT localhost:443', 'CONNECT /v1.0/users', 'CONNECT [::1]:25'])(
    'nor open a tunnel: %s',
    async (line) => {
      const client = shared().dial()
      await client.send(`${line} HTTP/1.1\r\n${host}\r\n`)
      const answer = await client.answer()
      expect([answer?.status, answer?.headers.allow]).toEqual([405, expect.stringContaining('POST')])
      expect(JSON.parse(answer!.body)).toEqual(plain)
      await client.closed
    },
  )

  it('do not answer in place of an earlier request', async () => {
    const { context, dial } = shared()
    const client = dial()
    await client.send(`GET /health HTTP/1.1\r\n${host}\r\nhello\r\n\r\n`)
    // The answer to /health, or none.
    expect([200, undefined]).toContain((await client.answer())?.status)
    await client.closed
    expect((await context.http.inject('/health')).statusCode).toBe(200)
  })

  it('in the middle of a body end the request, and nothing of it is done', async () => {
    const { context, dial } = shared()
    const client = dial()
    await client.send(
      `POST /contoso.test/oauth2/v2.0/token HTTP/1.1\r\n${host}content-type: application/x-www-form-urlencoded\r\n` +
        'transfer-encoding: chunked\r\n\r\n5\r\nabcde\r\nno chunk\r\n',
    )
    const answer = await client.answer()
    expect(answer?.status).toBe(400)
    await client.closed
    expect((await context.http.inject('/health')).statusCode).toBe(200)
  })

  it('with a transfer coding whose end nobody can see end the connection', async () => {
    const { dial } = shared()
    const client = dial()
    await client.send(`POST /contoso.test/oauth2/v2.0/token HTTP/1.1\r\n${host}transfer-encoding: gzip\r\n\r\nabc`)
    expect((await client.answer())?.status).toBe(400)
    await client.closed
  })

  it('that do not come are waited for so long only', async () => {
    const { headersTimeout, requestTimeout, timeout } = shared().context.http.server
    expect([headersTimeout, requestTimeout, timeout].every((it) => it > 0)).toBe(true)
  })
})

describe('a request whose host is not clear', () => {
  it.each([
    ['no host', ''],
    ['two hosts', `${host}host: attacker.test\r\n`],
    ['the same host twice', host + host],
  ])('is refused in the form of its service: %s', async (_, fields) => {
    for (const [path, found] of [
      ['/v1.0/users', 'Request_BadRequest'],
      ['/adminapi/beta/contoso.test/EXOBanner', 'Error executing cmdlet'],
      ['/postern/v1/signing-keys', 'BadRequest'],
      ['/contoso.test/v2.0/.well-known/openid-configuration', 'AADSTS9002313'],
      ['/contoso.test/oauth2/v2.0/authorize', 'AADSTS9002313'],
      ['/health', 'BadRequest'],
    ]) {
      const client = shared().dial()
      await client.send(`GET ${path} HTTP/1.1\r\n${fields}\r\n`)
      const answer = await client.answer()
      expect([path, answer?.status, answer?.body.includes(found!)]).toEqual([path, 400, true])
      client.drop()
    }
  })

  it('is answered in HTTP/1.0, which knows no host', async () => {
    const client = shared().dial()
    await client.send('GET /health HTTP/1.0\r\n\r\n')
    expect((await client.answer())?.status).toBe(200)
  })

  it('takes the name of an absolute target and not of Host', async () => {
    const client = shared().dial()
    await client.send(
      `GET https://mail.contoso.test:9443/contoso.test/v2.0/.well-known/openid-configuration HTTP/1.1\r\nhost: attacker.test\r\n\r\n`,
    )
    const answer = await client.answer()
    expect(answer?.status).toBe(200)
    expect(answer?.body).toContain('https://mail.contoso.test:9443/')
    expect(answer?.body).not.toContain('attacker')
  })

  it('may ask for another protocol, and is answered in this one', async () => {
    const client = shared().dial()
    await client.send(`GET /health HTTP/1.1\r\n${host}connection: upgrade\r\nupgrade: websocket\r\n\r\n`)
    expect((await client.answer())?.status).toBe(200)
  })
})
