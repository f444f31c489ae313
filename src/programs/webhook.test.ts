import { once } from 'node:events'
import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { issueCertificate } from '../../test/support/certificates.ts'
import { capturedLog } from '../../test/support/retirement.ts'
import { TestWorld } from '../../test/support/world.ts'
import { DAY, HOUR } from '../core/time.ts'
import { readConfig } from './config.ts'
import { createWebhook } from './webhook.ts'

async function issued() {
  const now = Date.now()
  const authority = await issueCertificate({ name: 'CN=Outside', now, authority: true })
  const { privatePem: key, pem: cert } = await issueCertificate(
    { name: 'CN=hook', now, dnsNames: ['localhost'] },
    authority,
  )
  return { authority, key, cert }
}

const certificates = issued()

/** A service that answers with a status, or not at all, and is known by a secret in its path. */
async function service(status: number | undefined) {
  const { authority, key, cert } = await certificates
  const told: { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders; body: string }[] = []
  const heard = Promise.withResolvers<void>()
  const server = createServer({ key, cert }, (asked, answer) => {
    const { method, url, headers } = asked
    void text(asked).then((body) => {
      told.push({ method, url, headers, body })
      heard.resolve()
      if (status !== undefined) answer.writeHead(status, { location: '/elsewhere' }).end('ignored')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const world = new TestWorld()
  const log = capturedLog()
  const url = `https://localhost:${(server.address() as AddressInfo).port}/hook/s3cret`
  const near = { url, world, log, secret: '', privateAddresses: true }
  return {
    told,
    heard: heard.promise,
    world,
    log,
    hook: createWebhook({ ...near, ca: authority.pem }),
    distrusting: createWebhook(near),
    signing: createWebhook({ ...near, ca: authority.pem, secret: 'correct horse' }),
    outside: createWebhook({ ...near, ca: authority.pem, privateAddresses: false }),
  }
}

describe('the webhook', () => {
  it('is told by a POST of JSON', async () => {
    const { hook, told, log } = await service(204)
    await hook({ what: 'Zoë' })
    const [{ headers, ...request }] = told as [(typeof told)[0]]
    expect(request).toEqual({ method: 'POST', url: '/hook/s3cret', body: '{"what":"Zoë"}' })
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-postern-delivery': expect.any(String) })
    expect(headers['x-postern-signature']).toBeUndefined()
    expect(log.lines).toEqual([])
  })

  it('can know by a signature over the moment and the body who tells it', async () => {
    const { signing, told, world } = await service(204)
    await signing({ what: 'Zoë' })
    const at = Math.floor(world.now() / 1000)
    const mac = createHmac('sha256', 'correct horse').update(`${at}.{"what":"Zoë"}`).digest('hex')
    expect(told[0]!.headers['x-postern-signature']).toBe(`t=${at},v1=${mac}`)
  })

  it.each([307, 404])('that answers %i is not asked again, and logged without what its URL keeps', async (status) => {
    const { hook, told, log, world } = await service(status)
    await hook({})
    world.advance(HOUR)
    expect(told).toHaveLength(1)
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]).toContain(`"status":${status}`)
    expect(log.lines[0]).not.toContain('s3cret')
  })

  it('that fails for now is told the same twice more, and no more', async () => {
    const { hook, told, log, world } = await service(503)
    await hook({})
    for (const wait of [60_000, 600_000]) {
      world.advance(wait - 1)
      const before = told.length
      world.advance(1)
      while (log.lines.length <= before) await setImmediate()
    }
    world.advance(DAY)
    expect(told).toHaveLength(3)
    expect(new Set(told.map(({ headers }) => headers['x-postern-delivery'])).size).toBe(1)
    expect(log.lines.map((line) => (JSON.parse(line) as { again: boolean }).again)).toEqual([true, true, false])
  })

  it('in this machine’s network is told nothing unless the settings say so', async () => {
    const { outside, told, log } = await service(204)
    await outside({})
    await createWebhook({
      url: 'https://127.0.0.1/',
      secret: '',
      privateAddresses: false,
      world: new TestWorld(),
      log,
    })({})
    expect(told).toEqual([])
    expect(log.lines).toHaveLength(2)
    for (const line of log.lines) expect(line).toContain('Its address is not a public one')
  })

  it('is waited for ten seconds', async () => {
    const { hook, heard, world, log } = await service(undefined)
    const telling = hook({})
    await heard
    world.advance(9_999)
    expect(log.lines).toEqual([])
    world.advance(1)
    await telling
    expect(log.lines[0]).toContain('The webhook did not answer in time')
  })

  it('that nobody vouches for is told nothing', async () => {
    const { distrusting, told, log } = await service(204)
    await distrusting({})
    expect(told).toEqual([])
    expect(log.lines[0]).toContain('A notice did not reach the webhook')
  })

  it('is off unless its URL is set, which is one of HTTPS', async () => {
    const log = capturedLog()
    expect(readConfig({}).notices.webhook).toBe('')
    await createWebhook({ url: '', secret: '', privateAddresses: false, world: new TestWorld(), log })({})
    expect(log.lines).toEqual([])
    for (const wrong of ['http://hook.example/', 'https://', 'https://[']) {
      expect(() => readConfig({ flags: { 'notices.webhook': wrong } })).toThrow('notices.webhook')
    }
    const url = 'https://hook.example/a?b'
    expect(readConfig({ flags: { 'notices.webhook': url } }).notices.webhook).toBe(url)
  })
})
