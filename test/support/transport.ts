import { silentLog } from '../../src/core/log.ts'
import type { MessageTraces } from '../../src/domain/audit/message-trace.ts'
import { mailMigrations } from '../../src/domain/mail/schema.ts'
import { createMailStore } from '../../src/domain/mail/store.ts'
import type { Mailbox } from '../../src/domain/mail/types.ts'
import { createTransport } from '../../src/domain/transport/transport.ts'
import type { Addressed, MessageAuthor, Sender, Submission } from '../../src/domain/transport/types.ts'
import { newMailbox, openDirectory } from './directory.ts'

/** Ada, who sends, with an alias; Bob; and Eve of another tenant of the same server. */
export async function openTransport() {
  const { directory, engine, world, tenant } = await openDirectory(mailMigrations)
  const mail = createMailStore({ engine, world, log: silentLog })
  const transport = createTransport({ directory, mail, traces: noTraces, world, log: silentLog })
  const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
  const [ada, bob, eve] = [
    await directory.mailboxes.create(tenant.id, {
      ...newMailbox('ada'),
      userPrincipalName: 'ada.lovelace@contoso.test',
    }),
    await directory.mailboxes.create(tenant.id, newMailbox('bob')),
    await directory.mailboxes.create(other.id, newMailbox('eve', 'fabrikam.test')),
  ]
  const revocation = new AbortController()
  const author: MessageAuthor = { kind: 'user', id: ada.externalDirectoryObjectId }
  const sender = { mailbox: await mail.open(ada.id, revocation.signal), author }
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
  return { directory, world, mail, transport, tenant, ada, bob, eve, sender, revocation, open, to, submit }
}

/** The messages in a folder, whole. */
export async function textsIn(mailbox: Mailbox, path = 'Inbox'): Promise<string[]> {
  const { id } = (await mailbox.folder(path))!
  const open = await mailbox.open(id)
  const uids = Array.from({ length: open.index.count }, (_, position) => open.index.uidAt(position))
  open.close()
  const messages = await mailbox.messages(id, uids)
  return Promise.all(messages.map(async ({ blob }) => (await mailbox.content(blob)).toString()))
}

/** For those who do not ask later what became of a message. */
export const noTraces: Pick<MessageTraces, 'record'> = { record: () => {} }
