import { buffer } from 'node:stream/consumers'
import { type ExpungeEvent, type FlagsEvent, ImapFlow, type ImapFlowOptions } from 'imapflow'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createImap } from '../../../src/protocols/imap/server.ts'
import { imapSettings } from '../../../src/protocols/imap/settings.ts'
import { type ProtocolUnderTest, TranscriptServer } from '../transcript-server.ts'

const play: ProtocolUnderTest<typeof imapSettings> = {
  settings: imapSettings,
  make: (deps) => createImap({ ...deps, frontEnd: 'classic' }),
}

let stage: TranscriptServer
const clients: ImapFlow[] = []

beforeEach(async () => {
  stage = await TranscriptServer.start(play, 'standards', [{ line: 1, text: 'INBOX has 5 messages' }])
})
afterEach(async () => {
  for (const each of clients.splice(0)) each.close()
  await stage.close()
})

async function connected(options: Partial<ImapFlowOptions> = {}): Promise<ImapFlow> {
  const flow = new ImapFlow({
    host: '127.0.0.1',
    port: stage.port(true),
    secure: true,
    auth: { user: 'ada@contoso.test', accessToken: 'good' },
    tls: { rejectUnauthorized: false },
    logger: false,
    ...options,
  })
  clients.push(flow)
  await flow.connect()
  return flow
}

test('imapflow fetches changes since a mod-sequence', async () => {
  const flow = await connected()
  const before = (await flow.mailboxOpen('INBOX')).highestModseq!
  await flow.messageFlagsAdd('2,4', ['\\Flagged'])
  const changed = []
  for await (const { seq, uid, flags, modseq } of flow.fetch(
    '1:*',
    { uid: true, flags: true },
    { changedSince: before },
  )) {
    expect(modseq! > before).toBe(true)
    changed.push([seq, uid, [...flags!].filter((flag) => flag !== '\\Recent')])
  }
  expect(changed).toEqual([
    [2, 2, ['\\Flagged']],
    [4, 4, ['\\Flagged']],
  ])
  expect(await flow.search({ modseq: before + 1n })).toEqual([2, 4])
})

test('imapflow does not overwrite flags that changed meanwhile', async () => {
  const [one, other] = [await connected(), await connected()]
  const { highestModseq } = await one.mailboxOpen('INBOX')
  await other.mailboxOpen('INBOX')
  await other.messageFlagsAdd('3', ['\\Seen'])
  await one.messageFlagsAdd('3:4', ['\\Flagged'], { unchangedSince: highestModseq! })
  expect(await one.search({ flagged: true })).toEqual([4])
})

test('imapflow with QRESYNC gets flag changes and expunges by UID', async () => {
  const [one, other] = [await connected({ qresync: true }), await connected()]
  await one.mailboxOpen('INBOX')
  await other.mailboxOpen('INBOX')
  expect(one.enabled).toContain('QRESYNC')
  const flagged = new Promise<FlagsEvent>((resolve) => one.once('flags', resolve))
  const idling = one.idle()
  await other.messageFlagsAdd('2', ['\\Answered'])
  expect(await flagged).toMatchObject({ seq: 2, uid: 2, flags: expect.toSatisfy((it) => it.has('\\Answered')) })
  const gone = new Promise<ExpungeEvent>((resolve) => one.once('expunge', resolve))
  await other.messageDelete('3')
  expect(await gone).toMatchObject({ vanished: true, uid: 3 })
  await one.noop()
  await idling
  expect(await one.search({ all: true }, { uid: true })).toEqual([1, 2, 4, 5])
})

test('imapflow without QRESYNC gets expunges by number', async () => {
  const [one, other] = [await connected(), await connected()]
  await one.mailboxOpen('INBOX')
  await other.mailboxOpen('INBOX')
  const gone: ExpungeEvent[] = []
  one.on('expunge', (event: ExpungeEvent) => gone.push(event))
  await other.messageDelete('2,4')
  await one.noop()
  expect(gone.map(({ seq }) => seq)).toEqual([2, 3])
})

