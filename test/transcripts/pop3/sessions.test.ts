import * as fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { Access, Entry } from '../../../src/access/types.ts'
import { type Log, silentLog } from '../../../src/core/log.ts'
import { refuse } from '../../../src/core/refusal.ts'
import type { Mailbox } from '../../../src/domain/mail/types.ts'
import { createPop3 } from '../../../src/protocols/pop3/server.ts'
import { pop3Settings } from '../../../src/protocols/pop3/settings.ts'
import { expand } from '../script.ts'
import { TranscriptServer, type ProtocolDeps } from '../transcript-server.ts'
import { SocketClient } from '../socket-client.ts'

const talks: SocketClient[] = []
const stages: TranscriptServer[] = []

afterEach(async () => {
  for (const talk of talks.splice(0)) talk.destroy()
  for (const stage of stages.splice(0)) await stage.close()
})

interface Setting {
  readonly givens?: readonly string[]
  readonly log?: Log
  /** Replaces methods of a mailbox before the protocol gets it. */
  readonly spoil?: (mailbox: Mailbox) => Mailbox
  /** Called when an entry ends. */
  readonly left?: () => void
}

async function staged({
  givens = [],
  log = silentLog,
  spoil = (it) => it,
  left,
}: Setting = {}): Promise<TranscriptServer> {
  const make = (deps: ProtocolDeps<typeof pop3Settings>) =>
    createPop3({ ...deps, log, access: spoilt(deps.access, spoil, left) })
  const clauses = givens.map((text, line) => ({ line, text }))
  const stage = await TranscriptServer.start({ settings: pop3Settings, make }, 'standards', clauses)
  stages.push(stage)
  return stage
}

const spoilt = (access: Access, spoil: (mailbox: Mailbox) => Mailbox, left?: () => void): Access => ({
  unread: (response) => access.unread(response),
  unpermitted: (refused) => access.unpermitted(refused),
  openForUrl: (request) => access.openForUrl(request),
  openOverGraph: (request) => access.openOverGraph(request),
  admitUpload: (url) => access.admitUpload(url),
  openUpload: (url, from) => access.openUpload(url, from),
  openForSubscriber: (authority) => access.openForSubscriber(authority),
  authorize: (request) => access.authorize(request),
  administer: (caller, mailbox) => access.administer(caller, mailbox),
  simulate: (tenant, question) => access.simulate(tenant, question),
  simulatePassword: (tenant, question) => access.simulatePassword(tenant, question),
  async enter(request): Promise<Entry> {
    const entry = await access.enter(request)
    if (!entry.granted) return entry
    const leave = (): void => {
      left?.()
      entry.leave()
    }
    return { ...entry, mailbox: spoil(entry.mailbox), leave }
  },
})

