import { expect, test } from 'vitest'
import {
  anotherNode,
  appendMessages,
  flags,
  folderIdOf,
  openMailStore,
  simpleMessage,
} from '../../../../test/support/mail-store.ts'
import { DAY } from '../../../core/time.ts'
import type { Uid } from '../../../core/ids.ts'
import { DELETED, FLAGGED, SEEN } from '../types.ts'

async function stageWithInbox() {
  const stage = await openMailStore()
  const mailbox = await stage.mailbox()
  const [inbox, archive] = [await folderIdOf(mailbox, 'INBOX'), await folderIdOf(mailbox, 'Archive')]
  return { stage, mailbox, items: mailbox.items, inbox, archive }
}

test('an item has the figures and the state of its message', async () => {
  const { mailbox, items, inbox } = await stageWithInbox()
  const bytes = Buffer.from(
    'From: Ada <ada@contoso.test>\r\nSubject: Lunch\r\nDate: Thu, 1 Jan 2026 10:00:00 +0000\r\n' +
      'Message-ID: <m1@contoso.test>\r\nImportance: high\r\n\r\nAt noon\r\n',
  )
  await mailbox.append(inbox, [
    { bytes, flags: flags(SEEN | FLAGGED, 'Red=20category', '$Forwarded'), received: { at: DAY, zone: 60 } },
  ])
  const { items: found, count, more } = await items.list({ folder: inbox, skip: 0, take: 10, count: true })
  expect([count, more]).toEqual([1, false])
  expect(found).toMatchObject([
    {
      key: { originFolder: inbox, originUid: 1 },
      folder: inbox,
      uid: 1,
      isRead: true,
      isDraft: false,
      flagStatus: 'flagged',
      importance: 'high',
      categories: ['Red category'],
      lastVerb: 'forward',
      received: { at: DAY, zone: 60 },
      sentAt: Date.UTC(2026, 0, 1, 10),
      octets: bytes.length,
      hasAttachments: false,
      subject: 'Lunch',
      fromName: 'Ada',
      fromAddress: 'ada@contoso.test',
      internetMessageId: '<m1@contoso.test>',
      preview: 'At noon',
    },
  ])
  expect(found[0]!.modifiedAt).toBeGreaterThan(DAY)
  const [message] = await items.messages(found)
  expect((await mailbox.content(message!.blob)).equals(bytes)).toBe(true)
})

test('an immutable identifier survives moves, and a default one does not', async () => {
  const { mailbox, items, inbox, archive } = await stageWithInbox()
  await appendMessages(mailbox, inbox, 3)
  const [item] = await items.byUids(inbox, [2 as Uid])
  const [fixed, usual] = [items.itemId(item!, 'immutable'), items.itemId(item!, 'default')]
  for (const id of [fixed, usual]) {
    expect(id).toMatch(/^AA[\w-]{60,}={1,2}$/)
    expect(await items.find(id)).toEqual(item)
  }
  await mailbox.move(inbox, [2 as Uid], archive)
  const moved = await items.find(fixed)
  expect(moved).toMatchObject({ key: item!.key, folder: archive, uid: 1, createdAt: item!.createdAt })
  await expect(items.find(usual)).rejects.toMatchObject({ detail: { code: 'ErrorItemNotFound' } })
  expect(await items.find(items.itemId(moved, 'default'))).toEqual(moved)
  await mailbox.move(archive, [1 as Uid], inbox)
  expect(await items.find(fixed)).toMatchObject({ key: item!.key, folder: inbox, uid: 4 })
  expect(await items.find(usual)).toMatchObject({ uid: 4 })
  await mailbox.renameFolder(inbox, 'Old')
  expect(await items.find(fixed)).toMatchObject({ key: item!.key, folder: await folderIdOf(mailbox, 'Old') })
})

test('items open nothing any more once access is revoked', async () => {
  const stage = await openMailStore()
  const revocation = new AbortController()
  const mailbox = await stage.mailbox(1, revocation.signal)
  const { items } = mailbox
  const inbox = await folderIdOf(mailbox, 'INBOX')
  const { key } = await items.create(inbox, { bytes: simpleMessage('x') })
  revocation.abort()
  const verbs: (() => Promise<unknown>)[] = [
    () => items.byKeys([key]),
    () => items.list({ folder: inbox, skip: 0, take: 1 }),
    () => items.mark(),
    () => items.properties([key]),
    () => items.patch(key, { isRead: false }),
    () => items.create(inbox, { bytes: simpleMessage('y') }),
    () => items.delete(key),
  ]
  for (const verb of verbs) await expect(verb()).rejects.toMatchObject({ reason: 'gone' })
})

