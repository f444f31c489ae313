import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type Log, silentLog } from '../../../src/core/log.ts'
import type { MessageTrace } from '../../../src/domain/audit/message-trace.ts'
import type { Mailbox } from '../../../src/domain/mail/types.ts'
import type { MailStore } from '../../../src/domain/mail/store-types.ts'
import { createTransport } from '../../../src/domain/transport/transport.ts'
import { createSmtp } from '../../../src/protocols/smtp/server.ts'
import { UploadPool } from '../../../src/core/uploads/upload-pool.ts'
import { smtpSettings } from '../../../src/protocols/smtp/settings.ts'
import { expand } from '../script.ts'
import { TranscriptServer, type ProtocolDeps } from '../transcript-server.ts'
import { SocketClient } from '../socket-client.ts'
import { noTraces } from '../../support/transport.ts'

const talks: SocketClient[] = []
const stages: TranscriptServer[] = []

afterEach(async () => {
  for (const talk of talks.splice(0)) talk.destroy()
  for (const stage of stages.splice(0)) await stage.close()
})

interface Setting {
  readonly givens?: readonly string[]
  readonly log?: Log
  readonly traces?: typeof noTraces
  /** Whether messages without memory go to disk. */
  readonly spills?: boolean
  /** Replaces the delivery of the store. */
  readonly deliver?: (store: MailStore, ...args: Parameters<MailStore['deliver']>) => Promise<void>
}

async function staged({
  givens = [],
  log = silentLog,
  traces = noTraces,
  deliver,
  spills = true,
}: Setting = {}): Promise<TranscriptServer> {
  const make = (deps: ProtocolDeps<typeof smtpSettings>) => {
    const { mail } = deps
    const spoilt: MailStore = deliver ? { ...mail, deliver: (...args) => deliver(mail, ...args) } : mail
    const uploads = spills
      ? deps.uploads
      : new UploadPool({ world: deps.world, settings: { octets_per_second: 1024, wait_seconds: 30 } })
    return createSmtp({ ...deps, log, uploads, transport: createTransport({ ...deps, mail: spoilt, traces, log }) })
  }
  const clauses = givens.map((text, line) => ({ line, text }))
  const stage = await TranscriptServer.start({ settings: smtpSettings, make }, 'standards', clauses)
  stages.push(stage)
  return stage
}

async function connected(stage: TranscriptServer): Promise<SocketClient> {
  const talk = await SocketClient.connect(stage.port(false))
  talks.push(talk)
  expect(await talk.line()).toMatch(/^220 /)
  return talk
}

async function signedIn(stage: TranscriptServer): Promise<SocketClient> {
  const talk = await connected(stage)
  talk.send('EHLO client.example\r\n')
  while ((await talk.line())![3] === '-');
  expect(await asked(talk, `AUTH XOAUTH2 ${expand('{xoauth2:ada:good}')}`)).toMatch(/^235/)
  return talk
}

async function asked(talk: SocketClient, line: string): Promise<string | undefined> {
  talk.send(`${line}\r\n`)
  return talk.line()
}

/** Up to the point where the message starts. */
async function begun(talk: SocketClient, parameters = ''): Promise<void> {
  expect(await asked(talk, `MAIL FROM:<ada@contoso.test>${parameters}`)).toMatch(/^250/)
  expect(await asked(talk, 'RCPT TO:<ada@contoso.test>')).toMatch(/^250/)
}

async function dataBegun(talk: SocketClient): Promise<void> {
  await begun(talk)
  expect(await asked(talk, 'DATA')).toMatch(/^354/)
}

async function inbox(mailbox: Mailbox): Promise<string[]> {
  const { id } = (await mailbox.folder('Inbox'))!
  const open = await mailbox.open(id)
  const uids = Array.from({ length: open.index.count }, (_, position) => open.index.uidAt(position))
  open.close()
  const messages = await mailbox.messages(id, uids)
  return Promise.all(messages.map(async ({ blob }) => (await mailbox.content(blob)).toString('latin1')))
}

const header = 'From: ada@contoso.test\r\nDate: x\r\nMessage-ID: <1@x>\r\n\r\n'
const letter = `${header}Text\r\n`

/** Removes the trace fields that the server adds in front of a message. */
const withoutTrace = (text: string): string => text.replace(/^Return-Path:.*\r\nReceived:(?:.*\r\n\t)*.*\r\n/, '')

const inLines = (text: string): string => {
  const lines = text.replaceAll(/(?<!\r)\n/g, '\r\n')
  return lines.endsWith('\n') ? lines : `${lines}\r\n`
}