/** The mailbox with one method replaced. */
const but = (mailbox: Mailbox, change: Partial<Mailbox>): Mailbox =>
  new Proxy(mailbox, {
    get(target, name) {
      const value: unknown = Object.hasOwn(change, name) ? change[name as keyof Mailbox] : Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

const broken = (text: string) => (): Promise<never> => Promise.reject(new Error(text))

async function connected(stage: TranscriptServer): Promise<SocketClient> {
  const talk = await SocketClient.connect(stage.port(false))
  talks.push(talk)
  expect(await talk.line()).toMatch(/^\+OK/)
  return talk
}

async function signedIn(stage: TranscriptServer): Promise<SocketClient> {
  const talk = await connected(stage)
  expect(await asked(talk, `AUTH XOAUTH2 ${expand('{xoauth2:ada:good}')}`)).toMatch(/^\+OK/)
  return talk
}

async function asked(talk: SocketClient, line: string): Promise<string | undefined> {
  talk.send(`${line}\r\n`)
  return talk.line()
}

const inbox = async (stage: TranscriptServer, ...messages: Buffer[]): Promise<void> => {
  const mailbox = await stage.mailbox('ada')
  const { id } = (await mailbox.folder('Inbox'))!
  const flags = { system: 0, keywords: [] }
  await mailbox.append(
    id,
    messages.map((bytes) => ({ bytes, flags })),
  )
}

const inLines = (message: Buffer): string => {
  const lines = message.toString('latin1').replaceAll(/\r?\n/g, '\r\n')
  return lines === '' || lines.endsWith('\n') ? lines : `${lines}\r\n`
}

/** A single dot between a bare CR and the next line end is stuffed for every reader, and not counted. */
const withReturnDots = (lines: string): string => lines.replace(/(?<=\r)\.(?=[\r\n])/g, '..')

/** Returns the message of RETR without dot-stuffing, and the size of its reply. */
async function retrieved(talk: SocketClient, number: number): Promise<{ size: number; text: string }> {
  const status = await asked(talk, `RETR ${number}`)
  const lines = await talk.linesUntil((line) => line === '.')
  const text = lines.map((line) => `${line.startsWith('.') ? line.slice(1) : line}\r\n`).join('')
  return { size: Number(/^\+OK (\d+) octets$/.exec(status ?? '')?.[1]), text }
}

describe('a retrieved message', () => {
  test('is the stored one in lines, with the size that LIST gives', async () => {
    const parts = fc.constantFrom('Subject: x\r\n', '\r\n', '\n', '\r', '.', '..\r\n', 'text', '\xe4', '\0')
    const message = fc.array(parts, { maxLength: 20 }).map((it) => Buffer.from(it.join(''), 'latin1'))
    const messages = fc.sample(message, 60)
    const stage = await staged()
    await inbox(stage, ...messages)
    const talk = await signedIn(stage)
    for (const [index, stored] of messages.entries()) {
      const listed = await asked(talk, `LIST ${index + 1}`)
      const { size, text } = await retrieved(talk, index + 1)
      expect(text).toBe(withReturnDots(inLines(stored)))
      expect(size).toBe(inLines(stored).length)
      expect(listed).toBe(`+OK ${index + 1} ${size}`)
    }
  })

  test.each([0, 1_048_576])('is the right one in any order, with %i octets to read ahead', async (room) => {
    const messages = Array.from({ length: 40 }, (_, n) => Buffer.from(`${n}\r\n`.repeat(1 + ((n * 7919) % 9000))))
    const stage = await staged({ givens: [`setting read_ahead_octets ${room}`] })
    await inbox(stage, ...messages)
    const talk = await signedIn(stage)
    const runs = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 8 }))
    await fc.assert(
      fc.asyncProperty(runs, async ([first, length]) => {
        for (let n = first; n < Math.min(first + length, 41); n++) {
          expect((await retrieved(talk, n)).text).toBe(messages[n - 1]!.toString())
        }
      }),
      { numRuns: 40 },
    )
  })

  test('follows pipelined commands in order, and no reply waits for half a line', async () => {
    const messages = Array.from({ length: 60 }, (_, n) => Buffer.from(`${n}\r\n`.repeat(1 + ((n * 7919) % 9000))))
    const stage = await staged()
    await inbox(stage, ...messages)
    const talk = await signedIn(stage)
    talk.send(messages.map((_, n) => `RETR ${n + 1}\r\n`).join('') + 'NO')
    for (const message of messages) {
      expect(await talk.line()).toBe(`+OK ${message.length} octets`)
      expect((await talk.octets(message.length)) === message.toString('latin1')).toBe(true)
      expect(await talk.line()).toBe('.')
    }
    expect(await asked(talk, 'OP')).toMatch(/^\+OK/)
    talk.send('NOOP\r\nNOOP\r\nQUIT\r\n')
    expect(await talk.closed()).toMatch(/^(\+OK.*\r\n){3}$/)
  })

  test('is the next one for a slow client', async () => {
    const messages = Array.from({ length: 150 }, (_, n) => Buffer.from(`${n}\r\n`.repeat(1 + ((n * 7919) % 30_000))))
    const stage = await staged({ givens: ['setting read_ahead_octets 1048576'] })
    await inbox(stage, ...messages)
    const talk = await signedIn(stage)
    talk.pause()
    talk.send(messages.map((_, n) => `RETR ${n + 1}\r\n`).join(''))
    for (let turn = 0; turn < 20; turn++) await stage.advance(0)
    talk.resume()
    for (const message of messages) {
      expect(await talk.line()).toBe(`+OK ${message.length} octets`)
      expect((await talk.octets(message.length)) === message.toString('latin1')).toBe(true)
      expect(await talk.line()).toBe('.')
    }
  })

  test('is complete when it is larger than every buffer', async () => {
    const large = Buffer.from(`Subject: large\r\n\r\n${'.a line that begins with a dot\r\n'.repeat(100_000)}`)
    const stage = await staged()
    await inbox(stage, large)
    const talk = await signedIn(stage)
    const { size, text } = await retrieved(talk, 1)
    expect(size).toBe(large.length)
    expect(text).toBe(large.toString())
    expect(await asked(talk, 'TOP 1 0')).toMatch(/^\+OK/)
    expect(await talk.linesUntil((line) => line === '.')).toEqual(['Subject: large', ''])
  })
})

describe('a session that ends', () => {
  test.each(['QUIT\r\n', ''])('ends its entry (%j)', async (goodbye) => {
    let left = 0
    const stage = await staged({ givens: ['INBOX has 1 message'], left: () => void left++ })
    const talk = await signedIn(stage)
    talk.send(goodbye)
    talk.end()
    await talk.closed()
    await stage.advance(0)
    expect(left).toBe(1)
  })
})