test('two programs that change an item at once change it one after the other', async () => {
  const { stage, mailbox, items, inbox } = await stageWithInbox()
  await appendMessages(mailbox, inbox, 1)
  const [item] = await items.byUids(inbox, [1 as Uid])
  const other = (await anotherNode(stage.engine).open(mailbox.id, new AbortController().signal)).items
  const outcomes = await Promise.allSettled([
    items.patch(item!.key, { categories: ['one'] }, item!.modSeq),
    other.patch(item!.key, { categories: ['two'] }, item!.modSeq),
  ])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const wins = outcomes.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []))
  expect(await items.byKeys([item!.key])).toEqual(wins)
})

test('a key names nothing but the message that had it first', async () => {
  const { mailbox, items, inbox, archive } = await stageWithInbox()
  await appendMessages(mailbox, inbox, 1)
  const [item] = await items.byUids(inbox, [1 as Uid])
  await mailbox.move(inbox, [1 as Uid], archive)
  expect(await items.byKeys([{ originFolder: archive, originUid: 1 as Uid }])).toEqual([undefined])
  await expect(items.patch({ originFolder: archive, originUid: 1 as Uid }, { isRead: true })).rejects.toMatchObject({
    reason: 'no-such-thing',
  })
  const copy = await items.copy(item!.key, archive)
  expect(copy.key).toEqual({ originFolder: archive, originUid: 2 })
  await items.delete(item!.key)
  expect(await items.byKeys([item!.key, copy.key])).toEqual([undefined, copy])
})

test('identifiers that are malformed, changed or of another mailbox are refused', async () => {
  const { stage, mailbox, items, inbox } = await stageWithInbox()
  await appendMessages(mailbox, inbox, 1)
  const [item] = await items.byUids(inbox, [1 as Uid])
  const id = items.itemId(item!, 'immutable')
  const malformed = { reason: 'bad-syntax', detail: { code: 'ErrorInvalidIdMalformed' } }
  const wrong = [
    '',
    'AAMk',
    id.slice(0, -4),
    id.toLowerCase(),
    `${id.slice(0, 9)}${id[9] === 'A' ? 'B' : 'A'}${id.slice(10)}`,
    items.folderId(inbox),
  ]
  for (const each of wrong) await expect(items.find(each)).rejects.toMatchObject(malformed)
  const other = (await stage.mailbox(2)).items
  await expect(other.find(id)).rejects.toMatchObject({ detail: { code: 'ErrorInvalidMailboxItemId' } })
  expect(items.parseFolderId(items.folderId(inbox))).toBe(inbox)
  expect(items.parseFolderId(items.rootId)).toBeUndefined()
  expect(items.parseConversationId(items.conversationId(item!.threadId!))).toBe(item!.threadId)
  expect(items.modSeqOf(items.changeKey(item!))).toBe(item!.modSeq)
  expect(items.modSeqOf('CQAAAA==')).toBeUndefined()
})

test('a patch changes flags and properties in one write, if the item did not change since', async () => {
  const { mailbox, items, inbox } = await stageWithInbox()
  await appendMessages(mailbox, inbox, 1)
  const [before] = await items.byUids(inbox, [1 as Uid])
  const properties = [{ name: 'String 0x10f3', value: 'x' }]
  const patched = await items.patch(
    before!.key,
    {
      isRead: true,
      flagStatus: 'complete',
      importance: 'low',
      categories: ['Two words', 'é'],
      lastVerb: 'replyAll',
      properties,
    },
    before!.modSeq,
  )
  expect(patched).toMatchObject({
    isRead: true,
    flagStatus: 'complete',
    importance: 'low',
    categories: ['é', 'Two words'],
    lastVerb: 'replyAll',
    modSeq: before!.modSeq + 1,
  })
  expect(patched.flags.keywords).toEqual(['$Complete', '$LowImportance', '=C3=A9', 'Two=20words'])
  const news = await mailbox.news(before!.modSeq)
  expect(news.lines).toEqual([{ folder: inbox, kind: 'changed', what: '' }])
  await expect(items.patch(before!.key, { isRead: false }, before!.modSeq)).rejects.toMatchObject({
    reason: 'wrong-state',
    detail: { code: 'ErrorIrresolvableConflict' },
  })
  const same = await items.patch(before!.key, { isRead: true, categories: ['two words', 'é'], properties })
  expect(same).toEqual(patched)
  const only = await items.patch(before!.key, { properties: [{ name: 'String 0x10f3', value: undefined }] })
  expect(only.modSeq).toBe(patched.modSeq + 1)
  expect(await items.properties([before!.key])).toEqual([[{ name: 'lastVerb', value: 'replyAll' }]])
  const normal = await items.patch(before!.key, { flagStatus: 'notFlagged', importance: 'normal', categories: [] })
  expect(normal.flags).toEqual(flags(SEEN | 2))
})

