import { expect, test } from 'vitest'
import { indexContents, flags, folderIdOf, simpleMessage, openMailStore } from '../../../../test/support/mail-store.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import type { FolderId } from '../../../core/ids.ts'
import { HOUR } from '../../../core/time.ts'
import type { Engine } from '../../../storage/engine.ts'
import { summarise } from '../summary/summarise.ts'
import { DELETED, SEEN } from '../types.ts'

async function inbox(options: Parameters<typeof openMailStore>[0] = {}) {
  const stage = await openMailStore(options)
  const mailbox = await stage.mailbox()
  return { stage, mailbox, folder: await folderIdOf(mailbox, 'INBOX') }
}

test('bytes come back as they went in, line ends and all', async () => {
  const { mailbox, folder } = await inbox()
  const all = Buffer.from(Array.from({ length: 256 }, (_, octet) => octet))
  const { uids } = await mailbox.append(folder, [
    { bytes: all, flags: flags() },
    { bytes: Buffer.from('Subject: x\n\nbare\nlines'), flags: flags() },
    { bytes: Buffer.alloc(0), flags: flags() },
  ])
  const messages = await mailbox.messages(folder, uids)
  const [first, second, third] = await Promise.all(messages.map(({ blob }) => mailbox.content(blob)))
  expect(first).toEqual(all)
  expect(second!.toString()).toBe('Subject: x\n\nbare\nlines')
  expect(third).toHaveLength(0)
  expect(messages.map(({ octets }) => octets)).toEqual([256, 22, 0])
  expect(messages[1]!.lineOctets).toBe(22 + 3 + 2)
  expect((await mailbox.content(messages[0]!.blob, 10, 12)).equals(Buffer.from([10, 11]))).toBe(true)
})

