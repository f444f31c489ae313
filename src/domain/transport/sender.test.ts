import { describe, expect, test } from 'vitest'
import { grantMailbox, newMailbox, registerApp } from '../../../test/support/directory.ts'
import { openTransport, textsIn } from '../../../test/support/transport.ts'
import type { AppId } from '../../core/ids.ts'
import type { GroupMember, GroupType } from '../directory/types.ts'

const text = 'From: Ada <ada@contoso.test>\r\nSubject: x\r\n\r\nText\r\n'

describe('a sender', () => {
  test('is any address of the mailbox', async () => {
    const { transport, sender, submit, open, bob } = await openTransport()
    expect(await transport.maySendAs(sender, 'Ada@CONTOSO.test')).toBe(true)
    expect(await transport.maySendAs(sender, 'ada.lovelace@contoso.test')).toBe(true)
    expect(await transport.maySendAs(sender, 'bob@contoso.test')).toBe(false)
    expect(await transport.maySendAs(sender, '')).toBe(false)
    await submit('From: ada.lovelace@contoso.test\r\n\r\n', { from: '' })
    expect((await textsIn(await open(bob)))[0]).toMatch(/^Return-Path: <>\r\n/)
  })

  test('is another mailbox by SendAs, given to the person or to the mailbox, and by FullAccess it is not', async () => {
    const { transport, sender, submit, open, directory, tenant, bob } = await openTransport()
    const from = 'From: bob@contoso.test\r\n\r\n'
    const trustee = (await directory.permissions.trustee(tenant.id, 'ada'))!
    const full = { trustee, accessRights: ['FullAccess'], deny: false, inheritanceType: 'All' } as const
    await directory.permissions.add(bob, full)
    await expect(submit(from)).rejects.toMatchObject({ reason: 'not-allowed' })
    await directory.sendAs.add(bob, { trustee, deny: false })
    await submit(from, { from: 'bob@contoso.test' })
    expect(await textsIn(await open(bob))).toHaveLength(1)
    await directory.sendAs.add(bob, { trustee, deny: true })
    expect(await transport.maySendAs(sender, 'bob@contoso.test')).toBe(false)
    await directory.sendAs.remove(bob, { trustee, deny: true })
    await directory.sendAs.remove(bob, { trustee, deny: false })
    await expect(submit(from)).rejects.toMatchObject({ reason: 'not-allowed' })
  })

  test('is another mailbox by SendAs of a security group of the user, unless one is denied it', async () => {
    const { transport, sender, directory, tenant, bob } = await openTransport()
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
    const { transport, mail, submit, open, directory, tenant, ada, bob, sender } = await openTransport()
    const info = await directory.mailboxes.create(tenant.id, { ...newMailbox('info'), type: 'SharedMailbox' })
    const trustee = (await directory.permissions.trustee(tenant.id, 'info'))!
    await directory.sendAs.add(bob, { trustee, deny: false })
    const inInfo = { ...sender, mailbox: await mail.open(info.id, new AbortController().signal) }
    const may = async (word: string, as = inInfo) => transport.maySendAs(as, `${word}@contoso.test`)
    expect([await may('ada'), await may('info'), await may('bob')]).toEqual([true, false, false])
    const kept = { from: '', recipients: [], saveSent: true }
    await submit('Subject: x\r\n\r\n', kept, inInfo)
    expect((await textsIn(await open(info), 'Sent Items'))[0]).toMatch(/^From: ada@contoso\.test\r\n/)
    await directory.mailboxes.update(tenant.id, info.id, {
      settings: { GrantSendOnBehalfTo: [ada.externalDirectoryObjectId] },
    })
    await submit('From: info@contoso.test\r\n\r\n', kept, inInfo)
    expect((await textsIn(await open(info), 'Sent Items'))[1]).toMatch(/^Sender: ada@contoso\.test\r\n/)
  })

  test('is nobody where a person without a mailbox opened one', async () => {
    const { transport, submit, sender, directory, tenant, ada } = await openTransport()
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
    const open = await openTransport()
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
    const { transport, sender } = await openTransport()
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
    const { submit, open, bob } = await openTransport()
    await expect(submit(header)).rejects.toMatchObject({
      reason: 'not-allowed',
      detail: { mailbox: 'ada@contoso.test' },
    })
    expect(await textsIn(await open(bob))).toEqual([])
  })

  test.each([
    'From: ada@contoso.test <ada@contoso.test>\r\n\r\n',
    'From: "bob@contoso.test by the help desk" <ada@contoso.test>\r\n\r\n',
    'From: bob@example.org <ada@contoso.test>\r\n\r\n',
    'From: Ada (ada.lovelace@contoso.test) <ada@contoso.test>\r\n\r\n',
  ])('may have any name that nobody takes for another of this server: %j', async (header) => {
    const { submit, open, bob } = await openTransport()
    await submit(header)
    expect(await textsIn(await open(bob))).toHaveLength(1)
  })

  test('is nobody else in the envelope', async () => {
    const { submit } = await openTransport()
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
    [
      'too many names that look like authors',
      `From: ada@contoso.test (${Array.from({ length: 102 }, (_, n) => `a@b${n}`).join(' ')})\r\n\r\n`,
    ],
    ['many Froms that are too long together', `From: ada@contoso.test (${'a'.repeat(1000)})\r\n`.repeat(70)],
    ['too many fields, behind which another might hide', `${'A: b\r\n'.repeat(10_000)}From: bob@contoso.test\r\n\r\n`],
    ['a header without an end', 'A: b\r\n'.repeat(200_000)],
    ['a field without an end', `A: ${'b'.repeat(1_100_000)}\r\nFrom: bob@contoso.test\r\n\r\n`],
  ])('is not looked for in %s', async (_, message) => {
    const { submit, open, bob } = await openTransport()
    await expect(submit(message)).rejects.toMatchObject({ reason: 'bad-syntax' })
    expect(await textsIn(await open(bob))).toEqual([])
  })

  test('has to have the mailbox still', async () => {
    const { submit, to, transport, sender, directory, tenant, ada, revocation } = await openTransport()
    const recipients = await to('bob@contoso.test')
    await directory.mailboxes.remove(tenant.id, ada.id)
    await expect(submit(text, { recipients })).rejects.toMatchObject({ reason: 'gone' })
    revocation.abort()
    for (const asked of [
      () => submit(text, { recipients }),
      () => transport.recipient(sender, 'bob@contoso.test'),
      () => transport.maySendAs(sender, 'ada@contoso.test'),
    ]) {
      await expect(asked()).rejects.toMatchObject({ reason: 'gone' })
    }
  })
})