test('properties are limited, go with copies, and end with their mailbox', async () => {
  const stage = await openMailStore({ limits: { properties: 2, propertyOctets: 100, mailboxPropertyOctets: 150 } })
  const mailbox = await stage.mailbox()
  const { items } = mailbox
  const inbox = await folderIdOf(mailbox, 'INBOX')
  const item = await items.create(inbox, {
    bytes: simpleMessage('x'),
    properties: [{ name: 'a', value: 'b'.repeat(80) }],
  })
  const set = (name: string, value: string) => items.patch(item.key, { properties: [{ name, value }] })
  await expect(set('c', 'd'.repeat(80))).rejects.toMatchObject({ reason: 'too-big' })
  await set('c', 'd')
  await expect(set('e', 'f')).rejects.toMatchObject({ reason: 'too-big' })
  await expect(items.copy(item.key, inbox)).rejects.toMatchObject({ reason: 'over-quota' })
  await set('a', 'b')
  const copy = await items.copy(item.key, inbox)
  expect(await items.properties([copy.key, item.key], ['a'])).toEqual([
    [{ name: 'a', value: 'b' }],
    [{ name: 'a', value: 'b' }],
  ])
  await items.setFolderProperties(inbox, [{ name: 'String 0x3613', value: 'IPF.Note' }])
  expect(await items.folderProperties(inbox)).toEqual([{ name: 'String 0x3613', value: 'IPF.Note' }])
  await stage.store.erase(mailbox.id)
  for (const table of ['mail_item_property', 'mail_item_origin', 'mail_item_usage']) {
    expect(await stage.engine.sql.all({ parts: [`select 1 from ${table}`], args: [] })).toEqual([])
  }
})

test('new content keeps the item, its state and its properties, also when it moves', async () => {
  const { mailbox, items, inbox, archive } = await stageWithInbox()
  const draft = await items.create(inbox, {
    bytes: simpleMessage('First'),
    isDraft: true,
    categories: ['Work'],
    received: { at: DAY, zone: 0 },
    properties: [{ name: 'p', value: 'v' }],
  })
  expect(draft).toMatchObject({ isRead: true, isDraft: true, uid: 1 })
  const second = await items.replaceContent(draft.key, { bytes: simpleMessage('Second') }, draft.modSeq)
  expect(second).toMatchObject({ key: draft.key, uid: 2, subject: 'Second', isDraft: true, categories: ['Work'] })
  expect([second.received, second.createdAt]).toEqual([draft.received, draft.createdAt])
  await expect(items.replaceContent(draft.key, { bytes: simpleMessage('Late') }, draft.modSeq)).rejects.toMatchObject({
    reason: 'wrong-state',
  })
  const sent = await items.replaceContent(draft.key, {
    bytes: simpleMessage('Third'),
    to: archive,
    patch: { isDraft: false },
  })
  expect(sent).toMatchObject({ key: draft.key, folder: archive, uid: 1, isDraft: false, subject: 'Third' })
  expect(await items.properties([draft.key])).toEqual([[{ name: 'p', value: 'v' }]])
  expect((await mailbox.folder('INBOX'))!.count).toBe(0)
  const missing = 99_999 as typeof inbox
  const code = { detail: { code: 'ErrorFolderNotFound' } }
  await expect(items.move(sent.key, missing)).rejects.toMatchObject(code)
  await expect(items.create(missing, { bytes: simpleMessage('x') })).rejects.toMatchObject(code)
})

const lunch = (header: string) => Buffer.from(`Subject: Lunch\r\n${header}\r\nAt noon\r\n`)

test('new content stays in its conversation, and replies to it still join the conversation', async () => {
  const { stage, mailbox, items, inbox } = await stageWithInbox()
  for (const header of ['', 'Message-ID: <m1@contoso.test>\r\n']) {
    const first = await items.create(inbox, { bytes: lunch(header) })
    const second = await items.replaceContent(first.key, { bytes: lunch(`${header}X-A: 1\r\n`) })
    expect(second.threadId).toBe(first.threadId)
  }
  await stage.store.settled()
  const reply = await items.create(inbox, { bytes: lunch('In-Reply-To: <m1@contoso.test>\r\n') })
  const [original] = (
    await items.list({
      folder: inbox,
      filter: { is: 'internetMessageId', value: '<m1@contoso.test>' },
      skip: 0,
      take: 1,
    })
  ).items
  expect(reply.threadId).toBe(original!.threadId)
  expect((await mailbox.folder('INBOX'))!.count).toBe(3)
})

