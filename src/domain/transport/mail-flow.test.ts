import { expect, test } from 'vitest'
import { newMailbox, openDirectory } from '../../../test/support/directory.ts'
import { noTraces, textsIn } from '../../../test/support/transport.ts'
import { silentLog } from '../../core/log.ts'
import type { MailboxRecord, SettingsChange } from '../directory/types.ts'
import { mailMigrations } from '../mail/schema.ts'
import { createMailStore } from '../mail/store.ts'
import { createTransport } from './transport.ts'
import type { Submission } from './types.ts'

/** Ada, who sends, and others, each set to something. */
async function opened(settings: Readonly<Record<string, SettingsChange>> = {}) {
  const { directory, engine, world, tenant } = await openDirectory(mailMigrations)
  const mail = createMailStore({ engine, world, log: silentLog })
  const transport = createTransport({ directory, mail, traces: noTraces, world, log: silentLog })
  const mailboxes = new Map<string, MailboxRecord>()
  for (const word of ['ada', 'bob', 'eve']) {
    mailboxes.set(word, await directory.mailboxes.create(tenant.id, newMailbox(word)))
  }
  const idOf = (word: string) => mailboxes.get(word)!.externalDirectoryObjectId
  const set = async (word: string, change: SettingsChange) =>
    directory.mailboxes.update(tenant.id, mailboxes.get(word)!.id, { settings: change })
  for (const [word, change] of Object.entries(settings)) await set(word, change)

  const ada = mailboxes.get('ada')!
  const sender = {
    mailbox: await mail.open(ada.id, new AbortController().signal),
    author: { kind: 'user', id: ada.externalDirectoryObjectId },
  } as const
  const submit = async (text: string, change: Partial<Submission> = {}, to = 'bob@contoso.test') =>
    transport.submit(sender, {
      from: 'ada@contoso.test',
      recipients: [{ ...(await transport.recipient(sender, to)), reported: false, told: true, original: undefined }],
      envelopeId: undefined,
      bytes: Buffer.from(text),
      trace: { client: 'client.example', peer: '192.0.2.1', by: 'mail.contoso.test', protocol: 'ESMTPSA' },
      saveSent: false,
      refusesUndelivered: true,
      ...change,
    })
  const inFolder = async (word: string, path = 'Inbox'): Promise<string[]> => {
    const mailbox = await mail.open(mailboxes.get(word)!.id, new AbortController().signal)
    return textsIn(mailbox, path)
  }
  const counts = async () => [
    (await inFolder('ada')).length,
    (await inFolder('bob')).length,
    (await inFolder('eve')).length,
  ]
  return { directory, mail, transport, sender, tenant, mailboxes, idOf, set, submit, inFolder, counts }
}

const text = 'From: ada@contoso.test\r\n\r\nText\r\n'
const fromBob = 'From: Bob <bob@contoso.test>\r\n\r\nText\r\n'

test('mail is forwarded to an address of this server, and kept where that is wanted', async () => {
  const { submit, counts, set } = await opened({ bob: { ForwardingSmtpAddress: 'eve@contoso.test' } })
  await submit(text)
  expect(await counts()).toEqual([0, 0, 1])
  await set('bob', { DeliverToMailboxAndForward: true })
  await submit(text)
  expect(await counts()).toEqual([0, 1, 2])
})

test('mail is forwarded to a recipient of the tenant before an address, and from there on', async () => {
  const { submit, counts, set, idOf } = await opened()
  await set('bob', { ForwardingAddress: idOf('eve'), ForwardingSmtpAddress: 'bob@contoso.test' })
  await set('eve', { ForwardingAddress: idOf('ada') })
  await submit(text)
  expect(await counts()).toEqual([1, 0, 0])
})

test('mail is forwarded to a group', async () => {
  const { submit, counts, set, directory, tenant, mailboxes } = await opened()
  const group = await directory.groups.create(tenant.id, {
    name: 'robots',
    alias: 'robots',
    displayName: 'Robots',
    primarySmtpAddress: 'robots@contoso.test',
    type: 'Distribution',
    members: ['ada', 'eve'].map((word) => ({ kind: 'mailbox', mailbox: mailboxes.get(word)! }) as const),
  })
  await set('bob', { ForwardingAddress: group.guid })
  await submit(text)
  await set('bob', { ForwardingAddress: null, ForwardingSmtpAddress: 'robots@contoso.test' })
  await submit(text)
  expect(await counts()).toEqual([2, 0, 2])
})

