import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Outcome, run } from '../support/server-process.ts'
import { available } from './browser.ts'
import { SystemServer } from './system-server.ts'

const COUNT = 200
const id = (number: number): string => `letter-${number}@example.com`

const append = (folder: string, name: string): string => {
  const letter = `Message-ID: <${name}@example.com>\r\n\r\nHello\r\n`
  return `APPEND ${folder} (\\Seen) {${letter.length}+}\r\n${letter}`
}

/**
 * interimap keeps two IMAP servers alike with QRESYNC, and knows no OAuth: each side is a connection that a small
 * program of ours has signed in. QRESYNC is for `standards` only.
 */
describe.runIf(available('interimap', 'interimap', ['--help']))('interimap between two mailboxes', () => {
  let stage: SystemServer
  let config: string

  beforeAll(async () => {
    stage = await SystemServer.open('standards', COUNT)
    const { app, checkout } = stage
    const permission = ['-User', app.servicePrincipal, '-AccessRights', 'FullAccess']
    await checkout.json('Add-MailboxPermission', '-Identity', app.other, ...permission)
    const folder = path.join(checkout.folder, 'interimap')
    mkdirSync(folder)
    config = path.join(folder, 'config')
    const program = path.join(import.meta.dirname, 'clients', 'preauthenticated.py')
    const side = (mailbox: string): string[] => ['type = tunnel', `command = /usr/bin/python3 ${program} ${mailbox}`]
    const lines = [
      `database = ${folder}/state.db`,
      'list-mailbox = "*"',
      '[local]',
      ...side(app.other),
      '[remote]',
      ...side(app.mailbox),
      'compress = YES',
      '',
    ]
    writeFileSync(config, lines.join('\n'))
  })
  afterAll(() => stage.close())

  const synced = async (): Promise<Outcome> => {
    const env = { CA: stage.ca, IMAPS: String(stage.imaps), TOKEN: stage.token }
    const outcome = await run('interimap', [`--config=${config}`], { env })
    expect(outcome.code, outcome.stderr).toBe(0)
    return outcome
  }
  const both = async (folder: string) => {
    const [near, far] = [await stage.holds(folder, stage.app.other), await stage.holds(folder)]
    expect([...near.keys()].sort()).toEqual([...far.keys()].sort())
    for (const [name, { flags, received }] of far) expect(near.get(name)).toMatchObject({ flags, received })
    return { near, far }
  }

  it('brings everything over', async () => {
    await synced()
    expect((await both('INBOX')).near.size).toBe(COUNT)
  })

  it('carries flags, removals, messages and folders in both directions', async () => {
    await stage.commands([
      'SELECT INBOX',
      'UID STORE 1:10 +FLAGS.SILENT (\\Seen $Work)',
      'UID STORE 11:13 +FLAGS.SILENT (\\Deleted)',
      'EXPUNGE',
      'CREATE work/deep',
      append('work/deep', 'far'),
      append('INBOX', 'new-far'),
    ])
    const near = await stage.holds('INBOX', stage.app.other)
    const uid = (number: number) => near.get(id(number))!.uid
    await stage.commands(
      [
        'SELECT INBOX',
        `UID STORE ${uid(50)},${uid(51)} +FLAGS.SILENT (\\Flagged)`,
        `UID STORE ${uid(60)},${uid(70)} +FLAGS.SILENT (\\Deleted)`,
        'EXPUNGE',
        append('INBOX', 'new-near'),
      ],
      stage.app.other,
    )
    await synced()
    const { far } = await both('INBOX')
    expect(far.get(id(0))?.flags).toEqual(['$work', '\\seen'])
    expect(far.get(id(50))?.flags).toEqual(['\\flagged'])
    for (const gone of [10, 11, 12, 60, 70]) expect(far.has(id(gone))).toBe(false)
    expect(far.size).toBe(COUNT - 3)
    expect((await both('work/deep')).near.size).toBe(1)
  })

  it('then changes nothing', async () => {
    // Flags of what it has just brought over are once set again.
    await synced()
    const before = await both('INBOX')
    const { stdout, stderr } = await synced()
    expect(stdout + stderr).not.toMatch(/Added|Removed|Updated|Created/)
    expect(await both('INBOX')).toEqual(before)
  })
})
