import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../support/server-process.ts'
import { available } from './browser.ts'
import { SystemServer } from './system-server.ts'
import { Terminal } from './terminal.ts'

const COUNT = 30
const id = (number: number): string => `letter-${number}@example.com`
const becomes = (look: () => Promise<unknown>, expected: unknown): Promise<void> =>
  expect.poll(look, { timeout: 60_000, interval: 200 }).toEqual(expected)
const hasTerminal = available('mail readers in a terminal', 'tmux', ['-V'])

describe.runIf(hasTerminal).each(['exchange-online', 'standards'])('a mail reader in a terminal (%s)', (profile) => {
  let stage: SystemServer
  beforeAll(async () => (stage = await SystemServer.open(profile, COUNT)))
  afterAll(() => stage.close())

  it.runIf(available('neomutt', 'neomutt', ['-v']))(
    'neomutt flags, copies, moves, deletes and makes folders',
    async () => {
      const folder = path.join(stage.checkout.folder, 'neomutt')
      for (const each of ['headers', 'bodies']) mkdirSync(path.join(folder, each), { recursive: true })
      const settings = [
        `set imap_user="${stage.app.mailbox}"`,
        'set imap_authenticators="oauthbearer:xoauth2"',
        `set imap_oauth_refresh_command="cat ${stage.tokenFile}"`,
        `set ssl_ca_certificates_file="${stage.ca}"`,
        'set ssl_force_tls=yes',
        `set folder="imaps://localhost:${stage.imaps}/"`,
        'set spool_file="+INBOX"',
        'set imap_condstore=yes imap_qresync=yes imap_idle=yes',
        `set header_cache=${folder}/headers message_cache_dir=${folder}/bodies`,
        'set sort=mailbox-order delete=yes quit=yes move=no confirm_append=no mark_old=no wait_key=no resolve=no',
        'set status_format="%f %m messages %d deleted"',
      ]
      writeFileSync(path.join(folder, 'rc'), `${settings.join('\n')}\n`)
      const terminal = await Terminal.start(folder, `neomutt -n -F ${folder}/rc`, { HOME: folder })
      try {
        await terminal.shows(/30 messages 0 deleted/)
        await terminal.type('=', 'F', 'Enter')
        await terminal.shows('Line 0 of letter 0')
        await terminal.type('q', 'j', 'C', 'C-u', '=Archive', 'Enter')
        await becomes(async () => [...(await stage.holds('Archive')).keys()], [id(1)])
        await terminal.type('j', 'd', 'j', 'd', 'j')
        await terminal.shows(/2 deleted/)
        await terminal.type('s', 'C-u', '=fresh', 'Enter')
        await terminal.shows(/Create/)
        await terminal.type('y')
        await terminal.shows(/3 deleted/)
        const letter = 'Message-ID: <while@example.com>\r\nSubject: While it was open\r\n\r\nHello\r\n'
        await stage.commands([`APPEND INBOX {${letter.length}+}\r\n${letter}`])
        await terminal.shows(/31 messages/)
        await terminal.type('$')
        await terminal.shows(/28 messages 0 deleted/)
        await terminal.type('q')
        await terminal.ended()
      } finally {
        await terminal.close()
      }
      const inbox = await stage.holds('INBOX')
      expect(inbox.get(id(0))?.flags).toEqual(['\\flagged', '\\seen'])
      for (const gone of [2, 3, 4]) expect(inbox.has(id(gone))).toBe(false)
      expect([...(await stage.holds('Archive')).keys()]).toEqual([id(1)])
      expect([...(await stage.holds('fresh')).keys()]).toEqual([id(4)])
    },
  )

  it.runIf(available('aerc', 'aerc', ['-v']))('aerc flags, reads, copies, moves and finds', async () => {
    const folder = path.join(stage.checkout.folder, 'aerc')
    const config = path.join(folder, 'aerc')
    mkdirSync(config, { recursive: true })
    mkdirSync(path.join(folder, 'run'), { mode: 0o700 })
    const user = encodeURIComponent(stage.app.mailbox)
    const account = [
      '[postern]',
      `source = imaps+xoauth2://${user}@localhost:${stage.imaps}`,
      `source-cred-cmd = cat ${stage.tokenFile}`,
      'default = INBOX',
      `from = Kim Akers <${stage.app.mailbox}>`,
    ]
    writeFileSync(path.join(config, 'accounts.conf'), `${account.join('\n')}\n`)
    chmodSync(path.join(config, 'accounts.conf'), 0o600)
    const env = {
      HOME: folder,
      SSL_CERT_FILE: stage.ca,
      XDG_CONFIG_HOME: folder,
      XDG_CACHE_HOME: path.join(folder, 'cache'),
      XDG_DATA_HOME: path.join(folder, 'data'),
      XDG_STATE_HOME: path.join(folder, 'state'),
      XDG_RUNTIME_DIR: path.join(folder, 'run'),
    }
    const before = await stage.holds('INBOX')
    const [first, second, third] = [...before.keys()].toReversed() as [string, string, string]
    const terminal = await Terminal.start(folder, 'aerc', env)
    const say = async (command: string): Promise<void> => {
      const outcome = await run('aerc', [`:${command}`], { env })
      expect(outcome.code, outcome.stderr).toBe(0)
    }
    const flagsOf = async (id: string): Promise<readonly string[] | undefined> =>
      (await stage.holds('INBOX')).get(id)?.flags
    try {
      await terminal.shows('29')
      await say('select 0')
      await say('flag')
      await becomes(() => flagsOf(first), ['\\flagged'])
      await say('copy Archive')
      await becomes(async () => (await stage.holds('Archive')).has(first), true)
      await say('mkdir found')
      await becomes(async () => (await stage.folders()).includes('found'), true)
      await say('cf INBOX')
      await terminal.shows('29')
      await say('select 1')
      await say('move found')
      await becomes(async () => [...(await stage.holds('found')).keys()], [second])
      await becomes(() => flagsOf(second), undefined)
      await say('select 1')
      await say('read')
      await becomes(() => flagsOf(third), ['\\seen'])
      await say('filter -f bo@example.com')
      await say('quit -f')
      await terminal.ended()
    } finally {
      await terminal.close()
    }
  })
})
