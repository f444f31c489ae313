import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { holdDirectory } from '../../storage/sqlite/hold.ts'
import { postern, RunningServer } from '../../../test/support/command-line.ts'

const letter = (subject: string) => `From: ada@contoso.test\r\nSubject: ${subject}\r\n\r\nHello\r\n`

async function serverWithMail(): Promise<RunningServer> {
  const server = await RunningServer.start()
  onTestFinished(() => server.close())
  await server.json('New-Mailbox', '-Shared', '-Name', 'Ada', '-PrimarySmtpAddress', 'ada@contoso.test')
  for (const subject of ['one', 'two']) writeFileSync(path.join(server.folder, `${subject}.eml`), letter(subject))
  const files = ['one', 'two'].map((subject) => path.join(server.folder, `${subject}.eml`))
  expect((await server.run(['import', 'ada@contoso.test', ...files])).code).toBe(0)
  return server
}

it('a running server is backed up; what is restored of it has the same mail, and checks as in order', async () => {
  const server = await serverWithMail()
  const copy = path.join(server.folder, 'copy')
  const first = await server.run(['backup', copy, '--json'])
  expect(first.code).toBe(0)
  expect(JSON.parse(first.out)).toMatchObject({ from: server.data, to: copy })
  expect(JSON.parse((await server.run(['backup', copy, '--json'])).out).files).toBeLessThan(JSON.parse(first.out).files)
  expect((await postern(['verify', '--data', copy])).out).toMatch(/1 mailboxes, 6 folders, 2 messages.*all in order/)

  const restored = path.join(server.folder, 'restored', 'data')
  expect((await postern(['restore', copy, '--data', restored])).code).toBe(0)
  expect((await postern(['restore', copy, '--data', restored])).err).toContain('not empty')
  const verified = await postern(['verify', '--data', restored, '--json'])
  expect(JSON.parse(verified.out)).toMatchObject({ findings: [], totals: { messages: 2, lost: 0, wrong: 0 } })

  await server.stop()
  const again = await RunningServer.on(path.dirname(restored))
  onTestFinished(() => again.close())
  const out = path.join(server.folder, 'out')
  expect((await again.run(['export', 'ada@contoso.test', out])).code).toBe(0)
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.eml'))
  const texts = files.map((name) => readFileSync(path.join(out, name), 'utf8'))
  expect(texts.toSorted()).toEqual([letter('one'), letter('two')])
})

it('verify tells what is wrong, and that a server is in the way', async () => {
  const server = await serverWithMail()
  const hold = await holdDirectory(server.data)
  const busy = await server.run(['verify'])
  await hold.release()
  expect(busy).toMatchObject({ code: 1, err: expect.stringContaining('is in use by process') })
  await server.stop()
  const segment = path.join(server.data, 'segments', '000001.seg')
  const bytes = readFileSync(segment)
  bytes[bytes.indexOf('Subject: two')]! ^= 1
  writeFileSync(segment, bytes)
  const told = await server.run(['verify'])
  expect(told.code).toBe(1)
  expect(told.out).toMatch(/^lost: bytes, mailbox 1, folder 1, UID 2: .* damaged/)
  const json = JSON.parse((await server.run(['verify', '--json'])).out) as { findings: object[] }
  expect(json.findings).toEqual([expect.objectContaining({ kind: 'lost', uid: 2 })])
  rmSync(segment)
  expect((await server.run(['verify'])).out).toMatch(/2 lost/)
})

it('verify counts mailboxes that were never opened, and leaves no file behind', async () => {
  const server = await serverWithMail()
  await server.json('New-Mailbox', '-Shared', '-Name', 'Bob')
  await server.json('New-Mailbox', '-Shared', '-Name', 'Cleo')
  const copy = path.join(server.folder, 'copy')
  expect((await server.run(['backup', copy])).code).toBe(0)
  await server.stop()
  for (const directory of [copy, server.data]) {
    const before = filesIn(directory)
    const { out } = await postern(['verify', '--data', directory])
    expect(out).toMatch(/^3 mailboxes \(2 not opened yet\), 6 folders, 2 messages, .*: all in order\.\n$/)
    expect(filesIn(directory)).toEqual(before)
  }
})

const filesIn = (directory: string) =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const found = statSync(path.join(directory, name))
      return { name, size: found.size, modified: found.isDirectory() ? 0 : found.mtimeMs }
    })

it('what cannot be is said', async () => {
  const server = await RunningServer.start()
  onTestFinished(() => server.close())
  expect((await server.run(['backup'])).code).toBe(2)
  expect((await server.run(['restore'])).code).toBe(2)
  expect((await server.run(['verify', 'something'])).code).toBe(2)
  expect((await server.run(['backup', path.join(server.data, 'inside')])).err).toContain('cannot be put into')
  expect((await postern(['verify', '--data', path.join(server.folder, 'none')])).err).toContain('no data directory')
  expect((await postern(['restore', path.join(server.folder, 'none')])).err).toContain('There is no')
})
