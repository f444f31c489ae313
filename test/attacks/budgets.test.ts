import { afterEach, expect, test } from 'vitest'
import type { Access } from '../../src/access/types.ts'
import { encodeXoauth2 } from '../../src/codecs/sasl/bearer.ts'
import type { ServicePrincipalId } from '../../src/core/ids.ts'
import { silentLog } from '../../src/core/log.ts'
import { OctetBudget } from '../../src/core/octet-budget.ts'
import type { Declarations } from '../../src/core/settings.ts'
import type { Spill } from '../../src/core/uploads/spill.ts'
import { UploadPool } from '../../src/core/uploads/upload-pool.ts'
import { createTransport } from '../../src/domain/transport/transport.ts'
import { createImap } from '../../src/protocols/imap/server.ts'
import { imapSettings } from '../../src/protocols/imap/settings.ts'
import { createSmtp } from '../../src/protocols/smtp/server.ts'
import { smtpSettings } from '../../src/protocols/smtp/settings.ts'
import { noTraces } from '../support/transport.ts'
import { TranscriptServer, type ProtocolDeps } from '../transcripts/transcript-server.ts'
import { SocketClient } from '../transcripts/socket-client.ts'

const MIB = 1024 * 1024
const stages: TranscriptServer[] = []
const talks: SocketClient[] = []

afterEach(async () => {
  for (const talk of talks.splice(0)) talk.destroy()
  for (const stage of stages.splice(0)) await stage.close()
})

/** Each address that opens a mailbox counts as a caller. */
const byAddress = (access: Access): Access =>
  Object.assign(Object.create(access) as Access, {
    enter: async (request: Parameters<Access['enter']>[0]) => {
      const entry = await access.enter(request)
      if (!entry.granted || entry.caller.kind !== 'app') return entry
      return { ...entry, caller: { ...entry.caller, servicePrincipal: request.address as ServicePrincipalId } }
    },
  })

interface Setting {
  readonly givens?: readonly string[]
  readonly spill?: Spill
}

const waits = { octets_per_second: 16_384, wait_seconds: 30 }

const poolOf = ({ world, uploads }: Pick<ProtocolDeps<Declarations>, 'world' | 'uploads'>, spill: Spill | undefined) =>
  spill ? new UploadPool({ world, settings: waits, spill }) : uploads

async function imap({ givens = [], spill }: Setting = {}): Promise<TranscriptServer> {
  const make = (deps: ProtocolDeps<typeof imapSettings>) =>
    createImap({
      ...deps,
      access: byAddress(deps.access),
      uploads: poolOf(deps, spill),
      frontEnd: 'classic',
    })
  const stage = await TranscriptServer.start({ settings: imapSettings, make }, 'standards', clauses(['bob', ...givens]))
  stages.push(stage)
  return stage
}

async function smtp({ givens = [], spill }: Setting = {}): Promise<TranscriptServer> {
  const make = (deps: ProtocolDeps<typeof smtpSettings>) =>
    createSmtp({
      ...deps,
      access: byAddress(deps.access),
      uploads: poolOf(deps, spill),
      transport: createTransport({ ...deps, traces: noTraces, log: silentLog }),
    })
  const stage = await TranscriptServer.start({ settings: smtpSettings, make }, 'standards', clauses(['bob', ...givens]))
  stages.push(stage)
  return stage
}

const clauses = (texts: readonly string[]) => texts.map((text, line) => ({ line, text }))
const xoauth2 = (who: string): string => encodeXoauth2({ user: `${who}@contoso.test`, token: 'good' })

async function connected(stage: TranscriptServer): Promise<SocketClient> {
  const talk = await SocketClient.connect(stage.port(false))
  talks.push(talk)
  return talk
}

async function imapClient(stage: TranscriptServer, who: string): Promise<SocketClient> {
  const talk = await connected(stage)
  talk.send(`l AUTHENTICATE XOAUTH2 ${xoauth2(who)}\r\n`)
  await talk.linesUntil((line) => line.startsWith('l OK'))
  return talk
}

