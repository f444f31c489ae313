import { expect, test } from 'vitest'
import { newMailbox, openDirectory } from '../../../test/support/directory.ts'
import { noTraces } from '../../../test/support/transport.ts'
import { silentLog } from '../../core/log.ts'
import type { DistributionGroup, GroupMember, MailboxRecord, SettingsChange } from '../directory/types.ts'
import { mailMigrations } from '../mail/schema.ts'
import { createMailStore } from '../mail/store.ts'
import { createTransport } from './transport.ts'

/** Ada and Bob; Eve of another organization; who is `from` sends. */
async function opened() {
  const { directory, engine, world, tenant } = await openDirectory(mailMigrations)
  const mail = createMailStore({ engine, world, log: silentLog })
  const transport = createTransport({ directory, mail, traces: noTraces, world, log: silentLog })
  const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
  const [ada, bob, eve] = [
    await directory.mailboxes.create(tenant.id, newMailbox('ada')),
    await directory.mailboxes.create(tenant.id, newMailbox('bob')),
    await directory.mailboxes.create(other.id, newMailbox('eve', 'fabrikam.test')),
  ]
  const group = (name: string, members: readonly GroupMember[], settings: SettingsChange = {}) =>
    directory.groups.create(tenant.id, {
      name,
      alias: name,
      displayName: name,
      primarySmtpAddress: `${name}@contoso.test`,
      type: 'Distribution',
      members,
      settings,
    })
  const submit = async (from: MailboxRecord, to: string, options: { size?: number; author?: MailboxRecord } = {}) => {
    const mailbox = await mail.open(from.id, new AbortController().signal)
    const sender = { mailbox, author: { kind: 'user', id: from.externalDirectoryObjectId } } as const
    const { primarySmtpAddress: address } = options.author ?? from
    return transport.submit(sender, {
      from: address,
      recipients: [{ ...(await transport.recipient(sender, to)), reported: false, told: true, original: undefined }],
      envelopeId: undefined,
      bytes: Buffer.from(`From: ${address}\r\n\r\n${'x'.repeat(options.size ?? 1)}\r\n`),
      trace: { client: 'client.example', peer: '192.0.2.1', by: 'mail.contoso.test', protocol: 'ESMTPSA' },
      saveSent: false,
      refusesUndelivered: true,
    })
  }
  const held = async (of: MailboxRecord) => (await mail.quotas([of.id])).get(of.id)!.used.messages
  return { directory, tenant, ada, bob, eve, group, submit, held }
}

const member = (mailbox: MailboxRecord): GroupMember => ({ kind: 'mailbox', mailbox })
const inner = (group: DistributionGroup): GroupMember => ({ kind: 'group', group })
const refusedFor = (why: string) => ({ reason: why === 'recipient-size' ? 'too-big' : 'not-allowed', detail: { why } })

test('a group takes mail from outside its organization only where it says so', async () => {
  const { directory, tenant, bob, eve, group, submit, held } = await opened()
  const { guid } = await group('robots', [member(bob)])
  await expect(submit(eve, 'robots@contoso.test')).rejects.toMatchObject(refusedFor('group-inside'))
  await directory.groups.update(tenant.id, guid, { settings: { RequireSenderAuthenticationEnabled: false } })
  await submit(eve, 'robots@contoso.test')
  expect(await held(bob)).toBe(1)
})

test('a group accepts mail from listed senders and listed groups, and from nobody whom it rejects', async () => {
  const { directory, tenant, ada, bob, group, submit, held } = await opened()
  const { guid } = await group('robots', [member(bob)])
  const people = await group('people', [inner(await group('staff', [member(ada)]))])
  const set = (settings: SettingsChange) => directory.groups.update(tenant.id, guid, { settings })
  await set({ AcceptMessagesOnlyFrom: [bob.externalDirectoryObjectId] })
  await expect(submit(ada, 'robots@contoso.test')).rejects.toMatchObject(refusedFor('group-unlisted'))
  await set({ AcceptMessagesOnlyFromDLMembers: [people.guid] })
  await submit(ada, 'robots@contoso.test')
  expect(await held(bob)).toBe(1)
  await set({ RejectMessagesFrom: [ada.externalDirectoryObjectId] })
  await expect(submit(ada, 'robots@contoso.test')).rejects.toMatchObject(refusedFor('recipient-rejects'))
})

test('a group judges whom the message is from, and not who sent it for them', async () => {
  const { directory, tenant, ada, bob, group, submit, held } = await opened()
  await group('robots', [member(bob)], { AcceptMessagesOnlyFrom: [bob.externalDirectoryObjectId] })
  const trustee = (await directory.permissions.trustee(tenant.id, 'ada'))!
  await directory.sendAs.add(bob, { trustee, deny: false })
  await submit(ada, 'robots@contoso.test', { author: bob })
  expect(await held(bob)).toBe(1)
})

