import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newMailbox } from '../../../test/support/directory.ts'
import { openTransport, textsIn } from '../../../test/support/transport.ts'
import { parseMessage } from '../../codecs/mime/parse.ts'

const text = 'From: Ada <ada@contoso.test>\r\nSubject: x\r\n\r\nText\r\n'

describe('a recipient', () => {
  test('is a mailbox of this server, by any of its addresses, in any letter case', async () => {
    const { transport, sender, ada, bob, eve } = await openTransport()
    const found = (address: string) => transport.recipient(sender, address)
    expect(await found('bob@contoso.test')).toMatchObject({ id: bob.id })
    expect(await found('BOB@Contoso.Test')).toMatchObject({ id: bob.id })
    expect(await found('ada.lovelace@contoso.test')).toMatchObject({ id: ada.id })
    expect(await found('eve@fabrikam.test')).toMatchObject({ id: eve.id })
  })

  test('is nobody else', async () => {
    const { transport, sender, tenant, bob } = await openTransport()
    const reason = (address: string) => transport.recipient(sender, address).catch((thrown) => thrown.reason)
    expect(await reason('nobody@contoso.test')).toBe('no-such-thing')
    expect(await reason('eve@contoso.test')).toBe('no-such-thing')
    expect(await reason('bob@example.org')).toBe('not-allowed')
    expect(await reason(bob.guid)).toBe('no-such-thing')
    expect(await reason(`bob@${tenant.id}`)).toBe('no-such-thing')
    expect(await reason('postmaster')).toBe('no-such-thing')
  })

  test('is the postmaster of the sender’s domain where none is named', async () => {
    const { transport, sender, directory, tenant } = await openTransport()
    const { id } = await directory.mailboxes.create(tenant.id, newMailbox('postmaster'))
    expect(await transport.recipient(sender, 'Postmaster')).toEqual({
      id,
      address: 'Postmaster@contoso.test',
      kind: 'mailbox',
      tenant: tenant.id,
    })
  })
})

test('mail to a group comes to each of its mailboxes once, through groups in it too', async () => {
  const { submit, to, open, directory, tenant, ada, bob } = await openTransport()
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
  expect(await textsIn(await open(bob))).toHaveLength(1)
  expect(await textsIn(await open(ada))).toHaveLength(1)
})

describe('a message', () => {
  test('arrives with its own octets behind the trace, and with what it lacked', async () => {
    const { submit, open, bob } = await openTransport()
    const { messageId } = await submit(text)
    expect(messageId).toMatch(/^<[\da-f-]{36}@contoso\.test>$/)
    const [got] = await textsIn(await open(bob))
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
    const { submit, open, bob } = await openTransport()
    const whole = `Message-ID: <1@x>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n${text}`
    expect(await submit(whole)).toEqual({ messageId: '<1@x>' })
    const [got] = await textsIn(await open(bob))
    expect(got!.replace(/^Return-Path:.*\r\nReceived:(.*\r\n\t)*.*\r\n/, '')).toBe(whole)
  })

  test.each([
    ['Hello\r\n', '\r\n\r\nHello\r\n'],
    ['\r\nHello\r\n', '\r\n\r\nHello\r\n'],
    ['', '\r\n'],
  ])('that has no header gets one: %j', async (bytes, end) => {
    const { submit, open, bob } = await openTransport()
    await submit(bytes)
    const [got] = await textsIn(await open(bob))
    expect(got!.endsWith(end)).toBe(true)
    expect(parseMessage(Buffer.from(got!)).envelope.from).toBe('ada@contoso.test')
  })

  test('loses its blind copies and a Return-Path of its own, folded or oddly spelled', async () => {
    const { submit, open, bob } = await openTransport()
    const header = 'bcc: a@x,\r\n b@x\r\nReturn-Path: <evil@x>\r\nBcc : c@x\r\nResent-Bcc: d@x\r\nX-Bcc: kept\r\n'
    await submit(`${header}${text}Bcc: in the text\r\n`)
    const [got] = await textsIn(await open(bob))
    expect(got).not.toMatch(/[abcd]@x|evil/)
    expect(got).toContain('X-Bcc: kept\r\n')
    expect(got!.endsWith(`${text}Bcc: in the text\r\n`)).toBe(true)
  })

  test('is kept for its sender as it was sent, blind copies and all, and as read', async () => {
    const { submit, open, ada } = await openTransport()
    await submit(`Bcc: <bob@contoso.test>\r\n${text}`, { saveSent: true })
    const mailbox = await open(ada)
    const [sent] = await textsIn(mailbox, 'Sent Items')
    expect(sent).toMatch(/^Date: .*\r\nMessage-ID: .*\r\nBcc: <bob@contoso\.test>\r\nFrom: Ada/)
    expect(await mailbox.folder('Sent Items')).toMatchObject({ count: 1, unseen: 0 })
    expect(await mailbox.folder('Inbox')).toMatchObject({ count: 0 })
  })

  test('reaches each mailbox once, however many of its addresses were named, and the sender too', async () => {
    const { submit, to, open, ada, eve } = await openTransport()
    const recipients = await to('ada@contoso.test', 'ada.lovelace@contoso.test', 'eve@fabrikam.test')
    await submit(text, { recipients, saveSent: true })
    expect(await textsIn(await open(ada))).toHaveLength(1)
    expect(await textsIn(await open(ada), 'Sent Items')).toHaveLength(1)
    expect(await textsIn(await open(eve))).toHaveLength(1)
  })

  test('cannot be written into the trace by what a client calls itself', async () => {
    const { submit, open, bob } = await openTransport()
    const client = 'a) by evil; (\r\nX-Evil: 1'
    await submit(text, { trace: { client, peer: '::1', by: 'mail.contoso.test', protocol: 'ESMTPA' } })
    const [got] = await textsIn(await open(bob))
    expect(got).toContain('Received: from a_by_evil_X-Evil:_1 ([IPv6:::1])\r\n')
  })

  test('of any octets arrives, and reads as being from its sender', async () => {
    const { submit, open, bob } = await openTransport()
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
    const got = await textsIn(await open(bob))
    expect(got).toHaveLength(taken)
    expect(taken).toBeGreaterThan(20)
    for (const it of got) expect(parseMessage(Buffer.from(it)).envelope.from).toContain('ada@contoso.test')
  })
})

