import { lstat, mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningServer } from '../../../test/support/command-line.ts'

let server: RunningServer
beforeAll(async () => {
  server = await RunningServer.start()
})
afterAll(() => server.close())

let made = 0
const mailbox = async (): Promise<string> => {
  const name = `box${++made}`
  await server.json('New-Mailbox', '-Shared', '-Name', name)
  return `${name}@contoso.test`
}

async function folderWith(files: Record<string, string>): Promise<string> {
  const dir = path.join(server.folder, `mail${++made}`)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true })
    await writeFile(path.join(dir, name), content, 'latin1')
  }
  return dir
}

const exported = async (address: string): Promise<{ dir: string; result: object }> => {
  const dir = path.join(server.folder, `out${++made}`)
  return { dir, result: await server.json('export', address, dir) }
}

const numbered = (count: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`${String(n).padStart(4, '0')}.eml`, `Subject: ${n}\r\n\r\nÄ ${n}\r\n`]),
  )

describe('import and export', () => {
  it('give every message back, octet for octet and in order', async () => {
    const address = await mailbox()
    const files = numbered(150)
    const dir = await folderWith(files)
    expect(await server.json('import', address, dir)).toEqual({ imported: 150, skipped: 0, failed: [] })
    const out = await exported(address)
    expect(out.result).toMatchObject({ exported: 150 })
    const expected = Object.values(files)
    const inbox = path.join(out.dir, 'Inbox')
    expect((await readdir(inbox)).filter((it) => it.endsWith('.eml'))).toHaveLength(150)
    for (const [at, content] of expected.entries()) {
      expect(await readFile(path.join(inbox, `${at + 1}.eml`), 'latin1')).toBe(content)
    }
  })

  it('keep dates and folders', async () => {
    const address = await mailbox()
    const dir = await folderWith({ 'a.eml': 'Date: Mon, 1 Jan 2024 12:00:00 +0100\r\nSubject: x\r\n\r\n' })
    await server.json('import', address, path.join(dir, 'a.eml'), '--folder', '../Clients')
    const out = await exported(address)
    const file = path.join(out.dir, '%2E%2E', 'Clients', '1.eml')
    expect((await stat(file)).mtimeMs).toBe(Date.UTC(2024, 0, 1, 11))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('take mbox files, Maildirs and paths relative to the caller', async () => {
    const address = await mailbox()
    const dir = await folderWith({
      'box.mbox': 'From a b\nSubject: one\n\n1\n\nFrom c d\nSubject: two\n\n2\n',
      'Maildir/cur/1.x:2,S': 'Subject: three\n\n',
      'Maildir/new/2.x': 'Subject: four\n\n',
      'Maildir/tmp/3.x': 'Subject: unfinished\n\n',
      'readme.txt': 'nothing',
    })
    const env = { INIT_CWD: server.folder, npm_package_json: path.join(process.cwd(), 'package.json') }
    const done = await server.run(['import', address, path.basename(dir), '--json'], { env })
    expect(JSON.parse(done.out)).toEqual({ imported: 4, skipped: 1, failed: [] })
    expect(JSON.parse(done.err)).toEqual({
      warning: { message: `skipped: ${path.join(dir, 'readme.txt')}: not .eml, .mbox or Maildir` },
    })
    const out = await exported(address)
    const subjects = await Promise.all(
      [1, 2, 3, 4].map((uid) => readFile(path.join(out.dir, 'Inbox', `${uid}.eml`), 'utf8')),
    )
    expect(subjects.map((it) => /Subject: (\w+)/.exec(it)?.[1])).toEqual(['three', 'four', 'one', 'two'])
  })

  it('name the files that are skipped, on standard error', async () => {
    const address = await mailbox()
    const dir = await folderWith({ 'good.eml': 'Subject: good\n\n', 'list.csv': 'a,b' })
    await symlink('good.eml', path.join(dir, 'link.eml'))
    expect(await server.run(['import', address, dir])).toEqual({
      code: 0,
      out: '1 imported, 2 skipped (1 symbolic links), 0 failed\n',
      err: [
        `skipped: ${path.join(dir, 'link.eml')}: symbolic link\n`,
        `skipped: ${path.join(dir, 'list.csv')}: not .eml, .mbox or Maildir\n`,
      ].join(''),
    })
  })

  it('do what can be done, and name what could not', async () => {
    const address = await mailbox()
    const dir = await folderWith({ 'bad.eml': 'no message', 'good.eml': 'Subject: good\n\n' })
    const none = path.join(dir, 'none')
    const done = await server.run(['import', address, dir, none, '--json'])
    expect(done.code).toBe(1)
    expect(JSON.parse(done.out)).toEqual({
      imported: 1,
      skipped: 0,
      failed: [
        { path: none, reason: 'The file does not exist.' },
        { path: path.join(dir, 'bad.eml'), reason: 'The file does not begin with a header field.' },
      ],
    })
    const words = await server.run(['import', address, dir])
    expect(words.out).toMatch(/^1 imported, 0 skipped, 1 failed\n {2}failed: .*bad\.eml: The file does not begin/)
  })

  it('have a bar on a terminal, and on standard error only', async () => {
    const address = await mailbox()
    const done = await server.run(['import', address, await folderWith(numbered(3))], { terminal: true })
    expect(done).toMatchObject({ code: 0, out: '3 imported, 0 skipped, 0 failed\n' })
    expect(done.err).toContain('%')
  })

  it('fail for an unknown mailbox, and without arguments', async () => {
    const dir = await folderWith(numbered(1))
    const none = await server.run(['import', 'none@contoso.test', dir, '--json'])
    expect([none.code, none.out]).toEqual([1, ''])
    expect(JSON.parse(none.err)).toMatchObject({ error: { code: 'NotFound' } })
    expect((await server.run(['export', 'none@contoso.test', path.join(server.folder, 'x')])).code).toBe(1)
    const unfit = await server.run(['import', await mailbox(), dir, '--folder', 'a//b'])
    expect([unfit.code, unfit.out]).toEqual([1, ''])
    expect((await server.run(['import', 'a@contoso.test'])).code).toBe(2)
    expect((await server.run(['export', 'a@contoso.test'])).code).toBe(2)
  })

  it.each(['eml', 'maildir', 'mbox'])(
    'carry folders, flags and dates from one mailbox to another as %s',
    async (format) => {
      const [from, to] = [await mailbox(), await mailbox()]
      const dir = await folderWith({
        'Inbox/1.eml': 'Subject: unseen\r\n\r\nFrom here\r\n',
        'Inbox/2.eml': 'Subject: seen\r\n\r\n',
        'Clients/A.B: c/1.eml': 'Subject: deep\r\n\r\n',
        'Inbox/messages.jsonl':
          '{"file":"1.eml","received":"2024-01-01T11:00:00+00:00","flags":[]}\n' +
          '{"file":"2.eml","received":"2024-01-01T12:00:00+00:00","flags":["\\\\Seen","\\\\Flagged","$Forwarded"]}\n',
      })
      expect(await server.json('import', from, dir, '--keep-folders')).toMatchObject({ imported: 3, failed: [] })
      const out = path.join(server.folder, `out${++made}`)
      expect(await server.json('export', from, out, '--format', format)).toMatchObject({ exported: 3, present: 0 })
      expect(await server.json('import', to, out, '--keep-folders')).toEqual({ imported: 3, skipped: 0, failed: [] })
      const again = (await exported(to)).dir
      expect(await readFile(path.join(again, 'Inbox', '1.eml'), 'utf8')).toBe('Subject: unseen\r\n\r\nFrom here\r\n')
      expect(await readFile(path.join(again, 'Clients', 'A.B%3A c', '1.eml'), 'utf8')).toBe('Subject: deep\r\n\r\n')
      const list = await readFile(path.join(again, 'Inbox', 'messages.jsonl'), 'utf8')
      const second = JSON.parse(list.split('\n')[1]!) as { received: string; flags: string[] }
      expect(second).toMatchObject({ file: '2.eml', received: '2024-01-01T12:00:00+00:00' })
      expect(second.flags.toSorted()).toEqual(['$Forwarded', '\\Flagged', '\\Seen'])
    },
  )

  it('go on where they were broken off', async () => {
    const address = await mailbox()
    const files = numbered(6)
    const dir = await folderWith(files)
    // Two that are the same count as two.
    await writeFile(path.join(dir, '0006.eml'), files['0005.eml']!, 'latin1')
    await utimes(path.join(dir, '0006.eml'), 1_700_000_000, 1_700_000_000)
    await utimes(path.join(dir, '0005.eml'), 1_700_000_000, 1_700_000_000)
    await server.json('import', address, ...['0000', '0003', '0006'].map((it) => path.join(dir, `${it}.eml`)))
    expect(await server.json('import', address, dir, '--resume')).toEqual({ imported: 4, skipped: 3, failed: [] })
    expect(await server.json('import', address, dir, '--resume')).toEqual({ imported: 0, skipped: 7, failed: [] })

    const { dir: out } = await exported(address)
    await rm(path.join(out, 'Inbox', '2.eml'))
    await writeFile(path.join(out, 'Inbox', '3.eml'), 'half')
    expect(await server.json('export', address, out)).toMatchObject({ exported: 2, present: 5 })
    expect(await readFile(path.join(out, 'Inbox', '3.eml'), 'utf8')).toMatch(/^Subject/)
  })

  it('follow the flags of a Maildir that is exported again', async () => {
    const address = await mailbox()
    await server.json(
      'import',
      address,
      await folderWith({ 'cur/1700000000.x:2,S': 'Subject: x\n\n', 'new/.keep': '' }),
    )
    const out = path.join(server.folder, `out${++made}`)
    await server.json('export', address, out, '--format', 'maildir')
    const cur = path.join(out, 'Inbox', 'cur')
    const [name] = await readdir(cur)
    expect(name).toMatch(/^1700000000\.U1V\d+\.postern:2,S$/)
    await rename(path.join(cur, name!), path.join(cur, name!.replace(/S$/, '')))
    expect(await server.json('export', address, out, '--format', 'maildir')).toMatchObject({ exported: 0, present: 1 })
    expect(await readdir(cur)).toEqual([name])
  })

  it('take a format that there is', async () => {
    const none = await server.run(['export', 'a@contoso.test', path.join(server.folder, 'x'), '--format', 'pst'])
    expect([none.code, none.out]).toEqual([2, ''])
  })

  it('write through no link that somebody left there', async () => {
    const address = await mailbox()
    await server.json('import', address, await folderWith(numbered(1)))
    const dir = path.join(server.folder, `trap${++made}`)
    const victim = path.join(server.folder, 'victim')
    await writeFile(victim, 'mine')
    await mkdir(path.join(dir, 'Inbox'), { recursive: true })
    await symlink(victim, path.join(dir, 'Inbox', '1.eml'))
    expect((await server.run(['export', address, dir])).code).toBe(0)
    expect((await lstat(path.join(dir, 'Inbox', '1.eml'))).isFile()).toBe(true)
    await rm(path.join(dir, 'Inbox', '1.eml'))
    await symlink(victim, path.join(dir, 'Inbox', '1.eml.part'))
    expect((await server.run(['export', address, dir])).code).toBe(0)
    expect((await lstat(path.join(dir, 'Inbox', '1.eml'))).isFile()).toBe(true)
    expect(await readFile(victim, 'utf8')).toBe('mine')
  })
})
