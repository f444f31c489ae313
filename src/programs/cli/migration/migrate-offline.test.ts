import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { postern, RunningServer } from '../../../../test/support/command-line.ts'
import { SharedStore } from '../../../../test/support/shared-store.ts'
import { holdDirectory } from '../../../storage/sqlite/hold.ts'

/** More than one batch of the migration has. */
const MESSAGES = 70

/** A server with small messages, and a last one that is an object of its own in the bucket. */
async function fullServer(): Promise<RunningServer> {
  const server = await RunningServer.start()
  onTestFinished(() => server.close())
  await server.json('New-Mailbox', '-Shared', '-Name', 'info')
  const dir = path.join(server.folder, 'mail')
  mkdirSync(dir)
  for (let n = 0; n < MESSAGES; n++) {
    writeFileSync(path.join(dir, `${String(n).padStart(3, '0')}.eml`), `Subject: ${n}\r\n\r\n${'ä'.repeat(n)}\r\n`)
  }
  writeFileSync(path.join(dir, 'large.eml'), `Subject: large\r\n\r\n${'0123456789\r\n'.repeat(200_000)}`)
  await server.json('import', 'info@contoso.test', dir)
  return server
}

const denied = { status: 403, body: '<Error><Code>AccessDenied</Code><Message>Denied</Message></Error>' }

it('a stopped server moves into PostgreSQL and S3, also if the bucket fails meanwhile', async () => {
  const server = await fullServer()
  const store = await SharedStore.open()
  onTestFinished(() => store.close())
  const config = store.config('a')
  const migrate = () => server.run(['migrate', '--to', 'postgres', '--config', config, '--json'])
  const { ready } = server
  const secret = readFileSync(ready.admin.client_secret_file, 'utf8')
  const authority = readFileSync(ready.ca, 'utf8')
  await server.stop()
  const hold = await holdDirectory(server.data)
  expect((await migrate()).err).toContain(`in use by process ${process.pid}`)
  await hold.release()
  const source = JSON.parse((await server.run(['verify', '--json'])).out) as { totals: Record<string, number> }
  expect(source.totals).toMatchObject({ messages: MESSAGES + 1, lost: 0 })

  store.bucket.interfere = (request) => (/^PUT .*\/packs\//.test(request) ? denied : undefined)
  const interrupted = await migrate()
  expect(interrupted).toMatchObject({ code: 1, out: '' })
  expect(interrupted.err).toContain('The object store cannot be written to')
  await expect(RunningServer.start(store.node('a'))).rejects.toThrow('run "postern migrate" again')
  store.bucket.interfere = () => undefined
  const migrated = await migrate()
  expect(migrated).toMatchObject({ code: 0, err: '' })
  expect((JSON.parse(migrated.out) as { blobs: number }).blobs).toBeGreaterThan(MESSAGES)
  expect((await migrate()).err).toContain('The migration into this database has finished: start the nodes.')

  const target = JSON.parse((await postern(['verify', '--config', config, '--json'])).out) as typeof source
  expect(target).toMatchObject({ findings: [], totals: source.totals })
  const node = await RunningServer.start(store.node('a'))
  onTestFinished(() => node.close())
  expect(node.ready.tenant).toEqual(ready.tenant)
  expect(readFileSync(node.ready.admin.client_secret_file, 'utf8')).toBe(secret)
  expect(readFileSync(node.ready.ca, 'utf8')).toBe(authority)
}, 60_000)