test('a group in a group is asked too, and the sender is told where it refuses', async () => {
  const { ada, bob, group, submit, held } = await opened()
  const closed = await group('closed', [member(bob)], { MaxReceiveSize: 50 })
  await group('robots', [member(ada), inner(closed)])
  await submit(ada, 'robots@contoso.test', { size: 100 })
  expect([await held(ada), await held(bob)]).toEqual([2, 0])
  await submit(ada, 'robots@contoso.test')
  expect([await held(ada), await held(bob)]).toEqual([3, 1])
  await expect(submit(ada, 'closed@contoso.test', { size: 100 })).rejects.toMatchObject(refusedFor('recipient-size'))
})

test('groups that hold each other deliver once', async () => {
  const { directory, ada, bob, group, submit, held } = await opened()
  const first = await group('first', [member(bob)])
  const second = await group('second', [inner(first), member(ada)])
  await directory.groups.addMember(first, inner(second))
  await submit(ada, 'first@contoso.test')
  expect([await held(ada), await held(bob)]).toEqual([1, 1])
})

test('a mailbox takes mail from everybody, unless it says from whom it does, and from whom it does not', async () => {
  const { directory, tenant, ada, bob, eve, group, submit, held } = await opened()
  const people = await group('people', [member(ada)])
  const set = (settings: SettingsChange) => directory.mailboxes.update(tenant.id, bob.id, { settings })
  await submit(eve, 'bob@contoso.test')
  await set({ RequireSenderAuthenticationEnabled: true })
  await expect(submit(eve, 'bob@contoso.test')).rejects.toMatchObject(refusedFor('mailbox-inside'))
  await submit(ada, 'bob@contoso.test')
  await set({ AcceptMessagesOnlyFrom: [bob.externalDirectoryObjectId] })
  await expect(submit(ada, 'bob@contoso.test')).rejects.toMatchObject(refusedFor('mailbox-unlisted'))
  await set({ AcceptMessagesOnlyFromDLMembers: [people.guid] })
  await submit(ada, 'bob@contoso.test')
  await set({ RejectMessagesFromDLMembers: [people.guid] })
  await expect(submit(ada, 'bob@contoso.test')).rejects.toMatchObject(refusedFor('recipient-rejects'))
  expect(await held(bob)).toBe(3)
})

test('a mailbox in a group is asked too, and the sender is told where it refuses', async () => {
  const { directory, tenant, ada, bob, group, submit, held } = await opened()
  await group('robots', [member(ada), member(bob)])
  await directory.mailboxes.update(tenant.id, bob.id, {
    settings: { RejectMessagesFrom: [ada.externalDirectoryObjectId] },
  })
  await submit(ada, 'robots@contoso.test')
  expect([await held(ada), await held(bob)]).toEqual([2, 0])
})

test('a message has no more recipients than its sender may have', async () => {
  const { directory, tenant, ada, bob, submit, held } = await opened()
  const limit = (count: number) =>
    directory.mailboxes.update(tenant.id, ada.id, { settings: { RecipientLimits: count } })
  await limit(0)
  await expect(submit(ada, 'bob@contoso.test')).rejects.toMatchObject({ detail: { why: 'sender-recipients' } })
  await limit(1)
  await submit(ada, 'bob@contoso.test')
  expect(await held(bob)).toBe(1)
})

test.each(['ForwardingAddress', 'ForwardingSmtpAddress'])(
  'a group that %s names is held to whom it takes mail from: the sender of what is forwarded, and not who forwards it',
  async (setting) => {
    const { directory, tenant, ada, bob, group, submit, held } = await opened()
    const { guid } = await group('robots', [member(ada)], { AcceptMessagesOnlyFrom: [bob.externalDirectoryObjectId] })
    const forwarding = setting === 'ForwardingAddress' ? guid : 'robots@contoso.test'
    await directory.mailboxes.update(tenant.id, bob.id, { settings: { [setting]: forwarding } })
    await expect(submit(ada, 'bob@contoso.test')).rejects.toMatchObject(refusedFor('group-unlisted'))
    expect([await held(ada), await held(bob)]).toEqual([0, 0])
    await submit(bob, 'bob@contoso.test')
    expect([await held(ada), await held(bob)]).toEqual([1, 0])
    await directory.mailboxes.update(tenant.id, bob.id, { settings: { DeliverToMailboxAndForward: true } })
    await submit(ada, 'bob@contoso.test')
    expect(await held(bob)).toBe(1)
  },
)

test('what is forwarded to a group that there is no more stays in the mailbox', async () => {
  const { directory, tenant, ada, bob, group, submit, held } = await opened()
  const { guid } = await group('robots', [member(ada)])
  await directory.mailboxes.update(tenant.id, bob.id, { settings: { ForwardingAddress: guid } })
  await directory.groups.remove(tenant.id, guid)
  await submit(ada, 'bob@contoso.test')
  expect([await held(ada), await held(bob)]).toEqual([0, 1])
})
