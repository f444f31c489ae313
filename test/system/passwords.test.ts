import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ImapFlow, type ImapFlowOptions } from 'imapflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY } from '../../src/core/time.ts'
import { type Outcome, run } from '../support/server-process.ts'
import { available } from './browser.ts'
import { EXCHANGE, type IdentityServer, openIdentityServer } from './identity-server.ts'
import { PasswordPrograms, python } from './password-programs.ts'

const fromNow = (days: number): string => new Date(Date.now() + days * DAY).toISOString()

interface Use {
  readonly mailbox: string
  readonly protocol: string
  readonly client: string
  readonly addresses: readonly string[]
  readonly granted: number
  readonly refused: number
  readonly commands: readonly string[]
}

/**
 * The message of each program if its protocol accepts no passwords, with the server's words of
 * docs/reference/exchange-admin.md §10.4.
 */
const imapIsOff = {
  mbsync: expect.stringContaining("'LOGIN <user> <pass>' returned an error: LOGIN failed."),
  imaplib: "b'LOGIN failed.'",
  'curl over IMAP': expect.stringMatching(/NO AUTHENTICATE failed\..*curl: \(67\) Login denied/s),
}
const popSays = '-ERR Logon failure: unknown user name or bad password.'
const popIsOff = {
  mpop: expect.stringContaining(`POP3 server message: ${popSays}`),
  poplib: `b'${popSays}'`,
  'curl over POP': expect.stringContaining(popSays),
}
const smtpSays = (code: number, text: string) => ({
  smtplib: expect.stringContaining(`(${code}, b'${text}`),
  'curl over SMTP': expect.stringContaining(`${code} ${text}`),
})
const smtpIsOff = smtpSays(535, '5.7.139 Authentication unsuccessful, basic authentication is disabled.')
const smtpIsOver = smtpSays(550, '5.7.30 Basic authentication is not supported for Client Submission.')
const names = Object.keys({ ...imapIsOff, ...popIsOff, ...smtpIsOff })
const allIn = Object.fromEntries(names.map((name) => [name, 'OK']))

const programs = ['mbsync', 'mpop', 'curl', 'jq', python].map((command) => available(command, command))