test('a message is summarised once, at delivery', async () => {
  const { mailbox, folder } = await inbox()
  const { uids } = await mailbox.append(folder, [{ bytes: simpleMessage('Lunch'), flags: flags() }])
  const [message] = await mailbox.messages(folder, uids)
  expect(Buffer.from(message!.envelope).toString()).toContain('"Lunch"')
  expect(Buffer.from(message!.body).toString()).toMatch(/^\("text" "plain" /i)
  expect(Buffer.from(message!.bodyStructure).toString()).toMatch(/^\("text" "plain" /i)
  expect(JSON.parse(message!.structure)).toBeDefined()
})

test('counters tell what was added, without a look at the messages', async () => {
  const { mailbox, folder } = await inbox()
  const bytes = simpleMessage('x')
  await mailbox.append(folder, [
    { bytes, flags: flags() },
    { bytes, flags: flags(SEEN) },
    { bytes, flags: flags(SEEN | DELETED) },
  ])
  expect(await mailbox.folder('INBOX')).toMatchObject({
    count: 3,
    unseen: 1,
    deleted: 1,
    octets: 3 * bytes.length,
    uidNext: 4,
  })
})

test('100 appends at once get distinct UIDs, in the order in which the index hears of them', async () => {
  const { mailbox, folder } = await inbox()
  const { index } = await mailbox.open(folder)
  const heard: number[] = []
  index.watch((change) => {
    if (change.kind === 'added') heard.push(...change.uids)
  })
  const appended = await Promise.all(
    Array.from({ length: 100 }, (_, n) => mailbox.append(folder, [{ bytes: simpleMessage(`${n}`), flags: flags() }])),
  )
  const expected = Array.from({ length: 100 }, (_, n) => n + 1)
  expect(appended.flatMap(({ uids }) => uids).sort((a, b) => a - b)).toEqual(expected)
  expect(heard).toEqual(expected)
  expect(index.count).toBe(100)
  expect(index.uidNext).toBe(101)
})

test('the internal date is kept with its zone, and is now when none is given', async () => {
  const world = new TestWorld()
  const { mailbox, folder } = await inbox({ world })
  const received = { at: Date.UTC(1999, 11, 31, 23, 59), zone: -330 }
  const { uids } = await mailbox.append(folder, [
    { bytes: simpleMessage('a'), flags: flags(), received },
    { bytes: simpleMessage('b'), flags: flags() },
  ])
  const messages = await mailbox.messages(folder, uids)
  expect(messages.map((message) => message.received)).toEqual([received, { at: world.now(), zone: 0 }])
})

test('every message has an email id of its own', async () => {
  const { mailbox, folder } = await inbox()
  const same = { bytes: simpleMessage('a'), flags: flags() }
  const { uids } = await mailbox.append(folder, [same, same])
  const [one, two] = (await mailbox.messages(folder, uids)).map(({ emailId }) => emailId)
  expect(one).toMatch(/^[\w-]{1,255}$/)
  expect(one).not.toBe(two)
})

test('of several messages, all are added or none', async () => {
  const { mailbox, folder } = await inbox()
  const good = { bytes: simpleMessage('a'), flags: flags() }
  const bad = { bytes: simpleMessage('b'), flags: flags(0, 'two words') }
  await expect(mailbox.append(folder, [good, bad, good])).rejects.toMatchObject({ reason: 'bad-syntax' })
  expect(await mailbox.folder('INBOX')).toMatchObject({ count: 0, uidNext: 1 })
})

test('a message that is too big, a batch that is too long, a folder that is not there', async () => {
  const { mailbox, folder } = await inbox({ limits: { messageOctets: 100, batch: 2 } })
  const good = { bytes: simpleMessage('a'), flags: flags() }
  const big = { bytes: Buffer.alloc(101), flags: flags() }
  await expect(mailbox.append(folder, [big])).rejects.toMatchObject({ reason: 'too-big' })
  await expect(mailbox.append(folder, [good, good, good])).rejects.toMatchObject({ reason: 'too-big' })
  await expect(mailbox.append(99 as FolderId, [good])).rejects.toMatchObject({ reason: 'no-such-thing' })
  await mailbox.append(folder, [good, good])
})

test.each([
  ['a space', ['a b'], 'bad-syntax'],
  ['a control character', ['a\r'], 'bad-syntax'],
  ['a letter beyond ASCII', ['\u00e9'], 'bad-syntax'],
  ['a backslash', ['\\Recent'], 'bad-syntax'],
  ['no letter at all', [''], 'bad-syntax'],
  ['256 octets', ['x'.repeat(256)], 'too-big'],
  ['128 others beside it', Array.from({ length: 129 }, (_, n) => `k${n}`), 'over-quota'],
])('a keyword with %s is refused', async (_, keywords, reason) => {
  const { mailbox, folder } = await inbox()
  await expect(
    mailbox.append(folder, [{ bytes: simpleMessage('a'), flags: flags(0, ...keywords) }]),
  ).rejects.toMatchObject({
    reason,
  })
})

test('keywords are sorted, without doubles, and in the case first used in the folder', async () => {
  const { mailbox, folder } = await inbox()
  await mailbox.append(folder, [{ bytes: simpleMessage('a'), flags: flags(0, 'beta', 'Alpha', 'ALPHA') }])
  await mailbox.append(folder, [{ bytes: simpleMessage('b'), flags: flags(0, 'ALPHA', 'BETA', 'gamma') }])
  const { index } = await mailbox.open(folder)
  expect(indexContents(index).map((message) => message.flags.keywords)).toEqual([
    ['Alpha', 'beta'],
    ['Alpha', 'beta', 'gamma'],
  ])
  expect(index.keywords).toEqual(['Alpha', 'beta', 'gamma'])
})

test('a folder takes so many keywords and no more', async () => {
  const { mailbox, folder } = await inbox({ limits: { keywordsPerFolder: 2 } })
  await mailbox.append(folder, [{ bytes: simpleMessage('a'), flags: flags(0, 'a', 'b') }])
  await mailbox.append(folder, [{ bytes: simpleMessage('a'), flags: flags(0, 'A', 'B') }])
  await expect(mailbox.append(folder, [{ bytes: simpleMessage('a'), flags: flags(0, 'c') }])).rejects.toMatchObject({
    reason: 'over-quota',
  })
})

test('a keyword that no message has any more makes room for another', async () => {
  const { mailbox, folder } = await inbox({ limits: { keywordsPerFolder: 2 } })
  const { uids } = await mailbox.append(folder, [{ bytes: simpleMessage('a'), flags: flags(0, 'a', 'b') }])
  await mailbox.store(folder, uids, { mode: 'replace', flags: flags(0, 'B') })
  await mailbox.append(folder, [{ bytes: simpleMessage('a'), flags: flags(0, 'c') }])
  const { index } = await mailbox.open(folder)
  expect(index.keywords).toEqual(['b', 'c'])
})

test('a large message is read on a thread beside, with the same result', async () => {
  const { mailbox, folder } = await inbox()
  const text = 'Lines and lines\r\n'.repeat(50_000)
  const large = { bytes: simpleMessage('Large', text), flags: flags() }
  const { uids } = await mailbox.append(folder, [large, { bytes: simpleMessage('Small'), flags: flags() }, large])
  const messages = await mailbox.messages(folder, uids)
  expect(messages.map(({ octets }) => octets)).toEqual(
    [large, { bytes: simpleMessage('Small') }, large].map(({ bytes }) => bytes.length),
  )
  expect(messages[0]!.structure).toBe(summarise(large.bytes).structure)
  expect(Buffer.from(messages[2]!.envelope).toString()).toContain('"Large"')
})

test('a node that was suspended for an hour after it stored bytes refuses the row that names them', async () => {
  const world = new TestWorld()
  let suspended = 0
  const suspending = (engine: Engine): Engine => {
    const { blobs } = engine
    const append = blobs.append.bind(blobs)
    blobs.append = async (...args) => {
      const ref = await append(...args)
      world.advance(suspended)
      return ref
    }
    return engine
  }
  const { mailbox, folder } = await inbox({ world, through: suspending })
  suspended = HOUR
  const message = { bytes: simpleMessage('late'), flags: flags() }
  await expect(mailbox.append(folder, [message])).rejects.toMatchObject({ reason: 'busy' })
  expect(await mailbox.folder('INBOX')).toMatchObject({ count: 0, uidNext: 1 })
  suspended = 0
  await mailbox.append(folder, [message])
  expect(await mailbox.folder('INBOX')).toMatchObject({ count: 1, uidNext: 2 })
})