test('imapflow downloads a part as a stream', async () => {
  const flow = await connected()
  const body = Buffer.alloc(300_000, 'some words and a line end\r\n')
  const encoded = body.toString('base64').replace(/.{76}/g, '$&\r\n')
  const parts = `--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\nContent-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}\r\n--b--\r\n`
  await flow.append(
    'Archive',
    `Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts}`,
  )
  await flow.mailboxOpen('Archive')
  const { meta, content } = await flow.download('1', '2')
  expect(meta).toMatchObject({ contentType: 'application/octet-stream', filename: 'a.bin' })
  expect(body.equals(await buffer(content!))).toBe(true)
  const one = await flow.fetchOne('1', { bodyParts: ['1', '1.mime'], headers: ['subject'], bodyStructure: true })
  if (!one) throw new Error('The message is not there')
  expect(one.bodyParts!.get('1')!.toString()).toBe('Hello')
  expect(one.headers!.toString()).toBe('Subject: x\r\n\r\n')
  expect(one.bodyStructure!.childNodes).toHaveLength(2)
})

test('imapflow searches with all kinds of keys, and finds nothing in an empty folder', async () => {
  const flow = await connected()
  await flow.append('Drafts', 'From: Zoë <z@x.test>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nÜber\r\n', [
    '$Label',
  ])
  await flow.append(
    'Drafts',
    'From: a@x.test\r\nSubject: other\r\nX-Kind: y\r\n\r\nx\r\n',
    ['\\Seen'],
    new Date('2020-02-29T00:00:00Z'),
  )
  await flow.mailboxOpen('Drafts')
  const found = (query: Parameters<ImapFlow['search']>[0]) => flow.search(query)
  expect(await found({ subject: 'GRÜ' })).toEqual([1])
  expect(await found({ body: 'über' })).toEqual([1])
  expect(await found({ or: [{ from: 'a@x' }, { keyword: '$Label' }] })).toEqual([1, 2])
  expect(await found({ not: { seen: true } })).toEqual([1])
  expect(await found({ header: { 'x-kind': true } })).toEqual([2])
  expect(await found({ uid: '2:*', larger: 1 })).toEqual([2])
  await flow.mailboxOpen('Archive')
  expect(await found({ all: true })).toEqual([])
  expect(await flow.fetchAll('1:*', { flags: true })).toEqual([])
})

test('imapflow recognizes messages and threads by their ids after a move', async () => {
  const flow = await connected()
  await flow.mailboxCreate('kept')
  await flow.mailboxOpen('INBOX')
  const before = await flow.fetchOne('1', { threadId: true, uid: true })
  await flow.messageCopy('1', 'kept')
  await flow.mailboxOpen('kept')
  const after = await flow.fetchOne('1', { threadId: true, uid: true })
  if (!before || !after) throw new Error('The message is not there')
  expect(after.emailId).toBe(before.emailId)
  expect(after.threadId).toBe(before.threadId)
})

test('imapflow lists, subscribes and reads status', async () => {
  const flow = await connected()
  await flow.mailboxCreate(['made', 'below'])
  await flow.mailboxSubscribe('made/below')
  const listed = await flow.list({ statusQuery: { messages: true, unseen: true } })
  const named = (path: string) => listed.find((each) => each.path === path)
  expect(named('INBOX')?.status).toMatchObject({ messages: 5, unseen: 5 })
  expect(named('made/below')).toMatchObject({ subscribed: true, parentPath: 'made', delimiter: '/' })
  expect(named('made')?.subscribed).toBeFalsy()
  await flow.mailboxUnsubscribe('made/below')
  const tree = await flow.listTree()
  expect(tree.folders!.find(({ path }) => path === 'made')?.folders?.[0]?.subscribed).toBeFalsy()
})
