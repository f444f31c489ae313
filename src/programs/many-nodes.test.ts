import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { postern, RunningServer } from '../../test/support/command-line.ts'
import { ImapClient } from '../../test/support/imap-client.ts'
import { SharedStore } from '../../test/support/shared-store.ts'
import type { ListedNode } from './node-list.ts'

let store: SharedStore
let a: RunningServer
let b: RunningServer

beforeAll(async () => {
  store = await SharedStore.open()
  ;[a, b] = await Promise.all([RunningServer.start(store.node('a')), RunningServer.start(store.node('b'))])
}, 60_000)

afterAll(async () => {
  await Promise.all([a.close(), b.close()])
  await store.close()
})

const secretOf = (server: RunningServer) => readFileSync(server.ready.admin.client_secret_file, 'utf8')

/** Lists mailboxes at a node with a secret of the administrator. */
const mailboxes = (node: RunningServer, secret: string) =>
  node.run(['Get-Mailbox'], {
    env: { POSTERN_CLIENT_ID: node.ready.admin.client_id, POSTERN_CLIENT_SECRET: secret },
  })

/** An app that may open a mailbox, and its token from a node. */
async function grantedApp(name: string) {
  const mailbox = `${name}@contoso.test`
  await a.json('New-Mailbox', '-Shared', '-Name', name)
  const app = await a.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', name)
  const { secretText } = await a.json<{ secretText: string }>('Add-MgApplicationPassword', '-ApplicationId', app.id)
  const principal = await a.json<{ id: string }>('New-MgServicePrincipal', '-AppId', app.appId)
  const [exchange] = await a.json<{ id: string; appRoles: { id: string; value: string }[] }[]>(
    'Get-MgServicePrincipal',
    '-Filter',
    `appId eq '00000002-0000-0ff1-ce00-000000000000'`,
  )
  const role = exchange!.appRoles.find(({ value }) => value === 'IMAP.AccessAsApp')!
  const ids = ['-ServicePrincipalId', principal.id, '-PrincipalId', principal.id]
  await a.json('New-MgServicePrincipalAppRoleAssignment', ...ids, '-ResourceId', exchange!.id, '-AppRoleId', role.id)
  await a.json('New-ServicePrincipal', '-AppId', app.appId, '-ObjectId', principal.id)
  await a.json('Add-MailboxPermission', mailbox, '-User', principal.id, '-AccessRights', 'FullAccess')
  const token = async (server: RunningServer) =>
    (await server.run(['token', '--client-id', app.appId, '--client-secret', secretText, '--raw'])).out.trim()
  return { mailbox, principal: principal.id, token }
}

async function imap(server: RunningServer, mailbox: string, token: string): Promise<ImapClient> {
  const { ca, ports } = server.ready
  const client = await ImapClient.signIn(
    { host: 'localhost', port: ports.imaps!, ca: readFileSync(ca, 'utf8') },
    mailbox,
    token,
  )
  onTestFinished(() => client.drop())
  return client
}

describe('two nodes over one store', () => {
  it('have one tenant, one administrator and one authority', () => {
    expect(b.ready.tenant).toEqual(a.ready.tenant)
    expect(b.ready.admin.client_id).toBe(a.ready.admin.client_id)
    expect(secretOf(b)).toBe(secretOf(a))
    expect(readFileSync(b.ready.ca)).toEqual(readFileSync(a.ready.ca))
  })

  it('believe each other’s tokens, and tell each other’s clients of new mail', async () => {
    const app = await grantedApp('news')
    const [writer, reader] = [
      await imap(a, app.mailbox, await app.token(b)),
      await imap(b, app.mailbox, await app.token(a)),
    ]
    await reader.run('SELECT INBOX')
    await reader.idle()
    const message = 'Subject: hello\r\n\r\nHello\r\n'
    await writer.run(`APPEND INBOX {${message.length}+}\r\n${message}`)
    const heard = await reader.heard(/^1 EXISTS/)
    expect(heard).toBe('1 EXISTS')
    await reader.done()
    const { untagged, tagged } = await reader.run('FETCH 1 BODY[]')
    expect([...untagged, tagged].join()).toContain('Hello')
  })

  it('are listed with their leases and their spool, by a command that needs no node', async () => {
    const app = await grantedApp('listed')
    const writer = await imap(b, app.mailbox, await app.token(b))
    const message = `Subject: spool\r\n\r\n${'x'.repeat(4000)}\r\n`
    await writer.run(`APPEND INBOX {${message.length}+}\r\n${message}`)
    const config = store.config('c')
    const none = path.join(store.folder, 'none')
    const { out } = await postern(['nodes', '--config', config, '--data', none, '--json'])
    const listed = JSON.parse(out) as readonly ListedNode[]
    expect(listed).toMatchObject([
      { name: 'a', state: 'ready', version: a.ready.version },
      { name: 'b', state: 'ready', version: b.ready.version },
    ])
    const leases = listed.flatMap((one) => one.leases)
    expect(new Set(leases).size).toBe(leases.length)
    expect(leases.length).toBeGreaterThan(1)
    expect(listed[1]!.spool.octets).toBeGreaterThan(4000)
    expect(Date.now() - Date.parse(listed[1]!.heartbeat)).toBeLessThan(20_000)
    const table = await postern(['nodes', '--config', config, '--data', none])
    expect(table.out).toMatch(/^b +\d+\.\d+\.\d+\S* +ready +/m)
    expect(existsSync(none)).toBe(false)
  })

  it('are named by commands that are meant for a time when no node runs', async () => {
    const config = store.config('command')
    const verified = await postern(['verify', '--config', config])
    expect(verified.err).toContain('Nodes of this store run (a, b)')
    expect(verified.out).toContain('mailboxes')
    const restored = await postern(['restore', '--config', config])
    expect(restored).toMatchObject({ code: 1, out: '' })
    expect(restored.err).toContain('Nodes of this store run (a, b): stop them first.')
    const backedUp = await postern(['backup', path.join(store.folder, 'backup'), '--config', config])
    expect(backedUp.err).toContain('The store is in PostgreSQL and S3: use continuous archiving')
    const fromBackup = await postern(['restore', store.folder, '--config', config])
    expect(fromBackup.err).toContain('run "postern restore" without a directory')
  })

  it('end connections at every node when a permission is removed at one', async () => {
    const app = await grantedApp('revoked')
    const reader = await imap(b, app.mailbox, await app.token(a))
    await reader.run('SELECT INBOX')
    const began = performance.now()
    await a.json('Remove-MailboxPermission', app.mailbox, '-User', app.principal, '-AccessRights', 'FullAccess')
    await reader.ended
    expect(performance.now() - began).toBeLessThan(2000)
  })

  it('run while a command changes the administrator’s secret', async () => {
    const before = secretOf(a)
    await a.json('reset-admin', '--config', store.config('reset'))
    expect(await a.json('Get-Mailbox')).toBeInstanceOf(Array)
    expect(await mailboxes(b, secretOf(a))).toMatchObject({ code: 0 })
    expect((await mailboxes(b, before)).err).toContain('AADSTS7000215')
  })
})
