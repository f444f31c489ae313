import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { issueCertificate } from '../../test/support/certificates.ts'
import { TestWorld } from '../../test/support/world.ts'
import { SECOND } from '../core/time.ts'
import { poster } from './post.ts'

async function issued() {
  const now = Date.now()
  const authority = await issueCertificate({ name: 'CN=Own', now, authority: true })
  const leaf = await issueCertificate({ name: 'CN=hook', now, dnsNames: ['localhost'] }, authority)
  return { ca: authority.pem, key: leaf.privatePem, cert: leaf.pem }
}

const certificates = issued()

/** A receiver on loopback, and a client that trusts its authority. */
async function receiver(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const { ca, key, cert } = await certificates
  const server = createServer({ key, cert }, answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const world = new TestWorld()
  const url = `https://localhost:${(server.address() as AddressInfo).port}/hook`
  const posted = { contentType: 'text/plain', body: 'Zoë' }
  const send = (otherwise = {}) => poster({ world, ca, privateAddresses: true, ...otherwise })(url, posted)
  return { world, send }
}

it('sends the body and returns the answer', async () => {
  const { send } = await receiver((request, response) => {
    void text(request).then((body) => response.writeHead(202, { 'content-type': 'text/plain' }).end(`${body}!`))
  })
  expect(await send()).toEqual({ status: 202, contentType: 'text/plain', body: 'Zoë!' })
})

it('does not follow a redirect', async () => {
  let requests = 0
  const { send } = await receiver((_, response) => {
    requests++
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  expect([await send(), requests]).toMatchObject([{ status: 302 }, 1])
})

it('reads the beginning of a long answer', async () => {
  const { send } = await receiver((_, response) => response.end('x'.repeat(1024 * 1024)))
  expect(await send()).toMatchObject({ status: 200, body: 'x'.repeat(4096) })
})

it('ends a request to a receiver that does not answer, or stops in the middle', async () => {
  const { send, world } = await receiver((_, response) => {
    response.write('begun')
    world.advance(10 * SECOND)
  })
  expect(await send()).toEqual({ failure: 'timeout' })
  const silent = await receiver(() => silent.world.advance(10 * SECOND))
  expect(await silent.send()).toEqual({ failure: 'timeout' })
})

it('reports a receiver that closes early, and one with an unknown certificate', async () => {
  const { send } = await receiver((request) => request.socket.destroy())
  expect(await send()).toEqual({ failure: 'unreachable' })
  expect(await send({ ca: undefined })).toEqual({ failure: 'unreachable' })
})

it('does not connect to a private address, whatever name it has', async () => {
  let requests = 0
  const { send } = await receiver((_, response) => {
    requests++
    response.end()
  })
  expect(await send({ privateAddresses: false })).toEqual({ failure: 'private address' })
  expect(requests).toBe(0)
})
