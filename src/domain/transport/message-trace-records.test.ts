import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory } from '../../../test/support/directory.ts'
import type { TenantId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import type { MessageTrace } from '../audit/message-trace.ts'
import type { SettingsChange } from '../directory/types.ts'
import { mailMigrations } from '../mail/schema.ts'
import { createMailStore } from '../mail/store.ts'
import { createTransport } from './transport.ts'
import type { Submission } from './types.ts'

/** Ada, who sends; Bob, Carl and a group of both; and Eve of another tenant. */
async function opened() {
  const { directory, engine, world, tenant } = await openDirectory(mailMigrations)
  const mail = createMailStore({ engine, world, log: silentLog })
  const kept: { tenant: TenantId; trace: MessageTrace }[] = []
  const traces = {
    record: (of: TenantId, all: readonly MessageTrace[]) =>
      void kept.push(...all.map((trace) => ({ tenant: of, trace }))),
  }
  const transport = createTransport({ directory, mail, traces, world, log: silentLog })
  const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
  const make = (word: string) => directory.mailboxes.create(tenant.id, newMailbox(word))
  const [ada, bob, carl] = [await make('ada'), await make('bob'), await make('carl')]
  const eve = await directory.mailboxes.create(other.id, newMailbox('eve', 'fabrikam.test'))
  await directory.groups.create(tenant.id, {
    name: 'team',
    alias: 'team',
    displayName: 'team',
    primarySmtpAddress: 'team@contoso.test',
    type: 'Distribution',
    members: [bob, carl].map((mailbox) => ({ kind: 'mailbox', mailbox })),
  })
  const dynamicGroup = (name: string, recipientFilter: string) =>
    directory.groups.create(tenant.id, {
      name,
      alias: name,
      displayName: name,
      primarySmtpAddress: `${name}@contoso.test`,
      type: 'Distribution',
      recipientFilter,
      members: [],
    })
  const sender = {
    mailbox: await mail.open(ada.id, new AbortController().signal),
    author: { kind: 'user', id: ada.externalDirectoryObjectId },
  } as const
  const trace = { client: 'client.example', peer: '192.0.2.1', by: 'mail.contoso.test', protocol: 'ESMTPSA' }
  const submit = async (addresses: readonly string[], change: Partial<Submission> = {}) => {
    const recipients = await Promise.all(
      addresses.map(async (address) => ({
        ...(await transport.recipient(sender, address)),
        reported: false,
        told: true,
        original: undefined,
      })),
    )
    const bytes = Buffer.from('From: ada@contoso.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nText\r\n')
    const usual = { from: 'Ada@contoso.test', envelopeId: undefined, bytes, trace, saveSent: true }
    return transport.submit(sender, { ...usual, recipients, refusesUndelivered: false, ...change })
  }
  const set = (word: typeof bob, settings: SettingsChange) =>
    directory.mailboxes.update(tenant.id, word.id, { settings })
  const became = (of: TenantId = tenant.id) =>
    kept.filter((it) => it.tenant === of).map((it) => [it.trace.recipient, it.trace.status])
  return {
    directory,
    eve,
    transport,
    sender,
    dynamicGroup,
    trace,
    kept,
    submit,
    set,
    became,
    ada,
    bob,
    carl,
    other,
    tenant,
    world,
  }
}

describe('the trace of a message', () => {
  it('has what the message is known by', async () => {
    const { kept, submit, world } = await opened()
    const { messageId } = await submit(['Bob@contoso.test'])
    expect(kept.map((it) => it.trace)).toEqual([
      {
        traceId: expect.any(String),
        at: world.now(),
        sender: 'ada@contoso.test',
        recipient: 'bob@contoso.test',
        status: 'Delivered',
        why: '',
        messageId,
        subject: 'Grüße',
        octets: 70,
        from: '192.0.2.1',
        by: 'mail.contoso.test',
        protocol: 'ESMTPSA',
      },
    ])
  })

  it('tells that a group was expanded, and each member once', async () => {
    const { submit, became } = await opened()
    await submit(['team@contoso.test', 'carl@contoso.test'])
    expect(became()).toEqual([
      ['team@contoso.test', 'Expanded'],
      ['carl@contoso.test', 'Delivered'],
      ['bob@contoso.test', 'Delivered'],
    ])
  })

  it('tells the same of a dynamic group, whose members are found when the message comes', async () => {
    const { submit, became, dynamicGroup } = await opened()
    await dynamicGroup('crew', "Alias -like '?*' -or Alias -like 'b*'")
    await submit(['crew@contoso.test'])
    expect(became()).toEqual([
      ['crew@contoso.test', 'Expanded'],
      ['bob@contoso.test', 'Delivered'],
    ])
  })

  it('tells where a mailbox handed it on', async () => {
    const { submit, became, set, bob, carl } = await opened()
    await set(bob, { ForwardingAddress: carl.externalDirectoryObjectId })
    await submit(['bob@contoso.test'])
    expect(became()).toEqual([
      ['bob@contoso.test', 'None'],
      ['carl@contoso.test', 'Delivered'],
    ])
  })

  it('tells who can not have it, with the status code, and that the sender was told', async () => {
    const { submit, kept, set, bob } = await opened()
    await set(bob, { MaxReceiveSize: 10 })
    await submit(['bob@contoso.test', 'team@contoso.test'])
    const [ofReport] = kept.splice(-1)
    expect(ofReport!.trace).toMatchObject({
      sender: '<>',
      recipient: 'ada@contoso.test',
      status: 'Delivered',
      subject: expect.stringContaining('Undeliverable: '),
      messageId: expect.stringMatching(/^<.+@contoso\.test>$/),
    })
    expect(kept.map(({ trace: { recipient, status, why } }) => [recipient, status, why.slice(0, 9)])).toEqual([
      ['bob@contoso.test', 'Failed', '550 5.2.3'],
      ['team@contoso.test', 'Expanded', ''],
      ['carl@contoso.test', 'Delivered', ''],
    ])
  })

  it('is for the tenant of the sender, and of what it has to do with for another tenant', async () => {
    const { submit, became, other } = await opened()
    await submit(['bob@contoso.test', 'eve@fabrikam.test'], { from: '' })
    expect(became()).toEqual([
      ['bob@contoso.test', 'Delivered'],
      ['eve@fabrikam.test', 'Delivered'],
    ])
    expect(became(other.id)).toEqual([['eve@fabrikam.test', 'Delivered']])
  })

  it('does not tell one tenant who is in a group of another', async () => {
    const { submit, became, other, directory, eve } = await opened()
    await directory.groups.create(other.id, {
      name: 'crew',
      alias: 'crew',
      displayName: 'crew',
      primarySmtpAddress: 'crew@fabrikam.test',
      type: 'Distribution',
      settings: { RequireSenderAuthenticationEnabled: false },
      members: [{ kind: 'mailbox', mailbox: eve }],
    })
    await submit(['crew@fabrikam.test'])
    expect(became()).toEqual([['crew@fabrikam.test', 'Expanded']])
    expect(became(other.id)).toEqual([
      ['crew@fabrikam.test', 'Expanded'],
      ['eve@fabrikam.test', 'Delivered'],
    ])
  })

  it('tells what the sender was told of a message that was not taken, be its header readable or not', async () => {
    const { transport, sender, trace, kept, tenant } = await opened()
    const declined = { from: '', recipients: ['Nobody@contoso.test'], trace }
    for (const bytes of ['', 'Subject: x\r\n\r\n', 'From:\r\nSubject: x\r\n\r\n']) {
      await transport.declined(sender, { ...declined, bytes: Buffer.from(bytes) }, '550 5.1.10 Not found')
    }
    expect(
      kept.map(({ tenant: of, trace: { sender, recipient, status, why, subject } }) => [
        of,
        sender,
        recipient,
        status,
        why,
        subject,
      ]),
    ).toEqual(
      ['', 'x', ''].map((subject) => [
        tenant.id,
        '<>',
        'nobody@contoso.test',
        'Failed',
        '550 5.1.10 Not found',
        subject,
      ]),
    )
  })

  it('is there for a notice of the server itself', async () => {
    const { transport, kept, bob } = await opened()
    await transport.notify(bob.id, { subject: 'Passwords end', lines: [] })
    expect(kept.map((it) => it.trace)).toMatchObject([
      {
        sender: '<>',
        recipient: 'bob@contoso.test',
        status: 'Delivered',
        subject: 'Passwords end',
      },
    ])
  })
})
