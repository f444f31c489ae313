import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClientReply } from '../../src/programs/cli/client.ts'
import type { ApiSession } from '../../src/programs/cli/connection/session.ts'
import { exportMailbox } from '../../src/programs/cli/commands/export.ts'
import { findMail } from '../../src/programs/cli/mail-files/find.ts'
import { readMessages } from '../../src/programs/cli/mail-files/read.ts'
import { temporaryDirectory } from '../support/disk.ts'
import { RunningServer } from '../support/command-line.ts'
import { openOnce } from '../support/lifecycle.ts'

const shared = openOnce(async (atEnd) => {
  const server = await RunningServer.start()
  atEnd(() => server.close())
  return server
})

let made = 0
const place = (): string => path.join(shared().folder, `place${++made}`)

async function mailbox(): Promise<string> {
  const name = `box${++made}`
  await shared().json('New-Mailbox', '-Shared', '-Name', name)
  return `${name}@contoso.test`
}

/** A mailbox with a message in each of these folders, whose subject is the folder's name. */
async function mailboxWith(folders: readonly string[]): Promise<string> {
  const address = await mailbox()
  const dir = place()
  mkdirSync(dir)
  for (const [at, folder] of folders.entries()) {
    mkdirSync(path.join(dir, String(at)))
    writeFileSync(path.join(dir, String(at), '1.eml'), `Subject: ${encodeURIComponent(folder)}\r\n\r\n`)
  }
  const lines = folders.map((folder, at) => `${JSON.stringify({ directory: String(at), folder })}\n`)
  writeFileSync(path.join(dir, 'folders.jsonl'), lines.join(''))
  const done = await shared().json('import', address, dir, '--keep-folders')
  expect(done).toEqual({ imported: folders.length, skipped: 0, failed: [] })
  expect(await filledFolders(address)).toEqual(folders.toSorted())
  return address
}

/** The folders of a mailbox that hold a message, as the server names them. */
async function filledFolders(address: string): Promise<string[]> {
  const folders = await shared().json<Folder[]>('Get-MailboxFolderStatistics', '-Identity', address)
  return folders.flatMap(({ FolderPath, ItemsInFolder }) => (ItemsInFolder > 0 ? [FolderPath.slice(1)] : [])).toSorted()
}

/** Whether each message of an export is where the folder that its subject names was put. */
async function areInPlace(out: string, count: number): Promise<void> {
  let messages = 0
  for await (const found of findMail([out])) {
    if (found.kind !== 'source') expect.unreachable(found.kind)
    for await (const read of readMessages(found.source)) {
      const text = 'message' in read ? Buffer.from(read.message.bytes).toString() : read.reason
      expect(text).toBe(`Subject: ${encodeURIComponent(found.source.folder.join('/'))}\r\n\r\n`)
      messages++
    }
  }
  expect(messages).toBe(count)
}

/** Exports a mailbox and imports it into another one, which then has the same folders with the same messages. */
async function exportAndImport(folders: readonly string[], format: string): Promise<void> {
  const server = shared()
  const out = place()
  const from = await mailboxWith(folders)
  const told = await server.json('export', from, out, '--format', format)
  expect(told).toMatchObject({ exported: folders.length, present: 0 })
  await areInPlace(out, folders.length)
  const to = await mailbox()
  const done = await server.json('import', to, out, '--keep-folders')
  expect(done).toEqual({ imported: folders.length, skipped: 0, failed: [] })
  expect(await filledFolders(to)).toEqual(folders.toSorted())
  const again = await server.json<{ exported: number; present: number }>('export', to, out, '--format', format)
  expect(again.exported + again.present).toBe(folders.length)
}

interface Folder {
  readonly FolderPath: string
  readonly ItemsInFolder: number
}

const noProgress = { advance: () => {}, stop: () => {} }

const json = (body: object, status = 200): ClientReply => ({
  status,
  headers: {},
  body: Buffer.from(JSON.stringify(body)),
})

const LONG = 'ß語'.repeat(127)
const hostile: readonly string[] = [
  '1.eml',
  'Inbox/1.eml',
  'Inbox/1.eml/2.EML',
  'Inbox/1.eml.part',
  'Inbox/messages.jsonl',
  'Inbox/messages.jsonl.part',
  'messages.csv',
  'folders.jsonl',
  'folders.jsonl/below',
  'Clients/cur',
  'Clients/new',
  'Clients/tmp/cur',
  'Clients/dovecot-keywords/x',
  'a',
  'a.mbox',
  'a.mbox/b',
  'a.mbox.part/b',
  '.',
  '..',
  '../../../etc',
  '.Maildir.Sub',
  ' leading',
  'trailing ',
  'C:\\Windows',
  'nul',
  'con.eml',
  'aux%',
  '%2E%2E',
  '%-00',
  'Foo',
  'foo',
  'FOO/x',
  'fOO/X',
  'Straße',
  'STRASSE',
  'cafe\u200b',
  'cafe',
  LONG,
  `${LONG}/${LONG}`,
  `Short/${LONG}x`,
]