async function smtpClient(stage: TranscriptServer, who: string): Promise<SocketClient> {
  const talk = await connected(stage)
  talk.send(`EHLO a.example\r\nAUTH XOAUTH2 ${xoauth2(who)}\r\n`)
  await talk.linesUntil((line) => line.startsWith('235 '))
  return talk
}

/** Gets as far as the first octet of a message. */
async function dataBegun(talk: SocketClient, who: string): Promise<void> {
  talk.send(`MAIL FROM:<${who}@contoso.test>\r\nRCPT TO:<${who}@contoso.test>\r\nDATA\r\n`)
  await talk.linesUntil((line) => line.startsWith('354 '))
}

const message = (octets: number, seed = 0): string => {
  const head = `Subject: ${seed}\r\n\r\n`
  const line = `${seed} lines and lines and lines and lines and lines and lines and lines\r\n`
  return (head + line.repeat(Math.ceil(octets / line.length))).slice(0, octets - 2) + '\r\n'
}

const append = (text: string): string => `b APPEND INBOX {${text.length}+}\r\n${text}\r\n`
const tagged = async (talk: SocketClient, tag: string): Promise<string> => {
  for (;;) {
    const line = await talk.line()
    if (line === undefined) throw new Error('The connection ended')
    if (line.startsWith(`${tag} `)) return line
  }
}

/** Returns the messages of INBOX. */
async function held(stage: TranscriptServer, who: string): Promise<string[]> {
  const mailbox = await stage.mailbox(who)
  const inbox = (await mailbox.folder('INBOX'))!
  const open = await mailbox.open(inbox.id)
  const uids = Array.from({ length: open.index.count }, (_, position) => open.index.uidAt(position))
  open.close()
  const found = await mailbox.messages(inbox.id, uids)
  return Promise.all(found.map(async ({ blob }) => (await mailbox.content(blob)).toString('latin1')))
}