test('a deleted item can be recovered, and one that is deleted for ever only under a hold', async () => {
  const { stage, mailbox, items, inbox } = await stageWithInbox()
  await stage.store.recoverable.setRule(mailbox.id, { recovers: true })
  await appendMessages(mailbox, inbox, 3)
  const [one, two, three] = await items.byUids(inbox, [1, 2, 3] as Uid[])
  await items.delete(one!.key)
  expect(await stage.store.recoverable.kept(mailbox.id)).toMatchObject({ items: 1 })
  await items.permanentDelete(two!.key)
  expect(await stage.store.recoverable.kept(mailbox.id)).toMatchObject({ items: 1 })
  await stage.store.recoverable.setRule(mailbox.id, { held: true })
  await items.permanentDelete(three!.key)
  expect(await stage.store.recoverable.kept(mailbox.id)).toMatchObject({ items: 2 })
  expect(await items.byKeys([one!.key, two!.key, three!.key])).toEqual([undefined, undefined, undefined])
})

test('changes are what happened after a mark, in pages, with the keys of what left', async () => {
  const { mailbox, items, inbox, archive } = await stageWithInbox()
  await appendMessages(mailbox, inbox, 6)
  const mark = await items.mark()
  expect(await items.changesSince({ folder: inbox, since: mark, take: 10 })).toEqual({ changes: [], mark, more: false })
  await mailbox.store(inbox, [1, 2, 3] as Uid[], { mode: 'add', flags: flags(SEEN) })
  await mailbox.move(inbox, [2, 4] as Uid[], archive)
  await mailbox.store(inbox, [5] as Uid[], { mode: 'add', flags: flags(DELETED) })
  await mailbox.expunge(inbox)
  await appendMessages(mailbox, inbox, 1)
  const told: string[] = []
  for (let since = mark, more = true; more;) {
    const page = await items.changesSince({ folder: inbox, since, take: 2 })
    expect(page.changes.length).toBeLessThanOrEqual(2)
    told.push(
      ...page.changes.map((change) => `${change.kind} ${change.kind === 'removed' ? change.uid : change.item.uid}`),
    )
    ;({ mark: since, more } = page)
  }
  expect(told).toEqual(['updated 1', 'updated 3', 'removed 2', 'removed 4', 'removed 5', 'created 7'])
  const inArchive = await items.changesSince({ folder: archive, since: mark, take: 10 })
  expect(inArchive.changes).toMatchObject([
    { kind: 'created', item: { key: { originFolder: inbox, originUid: 2 } } },
    { kind: 'created', item: { key: { originFolder: inbox, originUid: 4 } } },
  ])
  await mailbox.move(archive, [1 as Uid], inbox)
  const left = await items.changesSince({ folder: archive, since: inArchive.mark, take: 10 })
  expect(left.changes).toEqual([
    { kind: 'removed', folder: archive, uid: 1, key: { originFolder: inbox, originUid: 2 } },
  ])
  const everywhere = await items.changesSince({ since: inArchive.mark, take: 10 })
  expect(everywhere.changes.map(({ kind }) => kind)).toEqual(['created', 'removed'])
})

test('changes of folders are new, changed and removed ones; a stale mark is refused', async () => {
  const stage = await openMailStore({ limits: { journalSteps: 64 } })
  const mailbox = await stage.mailbox()
  const { items } = mailbox
  const inbox = await folderIdOf(mailbox, 'INBOX')
  const mark = await items.mark()
  const made = await mailbox.createFolder('a')
  const gone = await mailbox.createFolder('b')
  await mailbox.deleteFolder(gone.id)
  await items.setFolderProperties(inbox, [{ name: 'x', value: 'y' }])
  const { changed, removed } = await items.folderChangesSince(mark)
  expect([changed, removed]).toEqual([[made.id, inbox], [gone.id]])
  for (let n = 0; n < 200; n++)
    await mailbox.store(inbox, await appendMessages(mailbox, inbox, 1), { mode: 'add', flags: flags(SEEN) })
  const stale = { reason: 'gone', detail: { code: 'SyncStateNotFound' } }
  await expect(items.folderChangesSince(mark)).rejects.toMatchObject(stale)
  await expect(items.changesSince({ folder: inbox, since: mark, take: 1 })).rejects.toMatchObject(stale)
})