test('mail that is forwarded in a circle, or to nobody, comes to where it went', async () => {
  const { submit, counts, set } = await opened({
    bob: { ForwardingSmtpAddress: 'eve@contoso.test' },
    eve: { ForwardingSmtpAddress: 'bob@contoso.test' },
  })
  await submit(text)
  expect(await counts()).toEqual([0, 1, 0])
  await set('bob', { ForwardingSmtpAddress: 'nobody@contoso.test' })
  await submit(text)
  expect(await counts()).toEqual([0, 2, 0])
})

test('a message is no larger than its sender sends, or a recipient takes', async () => {
  const { submit, counts, set } = await opened({ ada: { MaxSendSize: 10 } })
  await expect(submit(text)).rejects.toMatchObject({ reason: 'too-big', detail: { why: 'sender-size' } })
  await set('ada', { MaxSendSize: 1000 })
  await set('bob', { MaxReceiveSize: text.length - 1 })
  await expect(submit(text)).rejects.toMatchObject({ reason: 'too-big', detail: { why: 'recipient-size' } })
  await set('bob', { MaxReceiveSize: text.length })
  await submit(text)
  expect(await counts()).toEqual([0, 1, 0])
})

test('recipients with room get the message, and the sender is told who cannot, and why', async () => {
  const { transport, sender, submit, counts, inFolder, set, mail, mailboxes } = await opened({
    eve: { MaxReceiveSize: 10 },
  })
  await mail.setQuota(mailboxes.get('bob')!.id, { octets: 100, messages: undefined })
  const recipients = await Promise.all(
    ['bob', 'eve', 'ada'].map(async (word) => ({
      ...(await transport.recipient(sender, `${word}@contoso.test`)),
      reported: true,
      told: true,
      original: undefined,
    })),
  )
  await submit(`Subject: Hello\r\n${text}`, { recipients, envelopeId: 'QQ' })
  expect(await counts()).toEqual([3, 0, 0])
  const [, delivered, failed] = await inFolder('ada')
  expect(delivered!.match(/^Final-Recipient: .*$/gm)).toEqual(['Final-Recipient: rfc822; ada@contoso.test'])
  expect(failed).toContain('\r\nSubject: Undeliverable: Hello\r\n')
  expect(failed).toContain('\r\nbob@contoso.test: the mailbox is full\r\n')
  expect(failed!.split('\r\n').filter((line) => /^(?:Final|Action|Status|Diagnostic)/.test(line))).toEqual([
    'Final-Recipient: rfc822; eve@contoso.test',
    'Action: failed',
    'Status: 5.2.3',
    'Diagnostic-Code: smtp; 550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient',
    'Final-Recipient: rfc822; bob@contoso.test',
    'Action: failed',
    'Status: 5.2.2',
    'Diagnostic-Code: smtp; 554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded',
  ])
  await set('bob', { DeliverToMailboxAndForward: true, ForwardingSmtpAddress: 'ada@contoso.test' })
  await submit(text)
  expect(await counts()).toEqual([5, 0, 0])
})

test('a report that has no room at its sender is lost, and the message is not', async () => {
  const { transport, sender, submit, counts, mail, mailboxes } = await opened()
  await mail.setQuota(mailboxes.get('bob')!.id, { octets: 100, messages: undefined })
  await mail.setQuota(mailboxes.get('ada')!.id, { octets: 100, messages: undefined })
  const recipients = await Promise.all(
    ['bob@contoso.test', 'eve@contoso.test'].map(async (address) => ({
      ...(await transport.recipient(sender, address)),
      reported: false,
      told: true,
      original: undefined,
    })),
  )
  await submit(text, { refusesUndelivered: false, recipients })
  expect(await counts()).toEqual([0, 0, 1])
})

test('a message that nobody can have is refused where there is no room for the report either', async () => {
  const { submit, counts, mail, mailboxes } = await opened()
  await mail.setQuota(mailboxes.get('bob')!.id, { octets: 100, messages: undefined })
  await mail.setQuota(mailboxes.get('ada')!.id, { octets: 100, messages: undefined })
  const submitted = submit(text, { refusesUndelivered: false })
  await expect(submitted).rejects.toMatchObject({ reason: 'over-quota', detail: { why: 'recipient-full' } })
  expect(await counts()).toEqual([0, 0, 0])
})

