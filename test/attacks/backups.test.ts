import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { realWorld as world } from '../../src/core/world.ts'
import { keys } from '../../src/programs/keys.ts'
import { backUp } from '../../src/storage/sqlite/backup.ts'
import { makeBackupKey } from '../../src/storage/sqlite/backup-key.ts'
import { postern, RunningServer } from '../support/command-line.ts'
import { openOnce } from '../support/lifecycle.ts'
import { accessibleToOthers, underUmask } from '../support/file-modes.ts'

const PASSPHRASE = 'correct horse battery'
const WORDS = 'words that only Ada may read'
const executable = path.resolve(import.meta.dirname, '../../bin/postern.js')

/** A server with mail in it, for all tests of this file. */
const shared = openOnce(async (atEnd) => {
  const server = await RunningServer.start()
  atEnd(() => server.close())
  await server.json('New-Mailbox', '-Shared', '-Name', 'Ada')
  writeFileSync(path.join(server.folder, 'one.eml'), `Subject: one\r\n\r\n${WORDS} ${'x'.repeat(300_000)}\r\n`)
  await server.json('import', 'Ada@contoso.test', path.join(server.folder, 'one.eml'))
  writeFileSync(path.join(server.folder, 'passphrase'), `${PASSPHRASE}\n`, { mode: 0o600 })
  return server
})

let made = 0
const place = (server: RunningServer): string => path.join(server.folder, `place${++made}`)

/** The directory of a new encrypted backup, whose passphrase is cheap to try: scrypt takes longer than most tests. */
async function cheapPlace(server: RunningServer): Promise<string> {
  const to = place(server)
  mkdirSync(to, { mode: 0o700 })
  await makeBackupKey(to, PASSPHRASE, world, { N: 2 ** 10, r: 8, p: 1 })
  return to
}

/** Every file below a directory, with its octets. */
const octetsOf = (dir: string): Map<string, Buffer> =>
  new Map(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => {
        const file = path.join(parentPath, name)
        return [path.relative(dir, file), readFileSync(file)]
      }),
  )

/** The names of files in which a text stands. */
const holding = (dir: string, text: string | Buffer): string[] =>
  [...octetsOf(dir)].filter(([, octets]) => octets.includes(text)).map(([name]) => name)

const refused = (reason: string) => expect.objectContaining({ reason })

/** The private keys that sign tokens, as they are in the database. */
function signingKeys(dir: string): string[] {
  const found = [...octetsOf(dir).values()].flatMap(
    (octets) => octets.toString('latin1').match(/-----BEGIN PRIVATE KEY-----\n[\w+/=\n]{200}/g) ?? [],
  )
  return [...new Set(found)]
}

async function messagesIn(data: string): Promise<number> {
  const { out } = await postern(['verify', '--data', data, '--json'])
  const { findings, totals } = JSON.parse(out) as { findings: { kind: string }[]; totals: { messages: number } }
  expect(findings.filter(({ kind }) => kind !== 'unused')).toEqual([])
  return totals.messages
}

