import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { holdDirectory } from '../../src/storage/sqlite/hold.ts'
import { ServerProcess } from '../support/server-process.ts'
import { postern, RunningServer } from '../support/command-line.ts'
import { temporaryDirectory } from '../support/disk.ts'
import { accessibleToOthers, underUmask } from '../support/file-modes.ts'

const letter = 'From: ada@contoso.test\r\nSubject: secret\r\n\r\nHello\r\n'

describe('another user of the machine', () => {
  it.each([
    ['000', 0],
    ['022', 0o022],
  ])('has no permission on anything that Postern writes under the umask %s', (_, mask) =>
    underUmask(mask, async () => {
      const checkout = await ServerProcess.start()
      onTestFinished(() => checkout.close())
      const { folder, data } = checkout
      const at = (name: string) => path.join(folder, name)
      const run = async (...words: string[]) =>
        expect(await postern([...words, '--data', data])).toMatchObject({ code: 0, err: '' })
      writeFileSync(at('one.eml'), letter, { mode: 0o600 })
      writeFileSync(at('passphrase'), 'a passphrase of some length\n', { mode: 0o600 })
      await run('New-Mailbox', '-Shared', '-Name', 'Ada')
      await run('import', 'Ada@contoso.test', at('one.eml'), '--folder', 'Clients/Fabrikam')
      for (const format of ['eml', 'maildir', 'mbox']) {
        await run('export', 'Ada@contoso.test', at(`exports/${format}`), '--format', format)
      }
      await run('backup', at('backup'))
      await run('backup', at('encrypted'), '--passphrase-file', at('passphrase'))
      await run('backup', at('keyless'), '--without-keys')
      const restored = await postern(['restore', at('backup'), '--data', at('restored')])
      expect(restored).toMatchObject({ code: 0, err: '' })
      expect(lstatSync(at('ready.json')).isFile()).toBe(true)
      expect(lstatSync(path.join(data, 'server.json')).isFile()).toBe(true)
      expect(lstatSync(path.join(data, 'postern.db-wal')).isFile()).toBe(true)
      for (const place of [
        data,
        at('ready.json'),
        at('exports'),
        at('backup'),
        at('encrypted'),
        at('keyless'),
        at('restored'),
      ]) {
        expect(accessibleToOthers(place)).toEqual([])
      }
    }),
  )

  it('cannot have a file overwritten by a link planted where Postern is going to write', async () => {
    const folder = temporaryDirectory()
    const [data, victim] = [path.join(folder, 'data'), path.join(folder, 'victim')]
    writeFileSync(victim, 'mine')
    const names = [
      'postern.pid',
      'postern.pid.part',
      'admin-client-secret',
      'admin-client-secret.part',
      'admin-client-id.part',
    ]
    for (const name of ['tls', ...names]) mkdirSync(path.dirname(path.join(data, name)), { recursive: true })
    mkdirSync(path.join(data, 'tls'))
    for (const name of [...names, 'tls/ca.key.part', 'tls/server.pem.part']) symlinkSync(victim, path.join(data, name))
    const hold = await holdDirectory(data)
    const server = await RunningServer.on(folder)
    onTestFinished(() => server.close())
    await hold.release()
    expect(readFileSync(victim, 'utf8')).toBe('mine')
    expect(lstatSync(server.ready.admin.client_secret_file).isFile()).toBe(true)
  })

  it.each(['postern.db', 'postern.lock'])('cannot have %s opened where a link leads', async (name) => {
    const folder = temporaryDirectory()
    const data = path.join(folder, 'data')
    mkdirSync(data)
    symlinkSync(path.join(folder, 'elsewhere'), path.join(data, name))
    const opened = async () => {
      const hold = await holdDirectory(data)
      onTestFinished(() => hold.release())
      return RunningServer.on(folder)
    }
    await expect(opened()).rejects.toMatchObject({ reason: 'not-allowed' })
    expect(lstatSync(path.join(folder, 'elsewhere'), { throwIfNoEntry: false })).toBeUndefined()
  })
})