test('a recipient that has gone meanwhile means that nobody gets the message', async () => {
  const { submit, to, open, directory, tenant, bob, eve } = await openTransport()
  const recipients = await to('eve@fabrikam.test', 'bob@contoso.test')
  await directory.mailboxes.remove(tenant.id, bob.id)
  await expect(submit(text, { recipients })).rejects.toMatchObject({ reason: 'no-such-thing' })
  expect(await textsIn(await open(eve))).toEqual([])
})

describe('a report of the delivery', () => {
  test('comes to who asks for it, with the names that the sender gave', async () => {
    const { submit, to, open, ada } = await openTransport()
    const [bob, eve] = await to('bob@contoso.test', 'eve@fabrikam.test')
    await submit(`Message-ID: <1@x>\r\n${text}`, {
      recipients: [{ ...bob!, reported: true, original: 'rfc822;robert@example.org' }, eve!],
      envelopeId: 'QQ 314\r\n159',
    })
    const [report] = await textsIn(await open(ada))
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
    const { submit, to, open, ada } = await openTransport()
    const recipients = (await to('bob@contoso.test')).map((it) => ({ ...it, reported: true }))
    await submit(text, { from: '', recipients })
    await submit(text)
    expect(await textsIn(await open(ada))).toEqual([])
  })

  test('tells an address in another script in ASCII', async () => {
    const { submit, to, open, directory, tenant, ada } = await openTransport()
    await directory.mailboxes.create(tenant.id, { ...newMailbox('bjorn'), primarySmtpAddress: 'björn@contoso.test' })
    await submit(text, { recipients: (await to('björn@contoso.test')).map((it) => ({ ...it, reported: true })) })
    const [report] = await textsIn(await open(ada))
    expect(report).toContain('Final-Recipient: utf-8; bj\\x{F6}rn@contoso.test\r\n')
  })
})

test('a notice of the server lies in the mailbox itself, and no line of it makes another', async () => {
  const { transport, directory, bob, tenant, open } = await openTransport()
  await transport.notify(bob.id, { subject: 'Soon\r\nBcc: eve', lines: ['Zoë,', 'a\r\nb'] })
  const [text] = await textsIn(await open(bob))
  expect(text).toMatch(
    /^Return-Path: <>\r\nFrom: Mail server <postmaster@contoso\.test>\r\nTo: <bob@contoso\.test>\r\n/,
  )
  expect(text).toContain('Subject: Soon__Bcc: eve\r\n')
  expect(text).toContain('Auto-Submitted: auto-generated\r\n')
  expect(text!.split('\r\n\r\n')[1]).toBe('Zoë,\r\na__b\r\n')
  await directory.removedMailboxes.remove(tenant.id, bob.id)
  await expect(transport.notify(bob.id, { subject: 'x', lines: [] })).rejects.toMatchObject({ reason: 'gone' })
})