describe('a backup', () => {
  it.each([
    ['000', 0],
    ['022', 0o022],
  ])('in a directory that others may enter is closed to them under the umask %s', async (_, mask) => {
    const server = shared()
    const to = place(server)
    await underUmask(mask, async () => {
      mkdirSync(to)
      chmodSync(to, 0o755)
      const done = await server.run(['backup', to])
      expect(done).toMatchObject({ code: 0, err: expect.stringMatching(/^postern: warning: .*could enter/) })
      expect((await server.run(['backup', to])).err).toBe('')
    })
    expect(existsSync(path.join(to, 'postern.db'))).toBe(true)
    expect(accessibleToOthers(to)).toEqual([])
  })

  it('that an earlier version left open is closed when it is brought up to date', async () => {
    const server = shared()
    const to = place(server)
    await server.json('backup', to)
    for (const name of readdirSync(to, { recursive: true, encoding: 'utf8' })) chmodSync(path.join(to, name), 0o755)
    const done = await server.run(['backup', to, '--json'])
    expect(JSON.parse(done.err)).toMatchObject({
      warning: { message: expect.stringMatching(/permissions on \d+ files/) },
    })
    expect(accessibleToOthers(to)).toEqual([])
  })

  it.each([
    ['as it is', {}],
    ['encrypted', { passphrase: PASSPHRASE }],
    ['without keys', { without: keys }],
  ])('is closed to others at every moment in which it is made, %s', async (_, options) => {
    const server = shared()
    const to = place(server)
    chmodSync(path.join(server.data, 'tls', 'ca.pem'), 0o644)
    onTestFinished(() => chmodSync(path.join(server.data, 'tls', 'ca.pem'), 0o600))
    await underUmask(0, async () => {
      const state = { busy: true }
      const seen = new Set<string>()
      const making = backUp({ from: server.data, to, world, ...options }).finally(() => (state.busy = false))
      while (state.busy) {
        await turn()
        for (const dir of [to, server.data].filter(existsSync)) {
          for (const name of readdirSync(dir)) if (name.endsWith('.part')) seen.add(name)
          expect(accessibleToOthers(dir).filter((it) => !it.endsWith('ca.pem'))).toEqual([])
        }
      }
      await making
      expect([...seen].some((name) => name.startsWith('postern.db.'))).toBe(true)
    })
  })

  it.each([[[]], [['--passphrase-file', 'passphrase']]])(
    'that is killed leaves nothing open, with %j',
    async (words) => {
      const server = shared()
      const to = place(server)
      for (const part of [/^postern\.db\.part$/, /^postern\.db\.backup-/, /\.part$/]) {
        await underUmask(0, async () => {
          const options = words.map((word) => (word === 'passphrase' ? path.join(server.folder, word) : word))
          const child = spawn(process.execPath, [executable, 'backup', to, '--data', server.data, ...options])
          const ended = new Promise((resolve) => child.once('exit', resolve))
          const names = () =>
            [to, server.data]
              .filter(existsSync)
              .flatMap((dir) => readdirSync(dir, { recursive: true, encoding: 'utf8' }))
          while (child.exitCode === null && !names().some((name) => part.test(path.basename(name)))) await turn()
          child.kill('SIGKILL')
          await ended
        })
        expect(accessibleToOthers(to)).toEqual([])
        expect(accessibleToOthers(server.data)).toEqual([])
      }
      expect(
        (
          await server.run([
            'backup',
            to,
            ...words.map((it) => (it === 'passphrase' ? path.join(server.folder, it) : it)),
          ])
        ).code,
      ).toBe(0)
      expect([...octetsOf(to).keys(), ...octetsOf(server.data).keys()].filter((name) => /\.part/.test(name))).toEqual(
        [],
      )
    },
  )

  it('holds no temporary file of an upload that is under way', async () => {
    const server = shared()
    const to = place(server)
    mkdirSync(path.join(server.data, 'uploads'), { recursive: true })
    writeFileSync(path.join(server.data, 'uploads', 'upload-1'), 'half a message')
    onTestFinished(() => rmSync(path.join(server.data, 'uploads', 'upload-1')))
    await server.json('backup', to)
    expect(holding(to, 'half a message')).toEqual([])
  })

  it('is not written where a planted link leads', async () => {
    const server = shared()
    const to = place(server)
    const victim = path.join(server.folder, 'victim')
    writeFileSync(victim, 'mine')
    await server.json('backup', to)
    const names = [
      'postern.db.part',
      'postern.db.part-journal',
      'backup.json.part',
      'postern.pid',
      'segments/000001.seg.part',
    ]
    for (const name of names) symlinkSync(victim, path.join(to, name))
    rmSync(path.join(to, 'segments', '000001.seg'))
    symlinkSync(victim, path.join(to, 'segments', '000001.seg'))
    await server.json('backup', to)
    expect(readFileSync(victim, 'utf8')).toBe('mine')
    expect(lstatSync(path.join(to, 'segments', '000001.seg')).isFile()).toBe(true)
  })
})

