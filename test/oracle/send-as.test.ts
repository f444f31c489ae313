import { expect, it } from 'vitest'
import { silentLog } from '../../src/core/log.ts'
import type { MailboxRecord, Trustee } from '../../src/domain/directory/types.ts'
import { mailMigrations } from '../../src/domain/mail/schema.ts'
import { createMailStore } from '../../src/domain/mail/store.ts'
import { createTransport } from '../../src/domain/transport/transport.ts'
import type { MessageAuthor } from '../../src/domain/transport/types.ts'
import { noTraces } from '../support/transport.ts'
import { newMailbox, openDirectory, registerApp } from '../support/directory.ts'
import { product } from '../support/server-process.ts'
import { may, type State } from './send-as-table.ts'

type Listed = Pick<State, 'authors' | 'owners' | 'onBehalf'>

const listings: readonly Listed[] = [
  ...product<Listed>({
    authors: ['none', 'allow', 'deny', 'allow and deny'],
    owners: ['none', 'allow', 'deny', 'allow of a group', 'allow, and deny of a group'],
    onBehalf: ['nobody', 'the account of the mailbox that was opened', 'the person', 'a group with the person'],
  }),
]

/** Kim and an app, the shared mailbox that both open, and a mailbox for each way in which rights on it can be given. */
async function setStage() {
  const context = await openDirectory(mailMigrations)
  const { directory, engine, world, tenant } = context
  const mail = createMailStore({ engine, world, log: silentLog })
  const transport = createTransport({ directory, mail, traces: noTraces, world, log: silentLog })
  const create = (word: string) => directory.mailboxes.create(tenant.id, newMailbox(word))
  const [kim, shared] = [await create('kim'), await create('shared')]
  const { app, principal } = await registerApp(context)
  const pointer = await directory.exchange.create(tenant.id, { appId: app.appId, objectId: principal.id })
  const group = async (name: string, mailbox: MailboxRecord) =>
    directory.groups.create(tenant.id, {
      name,
      alias: name,
      displayName: name,
      primarySmtpAddress: `${name}@contoso.test`,
      type: 'Security',
      members: [{ kind: 'mailbox', mailbox }],
    })
  const people = await group('people', kim)
  await group('owners', shared)
  const trustee = async (named: string): Promise<Trustee> => (await directory.permissions.trustee(tenant.id, named))!
  const trustees = {
    authors: [await trustee(kim.externalDirectoryObjectId), await trustee(pointer.guid)],
    owner: await trustee(shared.externalDirectoryObjectId),
    owners: await trustee('owners'),
  }
  const behalf = {
    nobody: [],
    'the account of the mailbox that was opened': [shared.externalDirectoryObjectId],
    'the person': [kim.externalDirectoryObjectId],
    'a group with the person': [people.guid],
  } satisfies Record<State['onBehalf'], readonly string[]>

  async function list(mailbox: MailboxRecord, { authors, owners, onBehalf }: Listed): Promise<void> {
    const { sendAs, mailboxes } = directory
    for (const of of trustees.authors) {
      if (authors.startsWith('allow')) await sendAs.add(mailbox, { trustee: of, deny: false })
      if (authors.endsWith('deny')) await sendAs.add(mailbox, { trustee: of, deny: true })
    }
    const { owner, owners: group } = trustees
    if (owners === 'allow' || owners === 'allow, and deny of a group') {
      await sendAs.add(mailbox, { trustee: owner, deny: false })
    }
    if (owners === 'deny') await sendAs.add(mailbox, { trustee: owner, deny: true })
    if (owners === 'allow of a group') await sendAs.add(mailbox, { trustee: group, deny: false })
    if (owners === 'allow, and deny of a group') await sendAs.add(mailbox, { trustee: group, deny: true })
    await mailboxes.update(tenant.id, mailbox.id, { settings: { GrantSendOnBehalfTo: behalf[onBehalf] } })
  }

  const signal = new AbortController().signal
  const asApp: MessageAuthor = { kind: 'app', appId: app.appId }
  const asKim: MessageAuthor = { kind: 'user', id: kim.externalDirectoryObjectId }
  const sender = async (author: MessageAuthor, { id }: MailboxRecord) => ({
    mailbox: await mail.open(id, signal),
    author,
  })
  const senders = {
    app: await sender(asApp, shared),
    'person at home': await sender(asKim, kim),
    'person elsewhere': await sender(asKim, shared),
  }
  return { directory, create, list, shared, kim, senders, asKim, sender, transport }
}

it('a sender may use the addresses of the reference table; no grant closes and no denial opens', async () => {
  const stage = await setStage()
  const { transport, senders, kim, shared } = stage
  const granted = new Map<string, boolean>()
  const judge = async (state: State, asked: Promise<boolean>) => {
    const found = await asked
    expect(found, JSON.stringify(state)).toBe(may(state))
    granted.set(JSON.stringify(state), found)
  }
  const targets = await Promise.all(
    listings.map(async (listed, at) => {
      const mailbox = await stage.create(`target${at}`)
      await stage.list(mailbox, listed)
      return { listed, address: mailbox.primarySmtpAddress, at: await stage.sender(stage.asKim, mailbox) }
    }),
  )
  for (const { listed, address, at } of targets) {
    for (const author of ['app', 'person at home', 'person elsewhere'] as const) {
      const state = { author, address: 'of another', ...listed } as const
      await judge(state, transport.maySendAs(senders[author], address))
    }
    const inside = { author: 'person elsewhere', address: 'of the mailbox that was opened', ...listed } as const
    await judge(inside, transport.maySendAs(at, address))
  }
  const plain = listings[0]!
  for (const [author, sender] of Object.entries(senders) as [State['author'], typeof senders.app][]) {
    const own = author === 'person at home' ? kim : shared
    await judge(
      { author, address: 'of the mailbox that was opened', ...plain },
      transport.maySendAs(sender, own.primarySmtpAddress),
    )
    await judge({ author, address: "nobody's", ...plain }, transport.maySendAs(sender, 'nobody@contoso.test'))
  }
  const elsewhere = { author: 'person elsewhere', address: "of the person's own", ...plain } as const
  await judge(elsewhere, transport.maySendAs(senders['person elsewhere'], kim.primarySmtpAddress))

  const closed = [...granted].flatMap(([key, found]) => (found ? [] : [JSON.parse(key) as State]))
  for (const state of closed) {
    for (const [column, from, to] of weaker.filter(([name, value]) => state[name] === value)) {
      const less = JSON.stringify({ ...state, [column]: to })
      expect(granted.get(less) ?? false, `${JSON.stringify(state)} with ${from} made ${to}`).toBe(false)
    }
  }
})

/** A grant that is taken back, and a denial that is added. */
const weaker: readonly (readonly [column: 'authors' | 'owners', from: string, to: string])[] = [
  ['authors', 'allow', 'none'],
  ['authors', 'allow and deny', 'deny'],
  ['authors', 'none', 'deny'],
  ['authors', 'allow', 'allow and deny'],
  ['owners', 'allow', 'none'],
  ['owners', 'allow of a group', 'none'],
  ['owners', 'none', 'deny'],
  ['owners', 'allow', 'allow, and deny of a group'],
]