describe.runIf(programs.every(Boolean))('programs that know nothing but a password', () => {
  let stage: IdentityServer
  let old: PasswordPrograms

  beforeAll(async () => {
    stage = await openIdentityServer({ POSTERN_AUTH_BASIC: 'policy' })
    old = new PasswordPrograms(stage)
  })
  afterAll(() => stage.close())

  const postern = <T>(...words: string[]): Promise<T> => stage.checkout.json<T>(...words)
  const imapflow = (auth: ImapFlowOptions['auth']): ImapFlow => {
    const { imaps } = stage.checkout.ready.ports
    const tls = { ca: readFileSync(stage.env.CA!) }
    return new ImapFlow({ host: 'localhost', port: imaps!, secure: true, tls, logger: false, auth })
  }

  const accessToken = async (form: Record<string, string>): Promise<string> =>
    String((await stage.administrator.form('/oauth2/v2.0/token', form)).body.access_token)
  const openedByCurl = (token: string): Promise<Outcome> => {
    const signIn = ['--cacert', stage.env.CA!, '--user', stage.person.login, '--oauth2-bearer', token]
    const first = `imaps://localhost:${stage.checkout.ready.ports.imaps}/INBOX;MAILINDEX=1`
    return run('curl', ['--silent', '--show-error', ...signIn, first])
  }

  it('are kept out while no authentication policy lets them in, each with what the real service says', async () => {
    expect(await old.run()).toEqual({ ...imapIsOff, ...popIsOff, ...smtpIsOff })
  })

  it('are let in by the protocols of the policy that the user has', async () => {
    await postern('New-AuthenticationPolicy', '-Name', 'Old', '-AllowBasicAuthImap', '-AllowBasicAuthPop')
    await postern('Set-User', stage.person.login, '-AuthenticationPolicy', 'Old')
    expect(await old.run()).toEqual({ ...allIn, ...smtpIsOff })
    await postern('Set-AuthenticationPolicy', 'Old', '-AllowBasicAuthSmtp')
    expect(await old.run()).toEqual(allIn)
  })

  it('are named by the report, with what replaces the password', async () => {
    const flow = imapflow({ user: stage.person.login, pass: stage.person.password })
    await flow.connect()
    await flow.logout()
    const uses = await postern<Use[]>('report', 'basic-auth')
    const named = uses.map(({ protocol, client, granted, refused }) => [protocol, client, granted, refused])
    expect(named.toSorted((one, other) => (String(one) < String(other) ? -1 : 1))).toEqual([
      ['Authenticated SMTP', 'billing.contoso.test', 1, 2],
      ['Authenticated SMTP', 'printer.contoso.test', 1, 2],
      ['IMAP4', expect.stringMatching(/^imapflow /), 1, 0],
      // Those that never say who they are: mbsync, curl and imaplib; mpop, curl and poplib.
      [expect.stringMatching(/^(?:POP3, IMAP4|IMAP4, POP3)$/), '', 12, 6],
    ])
    for (const { mailbox, addresses, commands } of uses) {
      expect([mailbox, addresses]).toEqual([stage.person.login, ['127.0.0.1']])
      expect(commands.at(-1)).toMatch(/^postern token .* --client-id \$APP /)
    }
  })

  it('are turned away by a plan: over a retired protocol, in a brown-out, and while they are connected', async () => {
    const flow = imapflow({ user: stage.person.login, pass: stage.person.password })
    await flow.connect()
    const sentAway = once(flow, 'close')
    const dates = ['-Imap', fromNow(-1), '-Smtp', fromNow(30), '-CutOff', fromNow(60)]
    const brownOut = JSON.stringify([{ start: fromNow(0), minutes: 60 }])
    await postern('New-BasicAuthRetirementPlan', ...dates, '-BrownOuts', brownOut)
    await sentAway
    expect(await old.run()).toEqual({ ...allIn, ...imapIsOff, ...smtpIsOff })
    await postern('Set-BasicAuthRetirementPlan', '-Smtp', fromNow(-1), '-Pop', fromNow(-1))
    expect(await old.run()).toEqual({ ...imapIsOff, ...popIsOff, ...smtpIsOver })
    const again = imapflow({ user: stage.person.login, pass: stage.person.password })
    await expect(again.connect()).rejects.toMatchObject({
      authenticationFailed: true,
      responseText: 'AUTHENTICATE failed.',
    })
  })

  it('are let in again where the owner of the mailbox enables a protocol by curl, and the plan lets them', async () => {
    const { login: username, password } = stage.person
    const asked = { grant_type: 'password', client_id: stage.nativeApp, username, password }
    const token = await accessToken({ ...asked, scope: `${EXCHANGE}/POP.AccessAsUser.All` })
    const headers = ['--header', `Authorization: Bearer ${token}`, '--header', 'Content-Type: application/json']
    const url = `${stage.checkout.ready.https}/postern/v1/own-basic-auth`
    const enable = async (): Promise<string> => {
      const body = ['--data', '{"protocol": "Pop"}', '--output', '/dev/null', '--write-out', '%{http_code}']
      return (await run('curl', ['--silent', '--cacert', stage.env.CA!, ...headers, ...body, url])).stdout
    }
    expect(await enable()).toBe('403')
    await postern('Set-BasicAuthRetirementPlan', '-SelfService', '-BrownOuts', '[]')
    expect(await enable()).toBe('200')
    expect(await old.run()).toEqual({ ...allIn, ...imapIsOff, ...smtpIsOver })
  })

  it('are let in again where a protocol is enabled for everybody, once, and everywhere without the plan', async () => {
    await postern('Set-BasicAuthRetirementPlan', '-ReEnable', 'Imap')
    expect(await old.run()).toEqual({ ...allIn, ...smtpIsOver })
    const twice = await stage.checkout.postern('Set-BasicAuthRetirementPlan', '-ReEnable', 'Imap')
    expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining('that is done once') })
    await postern('Remove-BasicAuthRetirementPlan', '-Confirm:$false')
    expect(await old.run()).toEqual(allIn)
  })

  it('give up the password for a refresh token, with which imapflow and curl open the mailbox', async () => {
    const file = path.join(stage.checkout.folder, 'password')
    writeFileSync(file, stage.person.password)
    const words = ['--user', stage.person.login, '--password-file', file, '--client-id', stage.nativeApp]
    const { refreshToken } = await postern<{ refreshToken: string }>('upgrade-profile', ...words)
    const token = await accessToken({
      grant_type: 'refresh_token',
      client_id: stage.nativeApp,
      refresh_token: refreshToken,
      scope: `${EXCHANGE}/IMAP.AccessAsUser.All`,
    })
    const flow = imapflow({ user: stage.person.login, accessToken: token })
    await flow.connect()
    expect((await flow.mailboxOpen('INBOX')).exists).toBeGreaterThan(0)
    await flow.logout()
    expect(await openedByCurl(token)).toMatchObject({ code: 0, stdout: expect.stringContaining('Subject: By ') })
  })

  it('are replaced by the commands that the report names, typed into a POSIX shell with jq', async () => {
    const folder = path.join(stage.checkout.folder, 'shell')
    mkdirSync(folder)
    symlinkSync(path.resolve(import.meta.dirname, '../../bin/postern.js'), path.join(folder, 'postern'))
    symlinkSync(stage.checkout.data, path.join(folder, 'postern-data'))
    const script = [
      'set -e',
      `postern report basic-auth --mailbox ${stage.person.login} --protocol imap --json | jq -r '.[0].commands[]' >typed`,
      '. ./typed >said',
      'postern token --client-id "$APP" --client-secret-file program.secret --raw',
    ]
    const PATH = [folder, path.dirname(process.execPath), process.env.PATH].join(':')
    const typed = await run('/bin/sh', ['-c', script.join('\n')], { cwd: folder, env: { PATH } })
    expect(typed).toMatchObject({ code: 0, stderr: '' })
    await postern('Set-User', stage.person.login, '-AuthenticationPolicy', '$null')
    expect(await old.run()).toEqual({ ...imapIsOff, ...popIsOff, ...smtpIsOff })
    expect(await openedByCurl(typed.stdout.trim())).toMatchObject({ code: 0, stderr: '' })
  })
})