describe('the owner of a mailbox', () => {
  it.each(['eml', 'maildir', 'mbox'])('breaks no export by names of folders, and gets them back: %s', (format) =>
    exportAndImport(hostile, format),
  )

  it('breaks none by a folder 300 levels deep, as deep as they may be', () =>
    exportAndImport([Array.from({ length: 300 }, () => 'deep').join('/')], 'eml'))

  it('breaks none by any other names', async () => {
    const part = fc.constantFrom(
      'cur',
      'new',
      'tmp',
      '.eml',
      '.mbox',
      '.part',
      '.',
      '%',
      '1',
      'A',
      'a',
      ' ',
      '\\',
      '語',
      ':',
    )
    const level = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''))
    const folder = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
    const folders = fc.uniqueArray(folder, { minLength: 1, maxLength: 12 })
    const format = fc.constantFrom('eml', 'maildir', 'mbox')
    await fc.assert(fc.asyncProperty(folders, format, exportAndImport), { numRuns: 8 })
  })

  it.each(['eml', 'maildir', 'mbox'])('breaks none by odd messages and dates: %s', async (format) => {
    const server = shared()
    const [dir, out, again] = [place(), place(), place()]
    mkdirSync(path.join(dir, 'Inbox'), { recursive: true })
    const dates = ['0001-01-01', '1899-12-31', '1970-01-01', '9999-12-30', '2024-02-29']
    const lines = dates.map((date, at) => ({
      file: `${at}.eml`,
      received: `${date}T12:00:00+00:00`,
      flags: at === 0 ? ['\\Seen', '$Forwarded', 'a.b', "'"] : [],
    }))
    const bodies = ['Subject: x\r\n\r\nFrom y\r\n', '', 'no header', '\r\n\r\n', '\0\xff']
    for (const [at, body] of bodies.entries()) writeFileSync(path.join(dir, 'Inbox', `${at}.eml`), body, 'latin1')
    const list = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    writeFileSync(path.join(dir, 'Inbox', 'messages.jsonl'), list)
    const [from, to] = [await mailbox(), await mailbox()]
    expect(await server.json('import', from, dir, '--keep-folders')).toEqual({ imported: 5, skipped: 0, failed: [] })
    expect(await server.json('export', from, out, '--format', format)).toMatchObject({ exported: 5 })
    if (format !== 'eml') return
    expect(await server.json('import', to, out, '--keep-folders')).toEqual({ imported: 5, skipped: 0, failed: [] })
    await server.json('export', to, again)
    for (const name of readdirSync(path.join(out, 'Inbox'))) {
      expect(readFileSync(path.join(again, 'Inbox', name)).equals(readFileSync(path.join(out, 'Inbox', name)))).toBe(
        true,
      )
    }
  })

  it('breaks none by a folder that is deleted while it is exported', async () => {
    const folders = ['Keep', 'Gone', 'Stay']
    const out = place()
    const listed = [...folders.entries()].map(([at, name]) => ({ id: at + 1, path: name, uidValidity: 1, octets: 1 }))
    let lists = 0
    const session: ApiSession = {
      origin: 'https://localhost',
      tenant: 'contoso.test',
      expiry: async () => undefined,
      ask: async (_api, { path: url }) => {
        if (url.endsWith('/folders'))
          return json({ value: lists++ === 0 ? listed : listed.filter(({ id }) => id !== 2) })
        if (url.includes('/folders/2/')) return json({ error: { code: 'NotFound', message: 'No such folder.' } }, 404)
        return json({ value: [] })
      },
    }
    const result = await exportMailbox(
      session,
      { mailbox: 'ada@contoso.test', target: out, format: 'eml' },
      () => noProgress,
    )
    expect(result).toMatchObject({ exported: 0, folders: 3 })
    expect(readdirSync(out).toSorted()).toEqual(folders.toSorted())
  })
})

describe('who fills a directory that somebody else imports', () => {
  it('has nothing read by links, which are counted', async () => {
    const server = shared()
    const [dir, elsewhere] = [temporaryDirectory(), temporaryDirectory()]
    writeFileSync(path.join(elsewhere, 'private.eml'), 'Subject: private\r\n\r\n')
    writeFileSync(path.join(elsewhere, 'private.mbox'), 'From a b\nSubject: private\n\n')
    writeFileSync(path.join(dir, 'own.eml'), 'Subject: own\r\n\r\n')
    for (const name of ['cur', 'new']) mkdirSync(path.join(dir, 'Maildir', name), { recursive: true })
    symlinkSync(path.join(elsewhere, 'private.eml'), path.join(dir, 'link.eml'))
    symlinkSync(path.join(elsewhere, 'private.mbox'), path.join(dir, 'link.mbox'))
    symlinkSync(elsewhere, path.join(dir, 'directory'))
    symlinkSync(path.join(elsewhere, 'private.eml'), path.join(dir, 'Maildir', 'cur', '1.x:2,S'))
    const address = await mailbox()
    expect(await server.json('import', address, dir)).toEqual({ imported: 1, skipped: 4, failed: [] })
    const named = await server.run(['import', address, path.join(dir, 'link.eml')])
    expect(named.out).toBe('0 imported, 1 skipped (1 symbolic links), 0 failed\n')
    const followed = await server.json('import', address, dir, '--follow-links')
    expect(followed).toEqual({ imported: 6, skipped: 0, failed: [] })
  })
})

describe('who may write where an export goes', () => {
  it('has nothing written where a planted link leads', async () => {
    const server = shared()
    const address = await mailboxWith(['Clients/One'])
    const [dir, elsewhere] = [temporaryDirectory(), temporaryDirectory()]
    symlinkSync(elsewhere, path.join(dir, 'Clients'))
    const done = await server.run(['export', address, dir])
    expect(done).toMatchObject({ code: 1, err: expect.stringContaining('is not a directory') })
    expect(readdirSync(elsewhere)).toEqual([])
  })
})