describe('a reply that cannot be finished', () => {
  const large = Buffer.alloc(15_000_000, 'x\r\n')

  test('is cut off within a second when access is revoked, without an end', async () => {
    const stage = await staged()
    await inbox(stage, large)
    const talk = await signedIn(stage)
    talk.pause()
    talk.send('RETR 1\r\n')
    await stage.advance(0)
    stage.access.revoke('ada@contoso.test')
    await stage.advance(1000)
    talk.resume()
    const got = await talk.closed()
    expect(got.length).toBeLessThan(large.length)
    expect(got).not.toContain('\r\n.\r\n')
  })

  test('is cut off when the client does not read, and releases the maildrop', async () => {
    const stage = await staged({ givens: ['setting write_stall_seconds 30'] })
    await inbox(stage, large)
    const talk = await signedIn(stage)
    talk.pause()
    talk.send('RETR 1\r\n')
    const other = await connected(stage)
    const signIn = async (): Promise<string | undefined> => {
      await stage.advance(1000)
      return asked(other, `AUTH XOAUTH2 ${expand('{xoauth2:ada:good}')}`)
    }
    for (let second = 0; second < 29; second++) expect(await signIn()).toMatch(/^-ERR \[IN-USE\]/)
    let answer: string | undefined
    do answer = await signIn()
    while (answer?.includes('IN-USE'))
    expect(answer).toBe('+OK Signed in')
    talk.resume()
    expect(await talk.closed()).not.toContain('\r\n.\r\n')
  })

  test('ends when the lock of the maildrop is lost', async () => {
    const loss = new AbortController()
    const lockMaildrop = async () => ({ holder: 'a session', lost: loss.signal, release: () => {} })
    const stage = await staged({ spoil: (mailbox) => but(mailbox, { lockMaildrop }), givens: ['INBOX has 1 message'] })
    const talk = await signedIn(stage)
    expect(await asked(talk, 'DELE 1')).toMatch(/^\+OK/)
    loss.abort()
    expect(await talk.closed()).toBe('-ERR [SYS/TEMP] The lock of the maildrop was lost\r\n')
  })

  test('is cut off when the octets cannot be read', async () => {
    let reads = 0
    const spoil = (mailbox: Mailbox): Mailbox =>
      but(mailbox, {
        content: (blob, start, end) =>
          ++reads > 3 ? Promise.reject(new Error('the disk is gone')) : mailbox.content(blob, start, end),
      })
    const stage = await staged({ spoil })
    await inbox(stage, large)
    const talk = await signedIn(stage)
    talk.send('RETR 1\r\n')
    const got = await talk.closed()
    expect(got).toMatch(/^\+OK 15000000 octets\r\n/)
    expect(got).not.toContain('\r\n.\r\n')
  })
})

describe('an internal error', () => {
  test('is reported without details, and ends the session', async () => {
    const content = broken('/secret/path: input/output error')
    const stage = await staged({ spoil: (mailbox) => but(mailbox, { content }), givens: ['INBOX has 1 message'] })
    const talk = await signedIn(stage)
    expect(await asked(talk, 'RETR 1')).toBe('-ERR [SYS/TEMP] Something went wrong here')
    expect(await talk.closed()).toBe('')
  })

  test('while QUIT removes messages is reported, and nothing is removed', async () => {
    const remove = broken('no space')
    const stage = await staged({ spoil: (mailbox) => but(mailbox, { remove }), givens: ['INBOX has 2 messages'] })
    const talk = await signedIn(stage)
    expect(await asked(talk, 'DELE 1')).toMatch(/^\+OK/)
    expect(await asked(talk, 'QUIT')).toBe('-ERR [SYS/TEMP] Deleted messages were not removed')
    expect(await talk.closed()).toBe('')
    await stage.perform('INBOX holds 1 2')
    await signedIn(stage)
  })

  test('while the maildrop opens leaves it unlocked', async () => {
    let first = true
    const spoil = (mailbox: Mailbox): Mailbox => {
      const spoils = first
      first = false
      return spoils ? but(mailbox, { metadata: () => refuse('busy', 'Not now') }) : mailbox
    }
    const stage = await staged({ spoil, givens: ['INBOX has 1 message'] })
    const talk = await connected(stage)
    expect(await asked(talk, `AUTH XOAUTH2 ${expand('{xoauth2:ada:good}')}`)).toMatch(/^-ERR/)
    await signedIn(stage)
  })
})

describe('any input', () => {
  const words =
    'CAPA|AUTH|AUTH XOAUTH2|AUTH PLAIN =|USER ada|PASS x|APOP a b|STAT|LIST|LIST 1|UIDL|UIDL 2|RETR 1|TOP 1 1'
  const seeds = [
    ...`${words}|DELE 1|RSET|NOOP|*|=|.||AQ==`.split('|'),
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
  const reply = /^(\+OK( [\x20-\x7e]*)?|-ERR [\x20-\x7e]+|\+ [A-Za-z\d+/=]*|\.|[\x20-\x7e]*)$/

  test.each(['before', 'after'])('%s the sign-in gets replies, and causes no internal error', async (when) => {
    const faults: string[] = []
    const noted = (fields: object, text: string): void => void faults.push(`${text} ${JSON.stringify(fields)}`)
    const log: Log = { ...silentLog, warn: noted, error: noted, child: () => log }
    const givens = ['INBOX has 3 messages', 'setting max_bad_commands 10000', 'setting max_authentication_failures 100']
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
