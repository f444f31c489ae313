import { once as onceEmitted } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openOnce } from '../support/lifecycle.ts'
import { AttackSetup } from './attack-setup.ts'

const shared = openOnce(async (atEnd) => {
  const { context } = await AttackSetup.open({}, undefined, atEnd)
  await context.http.listen({ host: '127.0.0.1', port: 0 })
  atEnd(() => context.http.close())
  return context
})

/**
 * Sends one request with a body that is said to be gzip. Resolves with the status, after the body was unpacked or not.
 */
async function send(line: string, body: Buffer): Promise<number> {
  const { port } = shared().http.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  const head = `${line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n`
  const length = `Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`
  socket.write(Buffer.concat([Buffer.from(head + length), body]))
  // A second request on the connection is answered when the first one's body is done with.
  socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  await onceEmitted(socket, 'close')
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1])
}

const whole = gzipSync(Buffer.alloc(200_000, 'a=b&'))
const bodies: readonly (readonly [string, Buffer])[] = [
  ['that is no gzip', Buffer.from('abcde')],
  ['whose gzip header is cut off', whole.subarray(0, 5)],
  ['whose gzip is cut off in the midst', whole.subarray(0, 100)],
  ['whose checksum is cut off and that is too large', whole.subarray(0, -8)],
  ['whose checksum is wrong', Buffer.concat([gzipSync('a=b').subarray(0, -8), Buffer.alloc(8)])],
]
const lines = [
  'GET /health',
  'GET /v1.0/applications',
  'POST /contoso.test/oauth2/v2.0/token',
  'POST /sign-in/password',
  'POST /adminapi/beta/contoso.test/InvokeCommand',
  'DELETE /v1.0/applications/1',
  'POST /nowhere',
]

describe('a gzip body does not end the process', () => {
  const uncaught: unknown[] = []
  const note = (thrown: unknown) => void uncaught.push(thrown)
  beforeEach(() => void process.on('uncaughtException', note))
  afterEach(() => void process.off('uncaughtException', note))

  it.each(bodies)('%s', async (_, body) => {
    const statuses = await Promise.all(lines.map((line) => send(line, body)))
    expect(statuses[0]).toBeLessThan(500)
    for (const status of statuses) expect(status).toBeGreaterThan(0)
    expect(uncaught).toEqual([])
  })
})
