import { expect, test } from 'vitest'
import { openTransport, textsIn } from '../../../test/support/transport.ts'
import { newMailbox } from '../../../test/support/directory.ts'
import type { GroupMember, MailboxRecord } from '../directory/types.ts'
import type { AddressBook } from './address-book.ts'
import { resolveRecipients } from './resolve-recipients.ts'

/** Twelve mailboxes that are a group, and each of which forwards to the group. */
async function crowd() {
  const { directory, tenant, ada, bob, open, to, submit } = await openTransport()
  const group = (name: string, members: readonly MailboxRecord[]) =>
    directory.groups.create(tenant.id, {
      name,
      alias: name,
      displayName: name,
      primarySmtpAddress: `${name}@contoso.test`,
      type: 'Distribution',
      members: members.map((mailbox): GroupMember => ({ kind: 'mailbox', mailbox })),
    })
  const members: MailboxRecord[] = []
  for (let at = 0; at < 12; at++) members.push(await directory.mailboxes.create(tenant.id, newMailbox(`robot${at}`)))
  const { guid } = await group('robots', members)
  for (const { id } of members) {
    await directory.mailboxes.update(tenant.id, id, { settings: { ForwardingAddress: guid } })
  }
  return { directory, tenant, ada, bob, members, group, open, to, submit }
}

test('each mailbox and each group is looked at once for a message, however many forward to them', async () => {
  const { directory, ada, members, to } = await crowd()
  const asked = { mailboxes: 0, groups: 0 }
  const { tenants, mailboxes, groups, sendAs, exchange } = directory
  const book: AddressBook = {
    tenants,
    sendAs,
    exchange,
    mailboxes: { ...mailboxes, byId: (id) => (asked.mailboxes++, mailboxes.byId(id)) },
    groups: {
      ...groups,
      groupsIn: (group) => (asked.groups++, groups.groupsIn(group)),
      mailboxesIn: (group, closed) => (asked.groups++, groups.mailboxesIn(group, closed)),
    },
  }
  const recipients = await to('robots@contoso.test', 'robot3@contoso.test', 'robots@contoso.test')
  const found = await resolveRecipients(book, recipients, { from: [ada], octets: 1 })
  expect(asked).toEqual({ mailboxes: 12, groups: 2 })
  // All forward in a circle, and so each keeps what came to it.
  expect(new Set(found.mailboxes.keys())).toEqual(new Set(members.map(({ id }) => id)))
})

test('a mailbox to which many forward that does not take the message is told of once', async () => {
  const { directory, tenant, bob, ada, members, group, open, to, submit } = await crowd()
  const { guid } = await group('closed', [bob])
  for (const { id } of members) {
    await directory.mailboxes.update(tenant.id, id, { settings: { ForwardingAddress: guid } })
  }
  await directory.mailboxes.update(tenant.id, bob.id, { settings: { MaxReceiveSize: 10 } })
  const recipients = await to('robots@contoso.test')
  await submit('From: ada@contoso.test\r\n\r\nText\r\n', { recipients, refusesUndelivered: false })
  const [report] = await textsIn(await open(ada))
  expect(report!.match(/^Final-Recipient: .*$/gm)).toEqual(['Final-Recipient: rfc822; bob@contoso.test'])
})

test.each([{ MaxReceiveSize: 10 }, 'full'] as const)(
  'who is a recipient and in a group before is not told of as having a message that %j keeps from it',
  async (restriction) => {
    const { directory, mail, tenant, ada, bob, open, to, submit } = await openTransport()
    await directory.groups.create(tenant.id, {
      name: 'team',
      alias: 'team',
      displayName: 'team',
      primarySmtpAddress: 'team@contoso.test',
      type: 'Distribution',
      members: [{ kind: 'mailbox', mailbox: bob }],
    })
    if (restriction === 'full') await mail.setQuota(bob.id, { octets: 10, messages: undefined })
    else await directory.mailboxes.update(tenant.id, bob.id, { settings: restriction })
    const recipients = (await to('team@contoso.test', 'bob@contoso.test')).map((it) => ({ ...it, reported: true }))
    await submit('From: ada@contoso.test\r\n\r\nText\r\n', { recipients, refusesUndelivered: false })
    const reports = await textsIn(await open(ada))
    expect(reports.map((report) => report.match(/^Action: .*$/gm))).toEqual([['Action: failed']])
  },
)
