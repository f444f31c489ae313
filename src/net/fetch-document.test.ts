import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type IssuedCertificate, issueCertificate } from '../../test/support/certificates.ts'
import { TestWorld } from '../../test/support/world.ts'
import { documentFetcher, type FetchDocumentOptions } from './fetch-document.ts'

type Answer = Parameters<typeof createServer>[1]

let authority: IssuedCertificate
let server: IssuedCertificate
beforeAll(async () => {
  const now = Date.now()
  authority = await issueCertificate({ name: 'CN=Outside', now, authority: true })
  server = await issueCertificate({ name: 'CN=issuer.test', now, dnsNames: ['issuer.test', 'other.test'] }, authority)
})

/** An issuer at this machine, under any name. */
async function listening(answer: Answer): Promise<{ server: Server; url: (path: string, name?: string) => URL }> {
  const made = createServer({ key: server.privatePem, cert: server.pem }, answer)
  await new Promise<void>((resolve) => {
    made.listen(0, '127.0.0.1', () => resolve())
  })
  onTestFinished(() => {
    made.closeAllConnections()
    made.close()
  })
  const { port } = made.address() as AddressInfo
  return { server: made, url: (path, name = 'issuer.test') => new URL(`https://${name}:${port}${path}`) }
}

const fetcher = (change: Partial<FetchDocumentOptions> = {}) =>
  documentFetcher({
    world: new TestWorld(),
    privateAddresses: true,
    ca: authority.pem,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    ...change,
  })

describe('a document from outside', () => {
  it('is read, with the seconds that it is good for', async () => {
    const { url } = await listening((_, response) => {
      response.setHeader('cache-control', 'public, max-age=1234')
      response.end('{"issuer":"me"}')
    })
    expect(await fetcher()(url('/'))).toEqual({ body: { issuer: 'me' }, maxAge: 1234 })
  })

  it('is read through redirects within its host', async () => {
    const { url } = await listening((request, response) => {
      if (request.url === '/end') return response.end('{}')
      return response.writeHead(302, { location: '/end' }).end()
    })
    expect(await fetcher()(url('/'))).toMatchObject({ body: {} })
  })

  it.each<[string, string, Answer]>([
    ['with an error', 'It answered with HTTP 500', (_, response) => response.writeHead(500).end('{}')],
    ['that is no JSON', 'It is not JSON', (_, response) => response.end('<html>')],
    ['that is too large', 'It is too large', (_, response) => response.end(JSON.stringify('x'.repeat(70_000)))],
    [
      'that breaks off',
      'It cannot be reached (ECONNRESET)',
      (_, response) => response.writeHead(200, { 'content-length': 10 }).write('{') && response.destroy(),
    ],
    [
      'that redirects to another host',
      'It redirects elsewhere',
      (_, response) => response.writeHead(302, { location: 'https://other.test/' }).end(),
    ],
    [
      'that redirects to plain http',
      'It redirects elsewhere',
      (_, response) => response.writeHead(302, { location: 'http://issuer.test/' }).end(),
    ],
    [
      'that redirects nowhere',
      'It redirects elsewhere',
      (_, response) => response.writeHead(302, { location: 'https://[' }).end(),
    ],
    [
      'that redirects without end',
      'It redirects without end',
      (_, response) => response.writeHead(302, { location: '/' }).end(),
    ],
    ['that is an empty redirect', 'It answered with HTTP 302', (_, response) => response.writeHead(302).end()],
  ])('%s is refused', async (_, why, answer) => {
    const { url } = await listening(answer)
    await expect(fetcher()(url('/'))).rejects.toMatchObject({ name: 'Refusal', message: why })
  })

  it('that does not come in time is given up', async () => {
    const world = new TestWorld()
    const { url } = await listening((_, response) => {
      response.write('{')
      world.advance(5000)
    })
    await expect(fetcher({ world })(url('/'))).rejects.toThrow('It did not answer in time')
  })

  it('from a server that no authority vouches for is not read', async () => {
    let asked = 0
    const { url } = await listening((_, response) => response.end(`{"asked":${++asked}}`))
    await expect(fetcher({ ca: undefined })(url('/'))).rejects.toMatchObject({ name: 'Refusal' })
    await expect(fetcher()(url('/', 'stranger.test'))).rejects.toMatchObject({ name: 'Refusal' })
    expect(asked).toBe(0)
  })
})

describe('an address of this machine or its network', () => {
  const private_ = { privateAddresses: false }

  it('is not connected to, neither by name nor by number', async () => {
    let connections = 0
    const { server: made, url } = await listening((_, response) => response.end('{}'))
    made.on('connection', () => connections++)
    for (const name of ['issuer.test', '127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0']) {
      await expect(fetcher(private_)(url('/', name)), name).rejects.toThrow('Its address is not a public one')
    }
    expect(connections).toBe(0)
  })

  it('spoils a name that stands for another one as well', async () => {
    const found = ['203.0.114.1', '10.0.0.1'].map((address) => ({ address, family: 4 }))
    const fetch = fetcher({ ...private_, resolve: async () => found })
    await expect(fetch(new URL('https://issuer.test/'))).rejects.toMatchObject({ name: 'Refusal' })
  })

  it('is not reached by a name that stands for another address the second time', async () => {
    let connections = 0
    const { server: made, url } = await listening((_, response) => response.end('{}'))
    made.on('connection', () => connections++)
    let asked = 0
    const resolve = async () => {
      asked++
      return [{ address: asked === 1 ? '10.255.255.1' : '127.0.0.1', family: 4 }]
    }
    await expect(fetcher({ ...private_, resolve })(url('/'))).rejects.toMatchObject({ name: 'Refusal' })
    expect({ asked, connections }).toEqual({ asked: 1, connections: 0 })
  })

  it('is not what a name without any address stands for', async () => {
    const fetch = fetcher({ resolve: async () => [] })
    await expect(fetch(new URL('https://issuer.test/'))).rejects.toMatchObject({ name: 'Refusal' })
  })
})
