import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { encodeXoauth2 } from '../../../src/codecs/sasl/bearer.ts'
import { silentLog } from '../../../src/core/log.ts'
import { readConfig } from '../../../src/programs/config.ts'
import { lineServer, openConnections, openUploadPool } from '../../support/line-servers.ts'
import { createImap } from '../../../src/protocols/imap/server.ts'
import { openMailStore } from '../../support/mail-store.ts'
import { openAccess } from '../../support/access.ts'
import { grantMailbox, newMailbox, type RegisteredApp, registerApp } from '../../support/directory.ts'
import { SocketClient } from '../socket-client.ts'

/** Two apps with a mailbox each, on a real directory: one authorises a URL, the other reads it. */
async function opened() {
  const { store } = await openMailStore()
  const context = await openAccess('standards', { mail: store })
  const { directory, tenant, world, access } = context
  const app = async (name: string) => {
    const registered = await registerApp(context)
    await context.assignAppRole(registered, 'IMAP.AccessAsApp')
    const mailbox = await directory.mailboxes.create(tenant.id, newMailbox(name))
    await grantMailbox(directory, registered, mailbox)
    return { registered, mailbox, address: `${name}@contoso.test` }
  }
  const protocol = createImap({
    access,
    world,
    log: silentLog,
    profile: 'standards',
    settings: readConfig({}).imap,
    uploads: await openUploadPool(world),
    frontEnd: 'classic',
    auth: { plaintextOnLoopback: true },
    hostname: 'mail.contoso.test',
    hostnames: ['mail.contoso.test'],
  })
  const server = lineServer(protocol, { world, log: silentLog, connections: openConnections(world) })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const talks: SocketClient[] = []
  onTestFinished(async () => {
    for (const talk of talks) talk.destroy()
    server.close()
    await protocol.close()
  })
  const signedIn = async (address: string, registered: RegisteredApp): Promise<SocketClient> => {
    const talk = await SocketClient.connect((server.address() as AddressInfo).port)
    talks.push(talk)
    talk.send(
      `a AUTHENTICATE XOAUTH2 ${encodeXoauth2({ user: address, token: await context.tokenFor(registered) })}\r\n`,
    )
    await talk.linesUntil((line) => line.startsWith('a OK'))
    return talk
  }
  return { ...context, ada: await app('ada'), bob: await app('bob'), signedIn }
}

const ask = (talk: SocketClient, command: string): Promise<string[]> => {
  talk.send(`x ${command}\r\n`)
  return talk.linesUntil((line) => line.startsWith('x '))
}

test('URLFETCH uses the current rights of the app that authorised the URL, and is on record', async () => {
  const { ada, bob, signedIn, directory, tenant, signIns } = await opened()
  const one = await signedIn(ada.address, ada.registered)
  await ask(one, 'APPEND INBOX {14+}\r\nSubject: x\r\n\r\n')
  const rump = 'imap://ada%40contoso.test@mail.contoso.test/INBOX/;UID=1;URLAUTH=user+bob%40contoso.test'
  const [made] = await ask(one, `GENURLAUTH "${rump}" INTERNAL`)
  const url = /"(.*)"/.exec(made!)![1]!
  const other = await signedIn(bob.address, bob.registered)
  const looked = async () => (await ask(other, `URLFETCH "${url}"`))[0]!.slice(`* URLFETCH "${url}" `.length)
  expect(await ask(other, `URLFETCH "${url}" "${url}x" "${url}"`)).toContain(`* URLFETCH "${url}x" NIL`)
  await signIns.settled()
  const [record, before] = await signIns.recent(tenant.id, 2)
  // One record for the command, after bob's own.
  expect(before).toMatchObject({ mailbox: 'bob@contoso.test' })
  expect(record).toMatchObject({
    mailbox: 'ada@contoso.test',
    app: { appId: ada.registered.app.appId },
    outcome: 'granted',
  })
  expect(record!.checks[0]!.evidence).toContain(bob.registered.app.appId)

  const trustee = (await directory.permissions.trustee(tenant.id, ada.registered.app.appId))!
  await directory.permissions.remove(ada.mailbox, { trustee, accessRights: ['FullAccess'], deny: false })
  expect(await looked()).toBe('NIL')
  await grantMailbox(directory, ada.registered, ada.mailbox)
  expect(await looked()).toBe('{14}')
  // The reader needs no right on that mailbox, and the URL does not depend on the reader's mailbox.
  await directory.servicePrincipals.update(tenant.id, ada.registered.principal.id, { accountEnabled: false })
  expect(await looked()).toBe('NIL')
})