test.each(['ada', 'several programs'])(
  'seven connections of %s that announce 35 MB literals stop no APPEND of others',
  async (who) => {
    const names = Array.from({ length: 7 }, (_, nth) => (who === 'ada' ? 'ada' : `user${nth}`))
    const stage = await imap({ givens: who === 'ada' ? [] : names })
    for (const name of names) {
      const talk = await imapClient(stage, name)
      talk.send('a APPEND INBOX {36700160}\r\n')
      await talk.linesUntil((line) => line.startsWith('+'))
      talk.send('x'.repeat(21))
    }
    await stage.advance(0)
    const bob = await imapClient(stage, 'bob')
    for (const octets of [1000, 12 * MIB, 100_000]) {
      bob.send(append(message(octets)))
      expect(await tagged(bob, 'b')).toMatch(/^b OK \[APPENDUID/)
    }
    expect((await held(stage, 'bob')).map(({ length }) => length)).toEqual([1000, 12 * MIB, 100_000])
  },
)

test.each(['ada', 'several programs'])(
  'fourteen open DATA sessions of %s make no submission of others answer 452',
  async (who) => {
    const names = Array.from({ length: 14 }, (_, nth) => (who === 'ada' ? 'ada' : `user${nth}`))
    const stage = await smtp({
      givens: [...(who === 'ada' ? [] : names), 'setting message_octets 4M', 'setting data_budget_octets 16M'],
    })
    for (const name of names) {
      const talk = await smtpClient(stage, name)
      await dataBegun(talk, name)
      talk.send(message(1.5 * MIB))
    }
    for (let turn = 0; turn < 50; turn++) await stage.advance(0)
    const bob = await smtpClient(stage, 'bob')
    for (const octets of [1000, 100_000, 3 * MIB]) {
      await dataBegun(bob, 'bob')
      bob.send(`${message(octets)}.\r\n`)
      expect(await bob.line()).toMatch(/^250 /)
    }
  },
)

test('a slow upload keeps every octet when it has to make room for a fast one', async () => {
  const stage = await imap({ givens: ['setting message_octets 2M', 'setting literal_budget_octets 4M'] })
  const [slow, fast] = [await imapClient(stage, 'ada'), await imapClient(stage, 'bob')]
  const [first, second] = [message(900_000, 1), message(2 * MIB, 2)]
  slow.send(`b APPEND INBOX {${first.length}+}\r\n${first.slice(0, 700_000)}`)
  await stage.advance(0)
  for (let nth = 0; nth < 4; nth++) {
    fast.send(append(second))
    expect(await tagged(fast, 'b')).toMatch(/^b OK/)
    await stage.advance(5000)
  }
  for (let at = 700_000; at < first.length; at += 50_000) {
    slow.send(first.slice(at, at + 50_000))
    await stage.advance(5000)
  }
  slow.send('\r\n')
  expect(await tagged(slow, 'b')).toMatch(/^b OK/)
  expect(await held(stage, 'ada')).toEqual([first])
  expect(await held(stage, 'bob')).toEqual([second, second, second, second])
})

test('messages that found no memory are stored octet by octet, several of one command too', async () => {
  const stage = await imap({ givens: ['setting message_octets 1M', 'setting literal_budget_octets 2M'] })
  const bob = await imapClient(stage, 'bob')
  const all = [message(1000, 1), message(MIB, 2), message(70_000, 3), message(5000, 4)]
  bob.send(`b APPEND INBOX${all.slice(0, 1).map(literal).join('')}${all.slice(2).map(literal).join('')}\r\n`)
  expect(await tagged(bob, 'b')).toMatch(/^b OK/)
  bob.send(`c APPEND INBOX${literal(all[1]!)}\r\n`)
  expect(await tagged(bob, 'c')).toMatch(/^c OK/)
  expect(await held(stage, 'bob')).toEqual([all[0], all[2], all[3], all[1]])
})

const literal = (text: string): string => ` {${text.length}+}\r\n${text}`

const full = (): Spill => {
  const error = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  const fails = () => Promise.reject(error)
  return {
    octets: new OctetBudget(64 * MIB),
    files: new OctetBudget(64),
    create: async () => ({ write: fails, read: fails, close: async () => {} }),
  }
}

test('without memory and disk an APPEND is refused, and the session and its mail stay as they were', async () => {
  const stage = await imap({
    givens: ['setting message_octets 1M', 'setting literal_budget_octets 2M'],
    spill: full(),
  })
  const bob = await imapClient(stage, 'bob')
  bob.send(append(message(400_000)))
  expect(await tagged(bob, 'b')).toMatch(/^b OK/)
  bob.send(append(message(MIB)))
  expect(await tagged(bob, 'b')).toBe('b NO [UNAVAILABLE] There is no room on the disk at the moment')
  bob.send(append(message(1000)))
  expect(await tagged(bob, 'b')).toMatch(/^b OK/)
  expect((await held(stage, 'bob')).map(({ length }) => length)).toEqual([400_000, 1000])
})

test('without memory and disk a submission answers 452 4.3.1, and the next one is taken', async () => {
  const stage = await smtp({
    givens: ['setting message_octets 1M', 'setting data_budget_octets 2M'],
    spill: full(),
  })
  const bob = await smtpClient(stage, 'bob')
  await dataBegun(bob, 'bob')
  bob.send(`${message(MIB - 100)}.\r\n`)
  expect(await bob.line()).toMatch(/^452 4\.3\.1 /)
  await dataBegun(bob, 'bob')
  bob.send(`${message(1000)}.\r\n`)
  expect(await bob.line()).toMatch(/^250 /)
})

test('an APPEND that waits for memory and disk in vain ends as NO [INUSE]', async () => {
  const none = { ...full(), files: new OctetBudget(1) }
  none.files.tryTake(1)
  const stage = await imap({
    givens: ['setting message_octets 1M', 'setting literal_budget_octets 2M'],
    spill: none,
  })
  const bob = await imapClient(stage, 'bob')
  bob.send(append(message(MIB)))
  for (let turn = 0; turn < 20; turn++) await stage.advance(0)
  await stage.advance(30_000)
  expect(await tagged(bob, 'b')).toBe('b NO [INUSE] Too much is being sent at the moment')
})
