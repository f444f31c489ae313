import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Client } from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { postern, RunningServer } from '../../test/support/command-line.ts'
import { PostgresServer } from '../../test/support/postgres.ts'
import { SharedStore } from '../../test/support/shared-store.ts'
import { AFTER_RESTORE } from '../domain/mail/numbers.ts'

const MAILBOX = 'info@contoso.test'

/** Imports so many messages. */
async function importMail(store: SharedStore, node: RunningServer, name: string, count: number): Promise<void> {
  const dir = path.join(store.folder, name)
  mkdirSync(dir)
  for (let n = 0; n < count; n++) writeFileSync(path.join(dir, `${n}.eml`), `Subject: ${name} ${n}\r\n\r\nHello\r\n`)
  await node.json('import', MAILBOX, dir)
}

async function query<R>(url: string, text: string): Promise<R> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows[0] as R
}

it('a database that is restored to a moment finds its bytes in the bucket, and numbers jump once', async () => {
  const { archive, settings } = PostgresServer.archiving()
  const server = await PostgresServer.start({ settings })
  onTestFinished(() => server.close())
  await query(server.url(), 'create database postern template template0')
  const store = await SharedStore.open({ url: server.url('postern'), drop: async () => {} })
  onTestFinished(() => store.close())
  const node = await RunningServer.start(store.node('a'))
  onTestFinished(() => node.close())
  await node.json('New-Mailbox', '-Shared', '-Name', 'info')
  await importMail(store, node, 'in the bucket', 3)
  await node.stop()
  await node.restart()
  const copy = path.join(store.folder, 'copy')
  await server.copy(copy)
  await importMail(store, node, 'in the spool', 2)
  await query(server.url(), `select pg_create_restore_point('moment')`)
  await importMail(store, node, 'lost', 2)
  await node.stop()
  await query(server.url(), 'select pg_switch_wal()')
  await server.stop()

  const recovered = await PostgresServer.recover(copy, archive, 'moment')
  onTestFinished(() => recovered.close())
  const url = recovered.url('postern')
  const config = store.config('command', { 'postgres.url': url })
  const restored = await postern(['restore', '--config', config, '--json'])
  expect([JSON.parse(restored.out), restored.err]).toEqual([{ jumped: AFTER_RESTORE }, ''])
  const verified = await postern(['verify', '--config', config, '--json'])
  expect(JSON.parse(verified.out)).toMatchObject({
    findings: [],
    totals: { messages: 5, lost: 0, wrong: 0, unused: 0 },
  })

  const uidNext = async () =>
    Number((await query<{ next: string }>(url, `select max(uidnext) as next from mail_folder`)).next)
  expect(await uidNext()).toBe(6)
  for (const expected of [7, 8]) {
    await node.restart(store.node('a', { 'postgres.url': url }))
    await importMail(store, node, `new ${expected}`, 1)
    expect(await uidNext()).toBe(AFTER_RESTORE + expected)
    await node.stop()
  }
}, 60_000)