describe('a submitted message', () => {
  const parts = fc.constantFrom('\r\n', '\n', '\r', '.', '..\r\n', '\r\n.\r\n', 'text', '\xe4', 'QUIT\r\n')
  const body = fc.array(parts, { maxLength: 20 }).map((it) => it.join(''))
  test('by DATA arrives in lines, in whatever pieces it came', async () => {
    const stage = await staged()
    const talk = await signedIn(stage)
    const bodies = fc.sample(fc.tuple(body, fc.array(fc.nat(200), { maxLength: 4 })), 60)
    for (const [text, cuts] of bodies) {
      await dataBegun(talk)
      const message = inLines(header + text)
      const stuffed = `${message.replaceAll(/(^|\r\n)\./g, '$1..')}.\r\n`
      const marks = [0, ...cuts.map((cut) => Math.min(cut, stuffed.length)).sort((a, b) => a - b), stuffed.length]
      for (const [index, mark] of marks.entries()) talk.send(stuffed.slice(mark, marks[index + 1]))
      expect(await talk.line()).toBe('250 2.0.0 Delivered <1@x>')
    }
    const got = await inbox(await stage.mailbox('ada'))
    expect(got.map(withoutTrace)).toEqual(bodies.map(([text]) => inLines(header + text)))
  })

  test.each([
    ['', inLines],
    [' BODY=BINARYMIME', (text: string) => text],
  ])('by BDAT%s is what arrives, however it was cut into chunks', async (parameters, kept) => {
    const stage = await staged()
    const talk = await signedIn(stage)
    const bodies = fc.sample(fc.tuple(body, fc.array(fc.nat(200), { maxLength: 4 })), 60)
    for (const [text, cuts] of bodies) {
      await begun(talk, parameters)
      const message = header + text
      const marks = [0, ...cuts.map((cut) => Math.min(cut, message.length)).sort((a, b) => a - b), message.length]
      const chunks = marks.slice(1).map((mark, index) => message.slice(marks[index], mark))
      talk.send(chunks.map((it, at) => `BDAT ${it.length}${at < chunks.length - 1 ? '' : ' LAST'}\r\n${it}`).join(''))
      for (const _ of chunks.slice(1)) expect(await talk.line()).toMatch(/^250 2\.0\.0 \d+ octets received$/)
      expect(await talk.line()).toBe('250 2.0.0 Delivered <1@x>')
    }
    const got = await inbox(await stage.mailbox('ada'))
    expect(got.map(withoutTrace)).toEqual(bodies.map(([text]) => kept(header + text)))
  })

  test('may be large, and a session that watches the folder is told of it', async () => {
    const stage = await staged()
    const mailbox = await stage.mailbox('ada')
    const woken = new Promise<void>((resolve) => mailbox.watch(resolve))
    const talk = await signedIn(stage)
    await dataBegun(talk)
    const text = '.a line that begins with a dot\r\n'.repeat(300_000)
    talk.send(`${header}${text.replaceAll(/^\./gm, '..')}.\r\n`)
    expect(await talk.line()).toMatch(/^250/)
    await woken
    expect(withoutTrace((await inbox(mailbox))[0]!) === header + text).toBe(true)
  })
})

/** Memory for one large message of a program, and no disk to spill to. */
const tight = { givens: ['setting message_octets 300K', 'setting data_budget_octets 1M'], spills: false }

describe('without memory for more messages', () => {
  test('a client gets a temporary refusal, and others keep their memory', async () => {
    const stage = await staged(tight)
    const [first, second] = [await signedIn(stage), await signedIn(stage)]
    await dataBegun(first)
    const large = header + 'x'.repeat(200_000)
    first.send(large)
    // After a few turns of the event loop the server has read it.
    await stage.advance(0)
    await dataBegun(second)
    second.send(`${large}\r\n.\r\n`)
    expect(await second.line()).toBe('452 4.3.1 Too much is being sent at the moment')
    first.send('\r\n.\r\n')
    expect(await first.line()).toMatch(/^250/)
    await dataBegun(second)
    second.send(`${large}\r\n.\r\n`)
    expect(await second.line()).toMatch(/^250/)
  })

  test.each(['RSET', 'EHLO a', 'QUIT', 'nothing at all'])('%s releases the memory of chunks', async (how) => {
    const stage = await staged(tight)
    const first = await signedIn(stage)
    await begun(first)
    first.send(`BDAT 200000\r\n${'x'.repeat(200_000)}`)
    expect(await first.line()).toMatch(/^250/)
    const second = await signedIn(stage)
    await begun(second)
    if (how === 'nothing at all') first.destroy()
    else expect(await asked(first, how)).toMatch(/^2/)
    await stage.advance(0)
    second.send(`BDAT ${header.length + 200_000} LAST\r\n${header}${'x'.repeat(200_000)}`)
    expect(await second.line()).toMatch(/^250/)
  })
})