test('who holds as much as ProhibitSendQuota says sends no more, and still gets mail', async () => {
  const { submit, counts, set } = await opened()
  await submit(text, {}, 'ada@contoso.test')
  await set('ada', { ProhibitSendQuota: 100 })
  await expect(submit(text)).rejects.toMatchObject({ reason: 'over-quota', detail: { why: 'sender-quota' } })
  await set('ada', { ProhibitSendQuota: 1000 })
  await submit(text)
  expect(await counts()).toEqual([1, 1, 0])
})

test('who may send on behalf of another does so under his own name in Sender', async () => {
  const { submit, inFolder, set, idOf } = await opened()
  await expect(submit(fromBob)).rejects.toMatchObject({ reason: 'not-allowed' })
  await set('bob', { GrantSendOnBehalfTo: [idOf('ada')] })
  await submit(fromBob)
  await submit(`Sender: ada@contoso.test\r\n${fromBob}`, { from: 'bob@contoso.test' })
  const [first, second] = await inFolder('bob')
  expect(first).toContain('\r\nSender: ada@contoso.test\r\n')
  expect(second!.match(/^Sender: /gm)).toHaveLength(1)
  await expect(submit(`Sender: bob@contoso.test\r\n${fromBob}`)).rejects.toMatchObject({ reason: 'not-allowed' })
})

test('a member of a group may send on behalf of a mailbox that allows the group', async () => {
  const { submit, inFolder, set, directory, tenant, mailboxes } = await opened()
  const group = await directory.groups.create(tenant.id, {
    name: 'robots',
    alias: 'robots',
    displayName: 'Robots',
    primarySmtpAddress: 'robots@contoso.test',
    type: 'Security',
    members: [],
  })
  await set('bob', { GrantSendOnBehalfTo: [group.guid] })
  await expect(submit(fromBob)).rejects.toMatchObject({ reason: 'not-allowed' })
  await directory.groups.addMember(group, { kind: 'mailbox', mailbox: mailboxes.get('ada')! })
  await submit(fromBob)
  expect(await inFolder('bob')).toHaveLength(1)
})

test('SendAs needs no Sender', async () => {
  const { submit, inFolder, directory, tenant, mailboxes } = await opened()
  const trustee = (await directory.permissions.trustee(tenant.id, 'ada'))!
  await directory.sendAs.add(mailboxes.get('bob')!, { trustee, deny: false })
  await submit(fromBob)
  expect((await inFolder('bob'))[0]).not.toContain('Sender:')
})

test('what others send in its name is kept among what a mailbox sent, where it wants that', async () => {
  const { submit, inFolder, set, idOf, directory, tenant, mailboxes } = await opened()
  await set('bob', { GrantSendOnBehalfTo: [idOf('ada')], MessageCopyForSentAsEnabled: true })
  await submit(fromBob, {}, 'eve@contoso.test')
  expect(await inFolder('bob', 'Sent Items')).toEqual([])
  await set('bob', { MessageCopyForSendOnBehalfEnabled: true })
  await submit(fromBob, {}, 'eve@contoso.test')
  expect(await inFolder('bob', 'Sent Items')).toHaveLength(1)
  const trustee = (await directory.permissions.trustee(tenant.id, 'ada'))!
  await directory.sendAs.add(mailboxes.get('bob')!, { trustee, deny: false })
  await submit(fromBob, {}, 'eve@contoso.test')
  expect(await inFolder('bob', 'Sent Items')).toHaveLength(2)
})

test.each([
  [undefined, true, 1],
  [undefined, false, 0],
  [true, false, 1],
  [false, true, 0],
])(
  'with %s for the mailbox and %s for the server, %s copies are kept of what it sends',
  async (own, saveSent, copies) => {
    const { submit, inFolder } = await opened(
      own === undefined ? {} : { ada: { MessageCopyForSMTPClientSubmissionEnabled: own } },
    )
    await submit(text, { saveSent })
    expect(await inFolder('ada', 'Sent Items')).toHaveLength(copies)
  },
)
