import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServerProcess, type Provisioned, provision } from '../support/server-process.ts'
import { ImapClient } from '../support/imap-client.ts'
import { LineClient } from '../support/line-client.ts'
import { available } from './browser.ts'

/** Octets that are set aside, to be given back when the disk is full. */
const BALLAST = 16 * 1024 ** 2
const NO_ROOM = /^NO \[UNAVAILABLE\] There is no room/

const disk = mkdtempSync(path.join(tmpdir(), 'postern-disk-'))
const mount = (at: string, megabytes: number) => ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', at] as const
const canMount = available('a disk of its own, for which one has to be root', 'mount', mount(disk, 40))

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

const letter = (name: string, octets: number): string =>
  `From: kim.akers@contoso.test\r\nSubject: ${name}\r\n\r\n${`${name} and some words. `.repeat(octets / 20)}\r\n`

describe.runIf(canMount)('a disk that is full', () => {
  let checkout: ServerProcess
  let app: Provisioned
  let token: string
  /** Digests of what was acknowledged, by UID. */
  const kept = new Map<string, string>()
  const ballast = path.join(disk, 'ballast')
  const before = process.env['TMPDIR']

  beforeAll(async () => {
    writeFileSync(ballast, Buffer.alloc(BALLAST))
    process.env['TMPDIR'] = disk
    checkout = await ServerProcess.start(['--profile', 'standards'], { POSTERN_AUTH_PLAINTEXT_ON_LOOPBACK: 'true' })
    app = await provision(checkout, 3)
    token = await newToken()
  })
  afterAll(async () => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    await checkout.close()
    spawnSync('umount', [disk])
    rmSync(disk, { recursive: true })
  })

  const newToken = async (): Promise<string> => {
    const words = ['token', '--client-id', app.clientId, '--client-secret', app.secret, '--raw']
    return (await checkout.postern(...words, '--scope', 'https://outlook.office365.com/.default')).stdout.trim()
  }
  const place = (protocol: 'imap' | 'pop3' | 'submission') => ({
    host: '127.0.0.1',
    port: checkout.ready.ports[protocol]!,
  })
  const signIn = () => ImapClient.signIn(place('imap'), app.mailbox, token)
  const keep = async (client: ImapClient, name: string, octets: number): Promise<string> => {
    const text = letter(name, octets)
    const { tagged } = await client.run(`APPEND Archive {${text.length}+}\r\n${text}`)
    const uid = /^OK \[APPENDUID \d+ (\d+)\]/.exec(tagged)?.[1]
    if (uid !== undefined) kept.set(uid, digest(text))
    return tagged
  }
  /** Four at once, of some size, each until there is no room for it. */
  const fill = (octets: number): Promise<string[]> =>
    Promise.all(
      Array.from({ length: 4 }, async (_, who) => {
        const client = await signIn()
        for (let nth = 0; ; nth += 1) {
          const answer = await keep(client, `letter ${octets} ${who} ${nth}`, octets)
          if (answer.startsWith('OK')) continue
          client.drop()
          return answer
        }
      }),
    )
  const texts = async (): Promise<ReadonlyMap<string, string>> => {
    const client = await signIn()
    await client.run('EXAMINE Archive')
    const { untagged, tagged } = await client.run('UID FETCH 1:* (BODY.PEEK[])')
    expect(tagged).toMatch(/^OK/)
    client.drop()
    return new Map(
      untagged.flatMap((it) => {
        const found = /BODY\[\] \{\d+\}\r\n([^]*) UID (\d+)\)$/.exec(it)
        return found ? [[found[2]!, digest(found[1]!)]] : []
      }),
    )
  }

  it('refuses in each protocol what it has no room for, and nothing that was acknowledged is lost', async () => {
    const session = await signIn()
    await session.run('CREATE Archive')
    for (const octets of [200_000, 20_000, 1000])
      for (const answer of await fill(octets)) expect(answer).toMatch(NO_ROOM)
    expect(await texts()).toEqual(kept)

    await session.run('SELECT Archive')
    let answer = ''
    // A flag takes little: the last of the room goes for it.
    for (let nth = 0; nth < 20_000 && !answer.startsWith('NO'); nth += 1) {
      answer = (await session.run(`STORE 1:* ${nth % 2 === 0 ? '+' : '-'}FLAGS.SILENT (\\Flagged)`)).tagged
    }
    expect(answer).toMatch(NO_ROOM)

    const smtp = await LineClient.smtp(place('submission'), app.mailbox, token)
    expect(await smtp.deliver(app.mailbox, [app.other], letter('late', 2000))).toMatch(/^452 4\.3\.1 /)
    smtp.drop()
    const refused = await checkout.postern('New-MgApplication', '-DisplayName', 'x'.repeat(200), '--json')
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'InsufficientStorage' } })
    session.drop()
  })

  it('is read from all the same', async () => {
    const imap = await signIn()
    await imap.run('SELECT INBOX')
    expect((await imap.run('FETCH 1 BODY[]')).tagged).toMatch(/^OK/)
    expect((await imap.run('SEARCH BODY "some words"')).tagged).toMatch(/^OK/)
    expect((await imap.run('SORT (SUBJECT) UTF-8 ALL')).tagged).toMatch(/^OK/)
    imap.drop()
    const pop3 = await LineClient.pop3(place('pop3'), app.mailbox, token)
    expect(await pop3.ask('RETR 1')).toMatch(/^\+OK/)
    expect((await pop3.lines()).length).toBeGreaterThan(100)
    expect(await pop3.ask('DELE 1')).toMatch(/^\+OK/)
    expect(await pop3.ask('QUIT')).toMatch(/^-ERR \[SYS\/TEMP\]/)
    pop3.drop()
  })

  it('is written to as soon as there is room again, and all is in order', async () => {
    rmSync(ballast)
    const session = await signIn()
    expect(await keep(session, 'after', 1000)).toMatch(/^OK/)
    await session.run('SELECT Archive')
    expect((await session.run('STORE 1 +FLAGS (\\Answered)')).tagged).toMatch(/^OK/)
    expect(await texts()).toEqual(kept)
    session.drop()
    await checkout.end('SIGKILL')
    expect(await checkout.json('verify')).toMatchObject({ totals: { lost: 0, wrong: 0 } })
    await checkout.serve(['--profile', 'standards'], { POSTERN_AUTH_PLAINTEXT_ON_LOOPBACK: 'true' })
    token = await newToken()
    expect(await texts()).toEqual(kept)
  })

  it('takes no backup that it does not hold, and leaves the one that is there', async () => {
    const target = path.join(disk, 'small')
    mkdirSync(target)
    expect(spawnSync('mount', mount(target, 2)).status).toBe(0)
    try {
      const to = path.join(target, 'backup')
      const outcome = await checkout.postern('backup', to, '--json')
      expect(outcome.code).toBe(1)
      expect(JSON.parse(outcome.stderr)).toMatchObject({ error: { code: 'NotBackedUp' } })
      expect(readdirSync(to)).not.toContain('backup.json')
    } finally {
      spawnSync('umount', [target])
    }
  })
})