describe('an encrypted backup', () => {
  const encrypted = openOnce(async () => {
    const server = shared()
    const to = await cheapPlace(server)
    await server.json('backup', to, '--passphrase-file', path.join(server.folder, 'passphrase'))
    return { server, to }
  })

  it('tells nothing of the mail, the keys and the passphrase', async () => {
    const { to } = encrypted()
    for (const text of [WORDS, 'SQLite format', 'PRIVATE KEY', PASSPHRASE, 'contoso'])
      expect(holding(to, text)).toEqual([])
  })

  it('is restored to what it is of, and brought up to date', async () => {
    const { server, to } = encrypted()
    const file = path.join(server.folder, 'passphrase')
    const again = JSON.parse((await server.run(['backup', to, '--passphrase-file', file, '--json'])).out) as {
      files: number
    }
    expect(again.files).toBeLessThan(4)
    const data = place(server)
    expect((await postern(['restore', to, '--data', data, '--passphrase-file', file])).code).toBe(0)
    expect(accessibleToOthers(data)).toEqual([])
    expect(await messagesIn(data)).toBe(1)
    for (const [name, octets] of octetsOf(path.join(server.data, 'tls'))) {
      expect(readFileSync(path.join(data, 'tls', name)).equals(octets)).toBe(true)
    }
    expect(signingKeys(data).toSorted()).toEqual(signingKeys(server.data).toSorted())
  })

  it('is opened with its passphrase only', async () => {
    const { server, to } = encrypted()
    const wrong = path.join(server.folder, 'wrong')
    writeFileSync(wrong, 'incorrect horse battery', { mode: 0o644 })
    const data = place(server)
    const restored = await postern(['restore', to, '--data', data, '--passphrase-file', wrong])
    expect(restored).toMatchObject({
      code: 1,
      err: expect.stringMatching(/warning.*passphrase file[^]*is not the one/),
    })
    expect((await postern(['restore', to, '--data', data])).err).toContain('its passphrase is needed')
    expect(existsSync(data)).toBe(false)
    expect((await server.run(['backup', to, '--passphrase-file', wrong])).code).toBe(1)
    expect((await server.run(['backup', to])).err).toContain('its passphrase is needed')
    writeFileSync(wrong, 'short')
    expect((await server.run(['backup', to, '--passphrase-file', wrong])).code).toBe(2)
    expect((await postern(['verify', '--data', to])).err).toContain('is an encrypted backup')
    expect((await postern(['reset-admin', '--data', to])).err).toContain('is an encrypted backup')
  })

  it('does not become one that is not encrypted, nor the other way round', async () => {
    const { server } = encrypted()
    const to = place(server)
    await backUp({ from: server.data, to, world })
    await expect(backUp({ from: server.data, to, world, passphrase: PASSPHRASE })).rejects.toEqual(
      refused('already-exists'),
    )
    const file = path.join(server.folder, 'passphrase')
    const restored = await postern(['restore', to, '--data', place(server), '--passphrase-file', file])
    expect(restored).toMatchObject({ code: 1, err: expect.stringContaining('is not an encrypted backup') })
  })

  it.each(['postern.db', 'segments/000001.seg', 'admin-client-secret', 'backup.json', 'backup.key'])(
    'in which %s was changed or cut off is refused',
    async (name) => {
      const { server, to } = encrypted()
      const file = path.join(to, name)
      const octets = readFileSync(file)
      onTestFinished(() => writeFileSync(file, octets))
      const restore = () =>
        postern(['restore', to, '--data', place(server), '--passphrase-file', path.join(server.folder, 'passphrase')])
      const changed = Buffer.from(octets)
      const digit = /"(?:salt|database)": "?\d*/.exec(changed.toString('latin1'))
      const at = name.startsWith('backup.')
        ? digit!.index + digit![0].length - (name === 'backup.key' ? -3 : 1)
        : octets.length - 5
      changed[at] = changed[at] === 0x37 ? 0x38 : 0x37
      for (const damaged of [changed, octets.subarray(0, octets.length - 20)]) {
        writeFileSync(file, damaged)
        expect(await restore()).toMatchObject({ code: 1, err: expect.not.stringContaining('fault') })
      }
    },
  )

  it('in which a file was replaced by its earlier version is refused', async () => {
    const { server } = encrypted()
    const to = await cheapPlace(server)
    const options = { from: server.data, to, world, passphrase: PASSPHRASE }
    await backUp(options)
    const before = octetsOf(to)
    await backUp(options)
    writeFileSync(path.join(to, 'postern.db'), before.get('postern.db')!)
    const restored = await postern([
      'restore',
      to,
      '--data',
      place(server),
      '--passphrase-file',
      path.join(server.folder, 'passphrase'),
    ])
    expect(restored).toMatchObject({ code: 1, err: expect.stringContaining('is not whole') })
  })
})

describe('a backup without keys', () => {
  it('holds none, also where an earlier backup did, and says which files it left out', async () => {
    const server = shared()
    const to = place(server)
    const secrets = {
      'own.pem': '-----BEGIN RSA PRIVATE KEY-----\nx\n',
      'postern.yaml': 'notices:\n  webhook_secret: hush\n',
      'nodes.yaml': 'postgres:\n  url: postgresql://postern:hush@db.example.org/postern\n',
    }
    for (const [name, content] of Object.entries(secrets)) {
      const file = path.join(server.data, name)
      writeFileSync(file, content)
      onTestFinished(() => rmSync(file))
    }
    await server.json('backup', to)
    expect(signingKeys(to)).not.toEqual([])
    const { left_out } = await server.json<{ left_out: string[] }>('backup', to, '--without-keys')
    const files = ['ca.key', 'ca.pem', 'server.key', 'server.pem'].map((name) => `tls/${name}`)
    const own = ['admin-client-id', 'admin-client-secret', ...Object.keys(secrets)]
    expect(left_out.toSorted()).toEqual([...own, ...files].toSorted())
    expect(holding(to, 'PRIVATE KEY')).toEqual([])
    expect(holding(to, 'hush')).toEqual([])
    const secret = readFileSync(server.ready.admin.client_secret_file)
    expect(holding(to, secret)).toEqual([])
  })

  it.each([false, true])(
    'is restored with the mail, and a server makes new keys (encrypted: %s)',
    async (isEncrypted) => {
      const server = shared()
      const to = place(server)
      const options = isEncrypted ? ['--passphrase-file', path.join(server.folder, 'passphrase')] : []
      await server.json('backup', to, '--without-keys', ...options)
      const folder = place(server)
      const data = path.join(folder, 'data')
      expect((await postern(['restore', to, '--data', data, ...options])).code).toBe(0)
      expect(signingKeys(data)).toEqual([])
      const restored = await RunningServer.on(folder)
      onTestFinished(() => restored.close())
      expect(restored.ready.tenant).toEqual(server.ready.tenant)
      expect(await restored.json<object[]>('Get-Mailbox')).toHaveLength(1)
      const [before, after] = [signingKeys(server.data), signingKeys(data)]
      expect(after).not.toEqual([])
      expect(after.filter((key) => before.includes(key))).toEqual([])
    },
  )
})