describe('an internal error', () => {
  test('is reported as temporary without details; nothing is delivered, and the session goes on', async () => {
    let broken = true
    const faults: string[] = []
    const log: Log = { ...silentLog, error: (_, text) => void faults.push(text), child: () => log }
    const stage = await staged({
      log,
      deliver: (store, ...args) => (broken ? Promise.reject(new Error('/secret: disk full')) : store.deliver(...args)),
    })
    const talk = await signedIn(stage)
    await dataBegun(talk)
    talk.send(`${letter}.\r\n`)
    expect(await talk.line()).toBe('451 4.3.0 Something went wrong here')
    expect(faults).toEqual(['a message could not be delivered'])
    expect(await inbox(await stage.mailbox('ada'))).toEqual([])
    broken = false
    await dataBegun(talk)
    talk.send(`${letter}.\r\n`)
    expect(await talk.line()).toMatch(/^250/)
  })

  test('after a message is durable does not change the reply 250', async () => {
    const delivery = Promise.withResolvers<void>()
    const stage = await staged({
      async deliver(store, ...args) {
        await store.deliver(...args)
        await delivery.promise
      },
    })
    const talk = await signedIn(stage)
    await dataBegun(talk)
    talk.send(`${letter}.\r\n`)
    await stage.advance(0)
    while ((await inbox(await stage.mailbox('ada'))).length === 0) await stage.advance(0)
    expect(talk.unread).toBe('')
    // The server stops while the reply is pending: the client gets the reply, and then the farewell.
    stage.stop()
    delivery.resolve()
    expect(await talk.line()).toMatch(/^250/)
    expect(await talk.line()).toBe('421 4.3.2 The server is stopping')
    expect(await talk.closed()).toBe('')
  })

  test('a stuck delivery does not keep a connection after a revocation', async () => {
    const delivery = Promise.withResolvers<void>()
    const stage = await staged({ deliver: () => delivery.promise })
    const talk = await signedIn(stage)
    await dataBegun(talk)
    talk.send(`${letter}.\r\n`)
    await stage.advance(0)
    stage.access.revoke('ada@contoso.test')
    await stage.advance(1000)
    expect(await talk.closed()).toBe('')
    delivery.resolve()
  })
})

describe('any input', () => {
  const words = [
    'EHLO a|HELO a|AUTH|AUTH XOAUTH2|AUTH LOGIN|AUTH PLAIN =|MAIL FROM:<>|MAIL FROM:<ada@contoso.test> SIZE=1 BODY=BINARYMIME',
    'RCPT TO:<ada@contoso.test>|RCPT TO:<b@c.test> NOTIFY=NEVER|DATA|BDAT 3|BDAT 0 LAST|BDAT|RSET|NOOP|VRFY a|HELP|*|=|.||AQ==',
  ].join('|')
  const seeds = [
    ...words.split('|'),
    `AUTH XOAUTH2 ${expand('{xoauth2:ada:bad}')}`,
    `AUTH OAUTHBEARER ${expand('{oauthbearer:ada:bad}')}`,
  ]
  const line = fc.oneof(
    fc.constantFrom(...seeds),
    fc
      .tuple(fc.constantFrom(...seeds), fc.nat(40), fc.string({ unit: 'binary-ascii', maxLength: 3 }))
      .map(([seed, at, piece]) => seed.slice(0, at) + piece + seed.slice(at)),
    fc.string({ unit: 'binary-ascii', maxLength: 60 }),
  )
  const reply = /^(?:[245]\d\d[ -](?:\d\.\d{1,3}\.\d{1,3} )?[\x20-\x7e]*|334 [A-Za-z\d+/=]*|354 [\x20-\x7e]*|)$/

  test.each(['before', 'after'])('%s the sign-in gets replies, and causes no internal error', async (when) => {
    const faults: string[] = []
    const noted = (fields: object, text: string): void => void faults.push(`${text} ${JSON.stringify(fields)}`)
    const log: Log = { ...silentLog, warn: noted, error: noted, child: () => log }
    const givens = ['setting max_bad_commands 10000', 'setting max_authentication_failures 100']
    const stage = await staged({ log, givens })
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        const talk = when === 'before' ? await connected(stage) : await signedIn(stage)
        talk.send(lines.map((it) => `${it}\r\n`).join(''))
        talk.end()
        for (const got of (await talk.closed()).split('\r\n')) expect(got).toMatch(reply)
        await stage.advance(0)
      }),
      { numRuns: 100 },
    )
    expect(faults).toEqual([])
  })
})

test('the trace of a message has the replies for it and for each recipient', async () => {
  const kept: MessageTrace[] = []
  const stage = await staged({ traces: { record: (_, traces) => void kept.push(...traces) } })
  const talk = await signedIn(stage)
  await begun(talk)
  const refused = await asked(talk, 'RCPT TO:<nobody@contoso.test>')
  const elsewhere = await asked(talk, 'RCPT TO:<eve@example.org>')
  expect(await asked(talk, 'DATA')).toMatch(/^354/)
  const foreign = await asked(talk, 'From: eve@contoso.test\r\nSubject: Mine\r\n\r\nText\r\n.')
  await dataBegun(talk)
  expect(await asked(talk, 'From: ada@contoso.test\r\nSubject: Hello\r\n\r\nText\r\n.')).toMatch(/^250/)
  expect(kept.map(({ recipient, status, why, subject }) => [recipient, status, why, subject])).toEqual([
    ['nobody@contoso.test', 'Failed', refused, ''],
    ['eve@example.org', 'Failed', elsewhere, ''],
    ['ada@contoso.test', 'Failed', foreign, 'Mine'],
    ['ada@contoso.test', 'Delivered', '', 'Hello'],
  ])
  expect(kept).toContainEqual(expect.objectContaining({ sender: 'ada@contoso.test', protocol: 'ESMTPA', octets: 48 }))
})
