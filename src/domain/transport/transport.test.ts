import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { grantMailbox, mailboxNamed, openDirectory, registerApp } from '../../../test/support/open-directory.ts'
import { parseMessage } from '../../codecs/mime/parse.ts'
import type { AppId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import type { GroupMember, GroupType } from '../directory/types.ts'
import { mailMigrations } from '../mail/schema.ts'
import { createMailStore } from '../mail/store.ts'
import type { Mailbox } from '../mail/types.ts'
import { createTransport } from './transport.ts'
import type { Addressed, Author, Sender, Submission } from './types.ts'
import { noTraces } from '../../../test/support/no-traces.ts'

/** Ada, who sends, with an alias; Bob; and Eve of another tenant of the same server. */
async function opened() {
  const { directory, engine, world, tenant } = await openDirectory(mailMigrations)
  const mail = createMailStore({ engine, world, log: silentLog })
  const transport = createTransport({ directory, mail, traces: noTraces, world, log: silentLog })
  const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
  const [ada, bob, eve] = [
    await directory.mailboxes.create(tenant.id, {
      ...mailboxNamed('ada'),
      userPrincipalName: 'ada.lovelace@contoso.test',
    }),
    await directory.mailboxes.create(tenant.id, mailboxNamed('bob')),
    await directory.mailboxes.create(other.id, mailboxNamed('eve', 'fabrikam.test')),
  ]
  const withdrawal = new AbortController()
  const author: Author = { kind: 'user', id: ada.externalDirectoryObjectId }
  const sender = { mailbox: await mail.open(ada.id, withdrawal.signal), author }
  const open = (of: typeof ada): Promise<Mailbox> => mail.open(of.id, new AbortController().signal)

  const to = async (...addresses: string[]): Promise<Addressed[]> =>
    Promise.all(
      addresses.map(async (it) => ({
        ...(await transport.recipient(sender, it)),
        reported: false,
        told: true,
        original: undefined,
      })),
    )
  const submit = async (text: string, change: Partial<Submission> = {}, as: Sender = sender) =>
    transport.submit(as, {
      from: 'ada@contoso.test',
      recipients: change.recipients ?? (await to('bob@contoso.test')),
      envelopeId: undefined,
      bytes: Buffer.from(text),
      trace: { client: 'client.example', peer: '192.0.2.1', by: 'mail.contoso.test', protocol: 'ESMTPSA' },
      saveSent: false,
      refusesUndelivered: true,
      ...change,
    })
  return { directory, world, mail, transport, tenant, ada, bob, eve, sender, withdrawal, open, to, submit }
}

async function texts(mailbox: Mailbox, path = 'Inbox'): Promise<string[]> {
  const { id } = (await mailbox.folder(path))!
  const open = await mailbox.open(id)
  const uids = Array.from({ length: open.index.count }, (_, position) => open.index.uidAt(position))
  open.close()
  const messages = await mailbox.messages(id, uids)
  return Promise.all(messages.map(async ({ blob }) => (await mailbox.content(blob)).toString()))
}

const text = 'From: Ada <ada@contoso.test>\r\nSubject: x\r\n\r\nText\r\n'

describe('a recipient', () => {
  test('is a mailbox of this server, by any of its addresses, in any letter case', async () => {
    const { transport, sender, ada, bob, eve } = await opened()
    const found = (address: string) => transport.recipient(sender, address)
    expect(await found('bob@contoso.test')).toMatchObject({ id: bob.id })
    expect(await found('BOB@Contoso.Test')).toMatchObject({ id: bob.id })
    expect(await found('ada.lovelace@contoso.test')).toMatchObject({ id: ada.id })
    expect(await found('eve@fabrikam.test')).toMatchObject({ id: eve.id })
  })

  test('is nobody else', async () => {
    const { transport, sender, tenant, bob } = await opened()
    const reason = (address: string) => transport.recipient(sender, address).catch((thrown) => thrown.reason)
    expect(await reason('nobody@contoso.test')).toBe('no-such-thing')
    expect(await reason('eve@contoso.test')).toBe('no-such-thing')
    expect(await reason('bob@example.org')).toBe('not-allowed')
    expect(await reason(bob.guid)).toBe('no-such-thing')
    expect(await reason(`bob@${tenant.id}`)).toBe('no-such-thing')
    expect(await reason('postmaster')).toBe('no-such-thing')
  })

  test('is the postmaster of the sender’s domain where none is named', async () => {
    const { transport, sender, directory, tenant } = await opened()
    const { id } = await directory.mailboxes.create(tenant.id, mailboxNamed('postmaster'))
    expect(await transport.recipient(sender, 'Postmaster')).toEqual({
      id,
      address: 'Postmaster@contoso.test',
      kind: 'mailbox',
      tenant: tenant.id,
    })
  })
})

test('mail to a group comes to each of its mailboxes once, through groups in it too', async () => {
  const { submit, to, open, directory, tenant, ada, bob } = await opened()
  const member = (mailbox: typeof ada) => ({ kind: 'mailbox', mailbox }) as const
  const made = { type: 'Distribution', displayName: 'Robots' } as const
  const inner = await directory.groups.create(tenant.id, {
    ...made,
    name: 'inner',
    alias: 'inner',
    primarySmtpAddress: 'inner@contoso.test',
    members: [member(ada), member(bob)],
  })
  await directory.groups.create(tenant.id, {
    ...made,
    name: 'robots',
    alias: 'robots',
    primarySmtpAddress: 'robots@contoso.test',
    members: [member(bob), { kind: 'group', group: inner }],
  })
  await submit(text, { recipients: await to('Robots@contoso.test', 'bob@contoso.test') })
  expect(await texts(await open(bob))).toHaveLength(1)
  expect(await texts(await open(ada))).toHaveLength(1)
})

describe('a message', () => {
  test('arrives with its own octets behind the trace, and with what it lacked', async () => {
    const { submit, open, bob } = await opened()
    const { messageId } = await submit(text)
    expect(messageId).toMatch(/^<[\da-f-]{36}@contoso\.test>$/)
    const [got] = await texts(await open(bob))
    expect(got).toMatch(
      new RegExp(
        [
          '^Return-Path: <ada@contoso\\.test>',
          'Received: from client\\.example \\(\\[192\\.0\\.2\\.1\\]\\)',
          '\\tby mail\\.contoso\\.test with ESMTPSA id [\\da-f-]{36};',
          '\\tTue, 24 Nov 2026 08:00:00 \\+0000',
          'Date: Tue, 24 Nov 2026 08:00:00 \\+0000',
          `Message-ID: ${messageId}`,
          'From: Ada ',
        ].join('\r\n'),
      ),
    )
    expect(got!.endsWith(text)).toBe(true)
    const { envelope } = parseMessage(Buffer.from(got!))
    expect(envelope).toMatchObject({ messageId, from: 'Ada <ada@contoso.test>', subject: 'x' })
  })

  test('that lacks nothing is only traced', async () => {
    const { submit, open, bob } = await opened()
    const whole = `Message-ID: <1@x>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n${text}`
    expect(await submit(whole)).toEqual({ messageId: '<1@x>' })
    const [got] = await texts(await open(bob))
    expect(got!.replace(/^Return-Path:.*\r\nReceived:(.*\r\n\t)*.*\r\n/, '')).toBe(whole)
  })

  test.each([
    ['Hello\r\n', '\r\n\r\nHello\r\n'],
    ['\r\nHello\r\n', '\r\n\r\nHello\r\n'],
    ['', '\r\n'],
  ])('that has no header gets one: %j', async (bytes, end) => {
    const { submit, open, bob } = await opened()
    await submit(bytes)
    const [got] = await texts(await open(bob))
    expect(got!.endsWith(end)).toBe(true)
    expect(parseMessage(Buffer.from(got!)).envelope.from).toBe('ada@contoso.test')
  })

  test('loses its blind copies and a Return-Path of its own, folded or oddly spelled', async () => {
    const { submit, open, bob } = await opened()
    const header = 'bcc: a@x,\r\n b@x\r\nReturn-Path: <evil@x>\r\nBcc : c@x\r\nResent-Bcc: d@x\r\nX-Bcc: kept\r\n'
    await submit(`${header}${text}Bcc: in the text\r\n`)
    const [got] = await texts(await open(bob))
    expect(got).not.toMatch(/[abcd]@x|evil/)
    expect(got).toContain('X-Bcc: kept\r\n')
    expect(got!.endsWith(`${text}Bcc: in the text\r\n`)).toBe(true)
  })

  test('is kept for its sender as it was sent, blind copies and all, and as read', async () => {
    const { submit, open, ada } = await opened()
    await submit(`Bcc: <bob@contoso.test>\r\n${text}`, { saveSent: true })
    const mailbox = await open(ada)
    const [sent] = await texts(mailbox, 'Sent Items')
    expect(sent).toMatch(/^Date: .*\r\nMessage-ID: .*\r\nBcc: <bob@contoso\.test>\r\nFrom: Ada/)
    expect(await mailbox.folder('Sent Items')).toMatchObject({ count: 1, unseen: 0 })
    expect(await mailbox.folder('Inbox')).toMatchObject({ count: 0 })
  })

  test('reaches each mailbox once, however many of its addresses were named, and the sender too', async () => {
    const { submit, to, open, ada, eve } = await opened()
    const recipients = await to('ada@contoso.test', 'ada.lovelace@contoso.test', 'eve@fabrikam.test')
    await submit(text, { recipients, saveSent: true })
    expect(await texts(await open(ada))).toHaveLength(1)
    expect(await texts(await open(ada), 'Sent Items')).toHaveLength(1)
    expect(await texts(await open(eve))).toHaveLength(1)
  })

  test('cannot be written into the trace by what a client calls itself', async () => {
    const { submit, open, bob } = await opened()
    const client = 'a) by evil; (\r\nX-Evil: 1'
    await submit(text, { trace: { client, peer: '::1', by: 'mail.contoso.test', protocol: 'ESMTPA' } })
    const [got] = await texts(await open(bob))
    expect(got).toContain('Received: from a_by_evil_X-Evil:_1 ([IPv6:::1])\r\n')
  })

  test('of any octets arrives, and reads as being from its sender', async () => {
    const { submit, open, bob } = await opened()
    const pieces = fc.constantFrom(
      'From: ada@contoso.test',
      'Subject',
      ':',
      '\r\n',
      '\n',
      ' ',
      'x',
      '\0',
      '\xff',
      'Bcc: a',
    )
    const messages = fc.sample(
      fc.array(pieces, { maxLength: 12 }).map((it) => it.join('')),
      150,
    )
    let taken = 0
    for (const message of messages) {
      taken += await submit(message).then(
        () => 1,
        (thrown) => (expect(['bad-syntax', 'not-allowed']).toContain(thrown.reason), 0),
      )
    }
    const got = await texts(await open(bob))
    expect(got).toHaveLength(taken)
    expect(taken).toBeGreaterThan(20)
    for (const it of got) expect(parseMessage(Buffer.from(it)).envelope.from).toContain('ada@contoso.test')
  })
})

describe('a sender', () => {
  test('is any address of the mailbox', async () => {
    const { transport, sender, submit, open, bob } = await opened()
    expect(await transport.maySendAs(sender, 'Ada@CONTOSO.test')).toBe(true)
    expect(await transport.maySendAs(sender, 'ada.lovelace@contoso.test')).toBe(true)
    expect(await transport.maySendAs(sender, 'bob@contoso.test')).toBe(false)
    expect(await transport.maySendAs(sender, '')).toBe(false)
    await submit('From: ada.lovelace@contoso.test\r\n\r\n', { from: '' })
    expect((await texts(await open(bob)))[0]).toMatch(/^Return-Path: <>\r\n/)
  })

  test('is another mailbox by SendAs, given to the person or to the mailbox, and by FullAccess it is not', async () => {
    const { transport, sender, submit, open, directory, tenant, bob } = await opened()
    const from = 'From: bob@contoso.test\r\n\r\n'
    const trustee = (await directory.permissions.trustee(tenant.id, 'ada'))!
    const full = { trustee, accessRights: ['FullAccess'], deny: false, inheritanceType: 'All' } as const
    await directory.permissions.add(bob, full)
    await expect(submit(from)).rejects.toMatchObject({ reason: 'not-allowed' })
    await directory.sendAs.add(bob, { trustee, deny: false })
    await submit(from, { from: 'bob@contoso.test' })
    expect(await texts(await open(bob))).toHaveLength(1)
    await directory.sendAs.add(bob, { trustee, deny: true })
    expect(await transport.maySendAs(sender, 'bob@contoso.test')).toBe(false)
    await directory.sendAs.remove(bob, { trustee, deny: true })
    await directory.sendAs.remove(bob, { trustee, deny: false })
    await expect(submit(from)).rejects.toMatchObject({ reason: 'not-allowed' })
  })

  test('is another mailbox by SendAs of a security group that the person is in, unless such a group is denied it', async () => {
    const { transport, sender, directory, tenant, bob } = await opened()
    const ada = { kind: 'mailbox', mailbox: (await directory.mailboxes.find(tenant.id, 'ada'))! } as const
    const group = async (name: string, type: GroupType, member: GroupMember) => {
      const address = `${name}@contoso.test`
      const given = { name, alias: name, displayName: name, primarySmtpAddress: address, type, members: [member] }
      return { kind: 'group', group: await directory.groups.create(tenant.id, given) } as const
    }
    const trusteeOf = async (name: string) => (await directory.permissions.trustee(tenant.id, name))!
    const may = () => transport.maySendAs(sender, 'bob@contoso.test')
    await group('Near', 'Security', await group('Team', 'Security', ada))
    await group('Far', 'Security', await group('List', 'Distribution', ada))
    await directory.sendAs.add(bob, { trustee: await trusteeOf('Far'), deny: false })
    expect(await may()).toBe(false)
    await directory.sendAs.add(bob, { trustee: await trusteeOf('Near'), deny: false })
    expect(await may()).toBe(true)
    await directory.sendAs.add(bob, { trustee: await trusteeOf('Team'), deny: true })
    expect(await may()).toBe(false)
  })

  test('is who opened the mailbox and not whose it is, by whatever else that one may send as', async () => {
    const { transport, mail, submit, open, directory, tenant, ada, bob, sender } = await opened()
    const info = await directory.mailboxes.create(tenant.id, { ...mailboxNamed('info'), type: 'SharedMailbox' })
    const trustee = (await directory.permissions.trustee(tenant.id, 'info'))!
    await directory.sendAs.add(bob, { trustee, deny: false })
    const inInfo = { ...sender, mailbox: await mail.open(info.id, new AbortController().signal) }
    const may = async (word: string, as = inInfo) => transport.maySendAs(as, `${word}@contoso.test`)
    expect([await may('ada'), await may('info'), await may('bob')]).toEqual([true, false, false])
    const kept = { from: '', recipients: [], saveSent: true }
    await submit('Subject: x\r\n\r\n', kept, inInfo)
    expect((await texts(await open(info), 'Sent Items'))[0]).toMatch(/^From: ada@contoso\.test\r\n/)
    await directory.mailboxes.update(tenant.id, info.id, {
      settings: { GrantSendOnBehalfTo: [ada.externalDirectoryObjectId] },
    })
    await submit('From: info@contoso.test\r\n\r\n', kept, inInfo)
    expect((await texts(await open(info), 'Sent Items'))[1]).toMatch(/^Sender: ada@contoso\.test\r\n/)
  })

  test('is nobody where a person without a mailbox opened one', async () => {
    const { transport, submit, sender, directory, tenant, ada } = await opened()
    const guest = await directory.users.create(tenant.id, {
      userPrincipalName: 'guest@contoso.test',
      displayName: 'Guest',
      mailNickname: 'guest',
      accountEnabled: true,
    })
    await directory.mailboxes.update(tenant.id, ada.id, { settings: { GrantSendOnBehalfTo: [guest.id] } })
    const asGuest = { ...sender, author: { kind: 'user', id: guest.id } } as const
    expect(await transport.maySendAs(asGuest, 'ada@contoso.test')).toBe(false)
    await expect(submit('Subject: x\r\n\r\n', { from: '' }, asGuest)).rejects.toMatchObject({ reason: 'not-allowed' })
  })

  test('is another mailbox for an app whose service principal has SendAs there, and for no other app', async () => {
    const open = await opened()
    const { transport, sender, directory, tenant, bob } = open
    const { app, principal } = await registerApp(open)
    const { trustee } = await grantMailbox(directory, { app, principal }, bob)
    const as = async (appId: AppId) =>
      transport.maySendAs({ mailbox: sender.mailbox, author: { kind: 'app', appId } }, 'bob@contoso.test')
    expect(await as(app.appId)).toBe(false)
    await directory.sendAs.add(bob, { trustee, deny: false })
    expect(await as(app.appId)).toBe(true)
    expect(await as((await registerApp(open, 'Other')).app.appId)).toBe(false)
    await directory.exchange.remove(tenant.id, (await directory.exchange.find(tenant.id, app.appId))!.guid)
    expect(await as(app.appId)).toBe(false)
  })

  test('is no mailbox of another tenant', async () => {
    const { transport, sender } = await opened()
    expect(await transport.maySendAs(sender, 'eve@fabrikam.test')).toBe(false)
  })

  test.each([
    'From: bob@contoso.test\r\n\r\n',
    'From: ada@contoso.test, bob@contoso.test\r\n\r\n',
    'From: ada@contoso.test\r\nFrom: bob@contoso.test\r\n\r\n',
    'From: Us: ada@contoso.test, Bob <bob@contoso.test>;\r\n\r\n',
    'From: ada@contoso.test\r\nSender: bob@contoso.test\r\n\r\n',
    'From: ada@contoso.test\r\nResent-From: bob@contoso.test\r\n\r\n',
    'Resent-Sender: ada@contoso.test\r\nFrom: ada@contoso.test\r\nResent-Sender: bob@contoso.test\r\n\r\n',
    'FROM :\r\n bob@contoso.test\r\n\r\n',
    'X: y\r\nnot a field\r\nFrom: bob@contoso.test\r\n\r\n',
    'From: ada@contoso.test.example.org\r\n\r\n',
    'From: bob@contoso.test <ada@contoso.test>\r\n\r\n',
    'From: Ada bob@contoso.test<ada@contoso.test>\r\n\r\n',
    'From: <ada@contoso.test> (bob@contoso.test\r\n\r\n',
    'From: ada@contoso.test (Ada <eve@fabrikam.test>)\r\n\r\n',
    'From: "Ada" bob@contoso.test <ada@contoso.test> "\r\n\r\n',
    'From: Ada\r\n\r\n',
    'From: Bob Builder <bob@contoso.test\r\n\r\n',
    'From: "ada@contoso.test" <bob@contoso.test>\r\n\r\n',
  ])('is nobody else: %j', async (header) => {
    const { submit, open, bob } = await opened()
    await expect(submit(header)).rejects.toMatchObject({
      reason: 'not-allowed',
      detail: { mailbox: 'ada@contoso.test' },
    })
    expect(await texts(await open(bob))).toEqual([])
  })

  test.each([
    'From: ada@contoso.test <ada@contoso.test>\r\n\r\n',
    'From: "bob@contoso.test by the help desk" <ada@contoso.test>\r\n\r\n',
    'From: bob@example.org <ada@contoso.test>\r\n\r\n',
    'From: Ada (ada.lovelace@contoso.test) <ada@contoso.test>\r\n\r\n',
  ])('may have any name that nobody takes for another of this server: %j', async (header) => {
    const { submit, open, bob } = await opened()
    await submit(header)
    expect(await texts(await open(bob))).toHaveLength(1)
  })

  test('is nobody else in the envelope', async () => {
    const { submit } = await opened()
    await expect(submit(text, { from: 'bob@contoso.test' })).rejects.toMatchObject({
      reason: 'not-allowed',
      detail: { from: 'bob@contoso.test' },
    })
  })

  test.each([
    ['a From that names nobody', 'From:\r\n\r\n'],
    ['a From that has a comment alone, which is never closed', 'From: (bob@contoso.test\r\n\r\n'],
    ['a From that is of a group of nobody', 'From: Robots:;\r\n\r\n'],
    ['a Sender that names nobody', 'From: ada@contoso.test\r\nSender: ,\r\n\r\n'],
    ['a field behind a bare CR', 'X: y\rFrom: bob@contoso.test\r\nFrom: ada@contoso.test\r\n\r\n'],
    ['a header that ends in a bare CR', 'From: ada@contoso.test\r'],
    ['too many authors', `From: ${'ada@contoso.test, '.repeat(101)}\r\n\r\n`],
    ['what goes on in the From that was missing', ' , bob@contoso.test\r\nDate: x\r\nMessage-ID: <x>\r\n\r\n'],
    ['a From that is too long', `From: ada@contoso.test (${'('.repeat(100_000)})\r\n\r\n`],
    ['too many names that look like authors', `From: ada@contoso.test (${'a@b '.repeat(101)})\r\n\r\n`],
    ['too many fields, behind which another might hide', `${'A: b\r\n'.repeat(10_000)}From: bob@contoso.test\r\n\r\n`],
    ['a header without an end', 'A: b\r\n'.repeat(200_000)],
    ['a field without an end', `A: ${'b'.repeat(1_100_000)}\r\nFrom: bob@contoso.test\r\n\r\n`],
  ])('is not looked for in %s', async (_, message) => {
    const { submit, open, bob } = await opened()
    await expect(submit(message)).rejects.toMatchObject({ reason: 'bad-syntax' })
    expect(await texts(await open(bob))).toEqual([])
  })

  test('has to have the mailbox still', async () => {
    const { submit, to, transport, sender, directory, tenant, ada, withdrawal } = await opened()
    const recipients = await to('bob@contoso.test')
    await directory.mailboxes.remove(tenant.id, ada.id)
    await expect(submit(text, { recipients })).rejects.toMatchObject({ reason: 'gone' })
    withdrawal.abort()
    for (const asked of [
      () => submit(text, { recipients }),
      () => transport.recipient(sender, 'bob@contoso.test'),
      () => transport.maySendAs(sender, 'ada@contoso.test'),
    ]) {
      await expect(asked()).rejects.toMatchObject({ reason: 'gone' })
    }
  })
})

test('a recipient that has gone meanwhile means that nobody gets the message', async () => {
  const { submit, to, open, directory, tenant, bob, eve } = await opened()
  const recipients = await to('eve@fabrikam.test', 'bob@contoso.test')
  await directory.mailboxes.remove(tenant.id, bob.id)
  await expect(submit(text, { recipients })).rejects.toMatchObject({ reason: 'no-such-thing' })
  expect(await texts(await open(eve))).toEqual([])
})

describe('a report of the delivery', () => {
  test('comes to who asks for it, with the names that the sender gave', async () => {
    const { submit, to, open, ada } = await opened()
    const [bob, eve] = await to('bob@contoso.test', 'eve@fabrikam.test')
    await submit(`Message-ID: <1@x>\r\n${text}`, {
      recipients: [{ ...bob!, reported: true, original: 'rfc822;robert@example.org' }, eve!],
      envelopeId: 'QQ 314\r\n159',
    })
    const [report] = await texts(await open(ada))
    const { envelope, part } = parseMessage(Buffer.from(report!))
    expect(envelope).toMatchObject({
      to: '<ada@contoso.test>',
      inReplyTo: '<1@x>',
      from: expect.stringContaining('postmaster@'),
    })
    expect(part).toMatchObject({ type: 'multipart', subtype: 'report' })
    expect(part.children.map(({ type, subtype }) => `${type}/${subtype}`)).toEqual([
      'text/plain',
      'message/delivery-status',
      'text/rfc822-headers',
    ])
    const [words, status, header] = part.children.map(({ bodyStart, end }) => report!.slice(bodyStart, end))
    expect(words).toContain('bob@contoso.test')
    expect(status).toBe(
      [
        'Original-Envelope-Id: QQ 314_159',
        'Reporting-MTA: dns; mail.contoso.test',
        'Arrival-Date: Tue, 24 Nov 2026 08:00:00 +0000',
        '',
        'Original-Recipient: rfc822;robert@example.org',
        'Final-Recipient: rfc822; bob@contoso.test',
        'Action: delivered',
        'Status: 2.0.0',
        '',
      ].join('\r\n'),
    )
    expect(header).toBe('Message-ID: <1@x>\r\nFrom: Ada <ada@contoso.test>\r\nSubject: x\r\n')
    expect(report).toMatch(/^Return-Path: <>\r\n/)
  })

  test('comes to nobody for the null path, or where nobody asked', async () => {
    const { submit, to, open, ada } = await opened()
    const recipients = (await to('bob@contoso.test')).map((it) => ({ ...it, reported: true }))
    await submit(text, { from: '', recipients })
    await submit(text)
    expect(await texts(await open(ada))).toEqual([])
  })

  test('tells an address in another script in ASCII', async () => {
    const { submit, to, open, directory, tenant, ada } = await opened()
    await directory.mailboxes.create(tenant.id, { ...mailboxNamed('bjorn'), primarySmtpAddress: 'björn@contoso.test' })
    await submit(text, { recipients: (await to('björn@contoso.test')).map((it) => ({ ...it, reported: true })) })
    const [report] = await texts(await open(ada))
    expect(report).toContain('Final-Recipient: utf-8; bj\\x{F6}rn@contoso.test\r\n')
  })
})

test('a notice of the server lies in the mailbox itself, and no line of it makes another', async () => {
  const { transport, directory, bob, tenant, open } = await opened()
  await transport.notify(bob.id, { subject: 'Soon\r\nBcc: eve', lines: ['Zoë,', 'a\r\nb'] })
  const [text] = await texts(await open(bob))
  expect(text).toMatch(
    /^Return-Path: <>\r\nFrom: Mail server <postmaster@contoso\.test>\r\nTo: <bob@contoso\.test>\r\n/,
  )
  expect(text).toContain('Subject: Soon__Bcc: eve\r\n')
  expect(text).toContain('Auto-Submitted: auto-generated\r\n')
  expect(text!.split('\r\n\r\n')[1]).toBe('Zoë,\r\na__b\r\n')
  await directory.removedMailboxes.remove(tenant.id, bob.id)
  await expect(transport.notify(bob.id, { subject: 'x', lines: [] })).rejects.toMatchObject({ reason: 'gone' })
})
