import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { issue } from '../../test/support/authority.ts'
import { capturedLog } from '../../test/support/captured-log.ts'
import { TestWorld } from '../../test/support/world.ts'
import { readConfig } from './config.ts'
import { createWebhook } from './webhook.ts'

/** A service that answers with a status, or not at all, and is known by a secret in its path. */
async function service(status: number | undefined) {
  const now = Date.now()
  const authority = await issue({ name: 'CN=Outside', now, authority: true })
  const { privatePem: key, pem: cert } = await issue({ name: 'CN=hook', now, dnsNames: ['localhost'] }, authority)
  const told: { method: string | undefined; url: string | undefined; type: string | undefined; body: string }[] = []
  const heard = Promise.withResolvers<void>()
  const server = createServer({ key, cert }, (asked, answer) => {
    const { method, url, headers } = asked
    void text(asked).then((body) => {
      told.push({ method, url, type: headers['content-type'], body })
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
  return {
    told,
    heard: heard.promise,
    world,
    log,
    hook: createWebhook({ url, world, log, ca: authority.pem }),
    distrusting: createWebhook({ url, world, log }),
  }
}

describe('the webhook', () => {
  it('is told by a POST of JSON', async () => {
    const { hook, told, log } = await service(204)
    await hook({ what: 'Zoë' })
    expect(told).toEqual([{ method: 'POST', url: '/hook/s3cret', type: 'application/json', body: '{"what":"Zoë"}' }])
    expect(log.lines).toEqual([])
  })

  it.each([307, 500])('that answers %i is not asked again, and logged without what its URL keeps', async (status) => {
    const { hook, told, log } = await service(status)
    await hook({})
    expect(told).toHaveLength(1)
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]).toContain(`"status":${status}`)
    expect(log.lines[0]).not.toContain('s3cret')
  })

  it('is waited for ten seconds', async () => {
    const { hook, heard, world, log } = await service(undefined)
    const telling = hook({})
    await heard
    world.advance(9_999)
    expect(log.lines).toEqual([])
    world.advance(1)
    await telling
    expect(log.lines[0]).toContain('It did not answer in time')
  })

  it('that nobody vouches for is told nothing', async () => {
    const { distrusting, told, log } = await service(204)
    await distrusting({})
    expect(told).toEqual([])
    expect(log.lines[0]).toContain('could not be told')
  })

  it('is off unless its URL is set, which is one of HTTPS', async () => {
    const log = capturedLog()
    expect(readConfig({}).notices.webhook).toBe('')
    await createWebhook({ url: '', world: new TestWorld(), log })({})
    expect(log.lines).toEqual([])
    for (const wrong of ['http://hook.example/', 'https://', 'https://[']) {
      expect(() => readConfig({ flags: { 'notices.webhook': wrong } })).toThrow('notices.webhook')
    }
    const url = 'https://hook.example/a?b'
    expect(readConfig({ flags: { 'notices.webhook': url } }).notices.webhook).toBe(url)
  })
})
