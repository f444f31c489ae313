import { createSecureContext } from 'node:tls'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { Client } from 'pg'
import { onTestFinished } from 'vitest'
import { Jobs } from '../../src/core/jobs.ts'
import { silentLog } from '../../src/core/log.ts'
import { realWorld as world } from '../../src/core/world.ts'
import { createTenant } from '../../src/domain/directory/create-tenant.ts'
import { authoritiesOf } from '../../src/programs/certificates.ts'
import { readConfig } from '../../src/programs/config.ts'
import { createHttp } from '../../src/programs/http.ts'
import { buildServices, migrations, type Services } from '../../src/programs/services.ts'
import type { LineProtocol } from '../../src/protocols/line/session.ts'
import type { Blobs, Engine } from '../../src/storage/engine.ts'
import { SegmentBlobs } from '../../src/storage/files/segments.ts'
import { openPostgresEngine } from '../../src/storage/postgres/engine.ts'
import { BASE } from './access.ts'
import { appGrants, grantMailbox, newMailbox, registerClient } from './directory.ts'
import { temporaryDirectory } from './disk.ts'
import { checkHolds } from './holds.ts'
import { lineServer, openConnections, openUploadPool, type Protocol } from './line-servers.ts'
import { createDatabase } from './postgres.ts'
import { addSigningKey } from './tokens.ts'

/** A node in this process, over the database that it shares with the others. */
export interface TestNode {
  readonly engine: Engine
  readonly directory: Services['directory']
  readonly ports: Readonly<Record<Protocol, number>>
  /** Calls `InvokeCommand` as the administrator. Returns the status and the body. */
  readonly cmdlet: (name: string, parameters: object) => Promise<{ readonly status: number; readonly body: unknown }>
}

const noClose = async () => {}

/** Bytes that several engines share, so none of them closes them. */
const sharedBlobs = (blobs: Blobs): Blobs & { close(): Promise<void> } => ({
  append: (bytes, near) => blobs.append(bytes, near),
  read: (ref, start, end) => blobs.read(ref, start, end),
  readAll: (pieces, memory) => blobs.readAll(pieces, memory),
  check: (ref) => blobs.check(ref),
  keep: (naming) => blobs.keep(naming),
  discard: (refs) => blobs.discard(refs),
  dropped: (refs) => blobs.dropped(refs),
  tidy: () => blobs.tidy(),
  close: noClose,
})

async function listen(protocol: LineProtocol): Promise<number> {
  const server = lineServer(protocol, { world, log: silentLog, connections: openConnections(world) })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.close()
    await protocol.close()
  })
  return (server.address() as AddressInfo).port
}

/** Notices that a node sends then reach no other node: the function takes the place of the one of PostgreSQL. */
async function cutNotices(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ name: string }>('select current_database() as name')
  await client.query(`alter database ${rows[0]!.name} set search_path = public, pg_catalog`)
  await client.query(`create function public.pg_notify(text, text) returns void language sql as 'select'`)
  await client.end()
}

/** Nodes over one database, the mailbox of Ada, and a token of an app that opens it in every protocol. */
export async function openNodes(count: number, { notices = true } = {}) {
  const dir = temporaryDirectory()
  const database = await createDatabase()
  onTestFinished(() => database.drop())
  if (!notices) await cutNotices(database.url)
  // Bytes are not the subject: the nodes share files.
  const shared = await SegmentBlobs.open(path.join(dir, 'segments'), { world, log: silentLog })
  onTestFinished(() => shared.close())
  const blobs = { tables: [], open: async () => sharedBlobs(shared) }
  const settings = readConfig({ flags: { 'auth.plaintext_on_loopback': 'true' } })
  const tls = createSecureContext()

  const openNode = async (name: string) => {
    const options = { url: database.url, node: { name, version: 'test' }, migrations, world, log: silentLog, blobs }
    const engine = checkHolds(await openPostgresEngine(options))
    onTestFinished(() => engine.close())
    const services = buildServices({
      engine,
      settings,
      world,
      log: silentLog,
      tls: () => tls,
      names: ['localhost'],
      authorities: await authoritiesOf(settings.entra),
      uploads: await openUploadPool(world),
      base: () => BASE,
      state: () => 'ready',
    })
    const jobs = new Jobs(world, engine.leases)
    jobs.start(services.jobs)
    onTestFinished(async () => {
      await jobs.close()
      await services.settled()
    })
    const ports = {
      imap: await listen(services.imap),
      pop3: await listen(services.pop3),
      smtp: await listen(services.submission),
    }
    const http = createHttp({ services: services.httpServices, world, log: silentLog, base: () => BASE })
    return { engine, services, ports, http }
  }

  const opened = [await openNode('node 1')]
  const first = opened[0]!
  await addSigningKey({ engine: first.engine, world })
  await first.services.ready()
  for (let nth = 2; nth <= count; nth++) opened.push(await openNode(`node ${nth}`))
  const { directory } = first.services
  const { tenant, admin } = await createTenant(directory, { displayName: 'Contoso', domain: 'contoso.test' })
  const mailbox = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const client = await registerClient({ directory, tenant })
  const grants = appGrants({ directory, tenant })
  for (const role of ['IMAP.AccessAsApp', 'POP.AccessAsApp', 'SMTP.SendAsApp']) await grants.assignAppRole(client, role)
  await grantMailbox(directory, client, mailbox)

  const tokenOf = async (id: string, secret: string) => {
    const answer = await first.http.inject({
      method: 'POST',
      url: `/${tenant.id}/oauth2/v2.0/token`,
      headers: { host: 'localhost:8443', 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'https://outlook.office365.com/.default',
        client_id: id,
        client_secret: secret,
      }).toString(),
    })
    return answer.json<{ access_token: string }>().access_token
  }
  const bearer = await tokenOf(admin.clientId, admin.clientSecret)
  const nodes = opened.map(({ engine, services, ports, http }): TestNode => {
    const cmdlet: TestNode['cmdlet'] = async (CmdletName, Parameters) => {
      const answer = await http.inject({
        method: 'POST',
        url: `/adminapi/beta/${tenant.id}/InvokeCommand`,
        headers: { host: 'localhost:8443', authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
        payload: { CmdletInput: { CmdletName, Parameters } },
      })
      return { status: answer.statusCode, body: answer.json<unknown>() }
    }
    return { engine, directory: services.directory, ports, cmdlet }
  })
  const token = await tokenOf(client.app.appId, client.secret)
  return { nodes, mailbox, address: 'ada@contoso.test', token, reader: client.app.appId }
}
