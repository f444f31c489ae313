import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encodeXoauth2 } from '../../../src/codecs/sasl/bearer.ts'
import { MINUTE } from '../../../src/core/time.ts'
import { createImap } from '../../../src/protocols/imap/server.ts'
import { imapSettings } from '../../../src/protocols/imap/settings.ts'
import { TranscriptServer } from '../transcript-server.ts'
import { SocketClient } from '../socket-client.ts'

/** More octets than the socket buffers hold. */
const LARGE = 24_000_000

const login = `a AUTHENTICATE XOAUTH2 ${encodeXoauth2({ user: 'ada@contoso.test', token: 'good' })}\r\n`

let stage: TranscriptServer
let client: Socket
let received: Buffer[]

/** A client that fetches a large message, and stops reading in the middle of it. */
beforeEach(async () => {
  const play = {
    settings: imapSettings,
    make: (deps: Parameters<Parameters<typeof TranscriptServer.start<typeof imapSettings>>[0]['make']>[0]) =>
      createImap({ ...deps, frontEnd: 'classic' }),
  }
  stage = await TranscriptServer.start(play, 'standards', [{ line: 1, text: 'setting fetch_budget_octets 1M' }])
  const mailbox = await stage.mailbox('ada')
  const inbox = await mailbox.folder('INBOX')
  const bytes = Buffer.alloc(LARGE, 'x')
  bytes.write('Subject: large\r\n\r\n')
  await mailbox.append(inbox!.id, [{ bytes, flags: { system: 0, keywords: [] } }])
  client = connect(stage.port(false), '127.0.0.1')
  received = []
  client.on('data', (chunk: Buffer) => received.push(chunk))
  const begun = new Promise<void>((resolve) => {
    client.on('data', function look() {
      if (!text().includes('BODY[] {')) return
      client.off('data', look).pause()
      resolve()
    })
  })
  client.write(`${login}b EXAMINE INBOX\r\nc FETCH 1 BODY[]\r\nd NOOP\r\n`)
  await begun
  await settled()
})

afterEach(async () => {
  client.destroy()
  await stage.close()
})

const text = (): string => Buffer.concat(received).toString('latin1')
/** Waits until the socket buffers are full. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 100; turn++) await stage.advance(0)
}

/** Reads a little, and pauses again. */
const readSome = (octets: number): Promise<void> =>
  new Promise((resolve) => {
    let read = 0
    client.on('data', function look(chunk: Buffer) {
      read += chunk.length
      if (read < octets) return
      client.off('data', look).pause()
      resolve()
    })
    client.resume()
  })

/** Reads up to the end of the connection, or to a text. */
const readOn = (until = '\0'): Promise<string> =>
  new Promise((resolve) => {
    const done = (): void => resolve(text())
    client.on('data', () => {
      if (received.at(-1)!.includes(until)) done()
    })
    client.on('close', done)
    client.resume()
  })

test('a client that reads in time gets the whole message', async () => {
  await stage.advance(MINUTE)
  const all = await readOn('d OK')
  expect(all.length).toBeGreaterThan(LARGE)
  const before = 'BODY[] {24000000}\r\nSubject: large\r\n\r\n'
  const told = all.slice(all.indexOf('BODY[] {'))
  expect(told.slice(0, before.length)).toBe(before)
  const after = told.slice(told.lastIndexOf('x') + 1)
  expect(after).toMatch(/^\)\r\nc OK FETCH completed\.\r\nd OK/)
  expect(told.slice(before.length, -after.length).replaceAll('x', '')).toBe('')
})

test('a client that reads nothing for too long is disconnected', async () => {
  // The socket buffers still accept some octets in time, until they are full.
  for (let round = 0; round < 20; round++) {
    await settled()
    await stage.advance(121_000)
  }
  const all = await readOn()
  expect(all.length).toBeLessThan(LARGE)
})

test('while another client waits for memory, a client that reads nothing is disconnected sooner', async () => {
  const other = await SocketClient.connect(stage.port(false))
  other.send(`${login}b EXAMINE INBOX\r\nc FETCH 1 BODY[]<0.100000>\r\n`)
  await settled()
  await readSome(2_000_000)
  for (let round = 0; round < 9; round++) {
    await settled()
    await stage.advance(11_000)
  }
  expect(await other.linesUntil((line) => line.startsWith('c OK'))).toContain('* 1 FETCH (BODY[]<0> {100000}')
  expect((await readOn()).length).toBeLessThan(LARGE)
  other.destroy()
})

test('when access is revoked, no BYE is written into the message', async () => {
  stage.access.revoke('ada@contoso.test')
  const all = await readOn()
  expect(all.length).toBeLessThan(LARGE)
  expect(all).not.toContain('BYE')
})

test('when the client has gone, the server stops reading the message', async () => {
  client.destroy()
  await settled()
  await stage.protocol.close()
})
