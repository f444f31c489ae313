import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Access } from '../../../src/access/types.ts'
import { encodeXoauth2 } from '../../../src/codecs/sasl/bearer.ts'
import { MINUTE } from '../../../src/core/time.ts'
import type { Mailbox } from '../../../src/domain/mail/types.ts'
import { createImap } from '../../../src/protocols/imap/server.ts'
import { imapSettings } from '../../../src/protocols/imap/settings.ts'
import { TranscriptServer, type ProtocolDeps } from '../transcript-server.ts'
import { SocketClient } from '../socket-client.ts'

let stage: TranscriptServer
let talk: SocketClient
/** The running searches, and the functions that end them. */
let searches: (() => void)[]

const search = (): Promise<never[]> =>
  new Promise((resolve) => {
    searches.push(() => resolve([]))
  })

const slowed = (mailbox: Mailbox): Mailbox => Object.create(mailbox, { search: { value: search } }) as Mailbox

/** Access to mailboxes whose searches end when the test says so. */
const slow = (access: Access): Access => ({
  enter: async (request) => {
    const entry = await access.enter(request)
    return entry.granted ? { ...entry, mailbox: slowed(entry.mailbox) } : entry
  },
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
})

const make = (deps: ProtocolDeps<typeof imapSettings>) =>
  createImap({ ...deps, access: slow(deps.access), frontEnd: 'classic' })

beforeEach(async () => {
  searches = []
  stage = await TranscriptServer.start({ settings: imapSettings, make }, 'standards', [])
  talk = await SocketClient.connect(stage.port(false))
  talk.send(
    `a AUTHENTICATE XOAUTH2 ${encodeXoauth2({ user: 'ada@contoso.test', token: 'good' })}\r\nb SELECT INBOX\r\n`,
  )
  await talk.linesUntil((line) => line.startsWith('b OK'))
})

afterEach(async () => {
  talk.destroy()
  await stage.close()
})

test('RFC 9585 §4: a client with a long command gets INPROGRESS lines, and then the result', async () => {
  talk.send('c SEARCH TEXT slow\r\n')
  while (searches.length === 0) await stage.advance(0)
  await stage.advance(15_000)
  expect(await talk.line()).toBe('* OK [INPROGRESS ("c" NIL NIL)] Still working')
  await stage.advance(15_000)
  expect(await talk.line()).toBe('* OK [INPROGRESS ("c" NIL NIL)] Still working')
  searches[0]!()
  expect(await talk.linesUntil((line) => line.startsWith('c OK'))).toEqual(['* SEARCH'])
  await stage.advance(MINUTE)
  talk.send('d NOOP\r\n')
  expect(await talk.line()).toBe('d OK NOOP completed.')
})
