import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { encodeXoauth2 } from '../../src/codecs/sasl/bearer.ts'
import { createImap } from '../../src/protocols/imap/server.ts'
import { imapSettings } from '../../src/protocols/imap/settings.ts'
import { createTransport } from '../../src/domain/transport/transport.ts'
import { silentLog } from '../../src/core/log.ts'
import { createSmtp } from '../../src/protocols/smtp/server.ts'
import { smtpSettings } from '../../src/protocols/smtp/settings.ts'
import { noTraces } from '../support/transport.ts'
import { openServer } from '../support/server.ts'
import { encodeBatch, MESSAGE_BATCH } from '../../src/codecs/portal/message-batch.ts'
import { TranscriptServer, type ProtocolDeps } from '../transcripts/transcript-server.ts'
import { SocketClient } from '../transcripts/socket-client.ts'

const MIB = 1024 * 1024
const stages: TranscriptServer[] = []
const talks: SocketClient[] = []

afterEach(async () => {
  for (const talk of talks.splice(0)) talk.destroy()
  for (const stage of stages.splice(0)) await stage.close()
})

const make = (deps: ProtocolDeps<typeof imapSettings>) => createImap({ ...deps, frontEnd: 'classic' })

async function signedIn(): Promise<{ stage: TranscriptServer; talk: SocketClient }> {
  const stage = await TranscriptServer.start({ settings: imapSettings, make }, 'standards', [])
  stages.push(stage)
  await stage.perform('ada may hold 1000000 octets and 10 messages')
  const talk = await SocketClient.connect(stage.port(false))
  talks.push(talk)
  talk.send(`l AUTHENTICATE XOAUTH2 ${encodeXoauth2({ user: 'ada@contoso.test', token: 'good' })}\r\n`)
  await talk.linesUntil((line) => line.startsWith('l OK'))
  return { stage, talk }
}

/** Octets of the disk that messages take. */
const diskUse = ({ dir }: { readonly dir: string }): number =>
  readdirSync(path.join(dir, 'segments')).reduce(
    (sum, name) => sum + statSync(path.join(dir, 'segments', name)).size,
    0,
  )

test('ten refused APPENDs of 10 MB that are not waited with leave the disk as it was', async () => {
  const { stage, talk } = await signedIn()
  talk.send(`a APPEND INBOX {6+}\r\na: b\r\n\r\n`)
  expect(await talk.line()).toMatch(/^a OK/)
  const before = diskUse(stage)
  for (let n = 0; n < 10; n++) {
    talk.send(`b APPEND INBOX {${10 * MIB}+}\r\n${'x'.repeat(10 * MIB)}\r\n`)
    expect(await talk.line()).toBe('b NO [OVERQUOTA] The mailbox is full')
  }
  expect(diskUse(stage)).toBe(before)
  talk.send('c NOOP\r\n')
  expect(await talk.line()).toMatch(/^c OK/)
})

test('an APPEND that announces more than the quota allows is refused before its literal is sent', async () => {
  const { talk } = await signedIn()
  talk.send('a APPEND INBOX {10485760}\r\n')
  expect(await talk.line()).toBe('a NO [OVERQUOTA] The mailbox is full')
  talk.send('b APPEND INBOX {500000}\r\n')
  expect(await talk.line()).toMatch(/^\+/)
  talk.send(`${'x'.repeat(500_000)} {600000}\r\n`)
  expect(await talk.line()).toBe('b NO [OVERQUOTA] The mailbox is full')
})

test('a REPLACE that is larger than the whole quota is refused before its literal, another one is not', async () => {
  const { talk } = await signedIn()
  talk.send(`a APPEND INBOX {900000+}\r\n${'x'.repeat(900_000)}\r\nb SELECT INBOX\r\n`)
  await talk.linesUntil((line) => line.startsWith('b OK'))
  talk.send('c REPLACE 1 INBOX {1000001}\r\n')
  expect(await talk.line()).toBe('c NO [OVERQUOTA] The mailbox is full')
  talk.send('d REPLACE 1 INBOX {950000}\r\n')
  expect(await talk.line()).toMatch(/^\+/)
  talk.send(`${'x'.repeat(950_000)}\r\n`)
  await talk.linesUntil((line) => line.startsWith('d OK'))
})

const makeSmtp = (deps: ProtocolDeps<typeof smtpSettings>) =>
  createSmtp({ ...deps, transport: createTransport({ ...deps, traces: noTraces, log: silentLog }) })

test('ten submissions of 10 MB to a full mailbox leave the disk as it was', async () => {
  const stage = await TranscriptServer.start({ settings: smtpSettings, make: makeSmtp }, 'standards', [
    { line: 1, text: 'bob' },
  ])
  stages.push(stage)
  await stage.perform('bob may hold 1000000 octets and 10 messages')
  const talk = await SocketClient.connect(stage.port(false))
  talks.push(talk)
  const user = encodeXoauth2({ user: 'ada@contoso.test', token: 'good' })
  talk.send(`EHLO a.example\r\nAUTH XOAUTH2 ${user}\r\n`)
  await talk.linesUntil((line) => line.startsWith('235 '))
  const message = 'Subject: x\r\n\r\n' + `${'x'.repeat(998)}\r\n`.repeat(10_000)
  const before = diskUse(stage)
  for (let n = 0; n < 10; n++) {
    talk.send('MAIL FROM:<ada@contoso.test>\r\nRCPT TO:<bob@contoso.test>\r\nDATA\r\n')
    await talk.linesUntil((line) => line.startsWith('354 '))
    talk.send(`${message}.\r\n`)
    expect(await talk.line()).toBe('552 5.2.2 bob@contoso.test is full')
  }
  expect(diskUse(stage)).toBe(before)
})

test.each(['message/rfc822', MESSAGE_BATCH])('ten imports of 10 MB as %s leave the disk as it was', async (type) => {
  const context = await openServer(silentLog, { 'mail.quota': '1000000' })
  await context.invoke('New-Mailbox', { Shared: true, Name: 'info' })
  const url = '/postern/v1/contoso.test/mailboxes/info@contoso.test/messages'
  const bytes = Buffer.alloc(10 * MIB, 'Subject: x\r\n\r\n')
  const payload = type === MESSAGE_BATCH ? encodeBatch([{ bytes }]) : bytes
  const before = diskUse(context)
  for (let n = 0; n < 10; n++) {
    const answer = await context.ask('POST', url, { payload, headers: { 'content-type': type } })
    expect([answer.statusCode, answer.json()]).toMatchObject([507, { error: { code: 'QuotaExceeded' } }])
  }
  expect(diskUse(context)).toBe(before)
})
