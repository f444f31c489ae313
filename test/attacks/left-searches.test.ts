import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { encodeXoauth2 } from '../../src/codecs/sasl/bearer.ts'
import { silentLog } from '../../src/core/log.ts'
import { readConfig } from '../../src/programs/config.ts'
import { createImap } from '../../src/protocols/imap/server.ts'
import { Connections } from '../../src/core/connections/connections.ts'
import { lineServer, openUploadPool } from '../support/line-servers.ts'
import { appendMessages, folderIdOf, openMailStore } from '../support/mail-store.ts'
import { openAccess } from '../support/access.ts'
import { grantMailbox, newMailbox, registerApp } from '../support/directory.ts'
import { waitUntil } from '../support/lifecycle.ts'
import { SocketClient } from '../transcripts/socket-client.ts'

/** An app with a mailbox, on a server that runs one long command of a caller at a time. */
async function open() {
  const { store, engine } = await openMailStore()
  const context = await openAccess('standards', { mail: store })
  const { directory, tenant, world, access } = context
  const app = await registerApp(context)
  await context.assignAppRole(app, 'IMAP.AccessAsApp')
  const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  await grantMailbox(directory, app, mailbox)
  const protocol = createImap({
    access,
    world,
    log: silentLog,
    profile: 'standards',
    settings: { ...readConfig({}).imap, long_commands_per_caller: 1 },
    uploads: await openUploadPool(world),
    frontEnd: 'classic',
    auth: { plaintextOnLoopback: true },
    hostname: 'mail.contoso.test',
    hostnames: ['mail.contoso.test'],
  })
  const limits = { most: 100, perAddress: 100, unauthenticatedPerAddress: 100 }
  const connections = new Connections(limits, { world, log: silentLog })
  const server = lineServer(protocol, { world, log: silentLog, connections: connections.of('imap', limits) })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const talks: SocketClient[] = []
  onTestFinished(async () => {
    for (const talk of talks) talk.destroy()
    server.close()
    await protocol.close()
  })
  const signIn = async (): Promise<SocketClient> => {
    const talk = await SocketClient.connect((server.address() as AddressInfo).port)
    talks.push(talk)
    const response = encodeXoauth2({ user: 'ada@contoso.test', token: await context.tokenFor(app) })
    await run(talk, `AUTHENTICATE XOAUTH2 ${response}`)
    return talk
  }
  return { engine, mailbox: await store.open(mailbox.id, new AbortController().signal), signIn }
}

function run(talk: SocketClient, command: string): Promise<string[]> {
  talk.send(`x ${command}\r\n`)
  return talk.linesUntil((line) => line.startsWith('x '))
}

/** Messages of a folder: more than a search reads in one go. */
const MESSAGES = 4000

it('a search ends when its client leaves, and the next one of the caller runs', async () => {
  const { engine, mailbox, signIn } = await open()
  for (const path of ['Archive', 'Drafts']) await appendMessages(mailbox, await folderIdOf(mailbox, path), MESSAGES)

  let reads = 0
  let beforeRead = Promise.resolve()
  const read = engine.blobs.readAll.bind(engine.blobs)
  const counted: typeof read = async (...given) => {
    reads += 1
    await beforeRead
    return read(...given)
  }
  Object.assign(engine.blobs, { readAll: counted })

  const other = await signIn()
  await run(other, 'SELECT Archive')
  await run(other, 'SEARCH BODY nothing')
  const whole = reads

  const leaver = await signIn()
  await run(leaver, 'SELECT Drafts')
  const gate = Promise.withResolvers<void>()
  beforeRead = gate.promise
  reads = 0
  leaver.send('x SEARCH BODY nothing\r\n')
  await waitUntil(() => reads > 0)
  leaver.reset()
  // The server hears that the client has left before it hears these.
  for (let times = 0; times < 3; times += 1) await run(other, 'NOOP')
  gate.resolve()
  expect(await run(other, 'SEARCH UID 1')).toEqual(['* SEARCH 1'])
  expect(reads).toBeLessThan(whole / 2)
})
