import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningServer } from '../../../test/support/command-line.ts'
import { encodeXoauth2 } from '../../codecs/sasl/bearer.ts'

let server: RunningServer
beforeAll(async () => {
  server = await RunningServer.start({ 'auth.basic': 'policy' })
  const ada = ['-Name', 'Ada', '-MicrosoftOnlineServicesID', 'ada@contoso.test', '-Password', 'Correct horse']
  await server.json('New-Mailbox', ...ada)
  await server.json('New-AuthenticationPolicy', 'Old programs', '-AllowBasicAuthImap')
  await server.json('Set-User', 'ada@contoso.test', '-AuthenticationPolicy', 'Old programs')
  expect(
    await talk('imaps', ['a LOGIN ada@contoso.test "Correct horse"', 'b ID ("name" "Fetcher" "version" "3.1")']),
  ).toEqual([expect.stringMatching(/^a OK /), expect.stringMatching(/^\* ID /)])
  expect(await talk('pop3s', ['USER ada@contoso.test', 'PASS Correct horse'])).toEqual([
    expect.stringMatching(/^\+OK/),
    expect.stringMatching(/^-ERR /),
  ])
})
afterAll(() => server.close())

/** The first answer to each line, after the greeting. */
async function talk(listener: 'imaps' | 'pop3s', lines: readonly string[]): Promise<readonly string[]> {
  const { ports, ca } = server.ready
  const socket = connect({ port: ports[listener]!, host: 'localhost', ca: readFileSync(ca) })
  const said = async (): Promise<string> => String(((await once(socket, 'data')) as [Buffer])[0])
  await said()
  const answers: string[] = []
  for (const line of lines) {
    socket.write(`${line}\r\n`)
    answers.push(await said())
  }
  socket.destroy()
  return answers
}

/** As much of a POSIX shell as the commands use. */
class Shell {
  readonly variables: Record<string, string> = {}

  async type(line: string): Promise<string> {
    const [, variable, kept] = /^(\w+)=\$\((.*)\)$/.exec(line) ?? []
    const [, written, file] = /^\(umask 077; (.*) >(\S+)\)$/.exec(line) ?? []
    const [, command, property] = /^(.*) --json \| jq -r \.(\w+)$/.exec(kept ?? written ?? '') ?? []
    const out = await this.#postern(command ?? line, property === undefined ? [] : ['--json'])
    const told = property === undefined ? out : (JSON.parse(out) as Record<string, string>)[property]!
    if (variable !== undefined) this.variables[variable] = told
    if (file !== undefined) await writeFile(path.join(server.folder, file), told)
    return told
  }

  async #postern(command: string, further: readonly string[]): Promise<string> {
    const script = `printf '%s\\0' ${command}`
    const words = execFileSync('/bin/sh', ['-c', script], { env: this.variables, encoding: 'utf8' }).split('\0')
    expect(words[0]).toBe('postern')
    const { code, out, err } = await server.run([...words.slice(1, -1), ...further], {
      // Relative names are the caller's.
      env: { INIT_CWD: server.folder, npm_package_json: path.resolve('package.json') },
    })
    expect({ command, code, err }).toEqual({ command, code: 0, err })
    return out
  }
}

describe('postern report basic-auth', () => {
  it('lists who still signs in with a password, and by what', async () => {
    const found = await server.json<{ commands: string[] }[]>('report', 'basic-auth')
    expect(found).toHaveLength(2)
    expect(found).toContainEqual(
      expect.objectContaining({
        mailbox: 'ada@contoso.test',
        protocol: 'IMAP4',
        client: 'Fetcher 3.1',
        granted: 1,
        refused: 0,
        addresses: [expect.stringContaining('127.0.0.1')],
        replacement: expect.stringContaining('IMAP.AccessAsApp'),
      }),
    )
    expect(found).toContainEqual(expect.objectContaining({ protocol: 'POP3', granted: 0, refused: 1 }))
    expect(await server.json('Get-BasicAuthReport', '-Days', '1', '-Mailbox', 'ada@contoso.test')).toEqual(found)
    expect(await server.json('report', 'basic-auth', '--mailbox', 'other@contoso.test')).toEqual([])
    expect(await server.run(['report', 'basic-auth', '--mailbox', 'other@contoso.test', '--protocol', 'pop3'])).toEqual(
      {
        code: 0,
        out: '',
        err: 'No sign-ins with a password in that time.\n',
      },
    )
    const { out } = await server.run(['report', 'basic-auth'])
    expect(out).toMatch(/^Mailbox +Protocol +Client +Granted +Refused +LastUsedDateTime +Addresses +Replacement\n/)
  })

  it('is about one protocol, one mailbox, or the days since a date, where that is asked', async () => {
    const protocols = async (...words: string[]) =>
      (await server.json<{ protocol: string }[]>('report', 'basic-auth', ...words)).map(({ protocol }) => protocol)
    expect(await protocols('--protocol', 'pop')).toEqual(['POP3'])
    expect(await protocols('--since', new Date().toISOString().slice(0, 10), '--protocol', 'imap')).toEqual(['IMAP4'])
    expect(await server.run(['report', 'basic-auth', '--since', '2999-01-01'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('The date is today or within the last 3650 days.'),
    })
    expect((await server.run(['report', 'basic-auth', '--since', '2026-01-01', '--days', '3'])).code).toBe(1)
  })

  it('names commands that replace the password once they are typed as they stand', async () => {
    const [use] = await server.json<{ commands: string[] }[]>('report', 'basic-auth', '--protocol', 'imap')
    const shell = new Shell()
    for (const command of use!.commands) await shell.type(command)
    const token = (await shell.type(`${use!.commands.at(-1)!} --raw`)).trim()
    const bearer = encodeXoauth2({ user: 'ada@contoso.test', token })
    expect(await talk('imaps', [`a AUTHENTICATE XOAUTH2 ${bearer}`])).toEqual([expect.stringMatching(/^a OK /)])
    await server.run(['Remove-MgApplication', shell.variables.ID!])
  })

  it('goes into a spreadsheet', async () => {
    const { out } = await server.run(['report', 'basic-auth', '--csv'])
    const [heading, ...lines] = out.trimEnd().split('\r\n')
    expect(heading).toBe(
      'mailbox,exists,user,client,addresses,granted,refused,days,protocol,lastUsedDateTime,replacement,commands',
    )
    expect(lines).toHaveLength(2)
  })

  it.each([
    [['basic-auth', '--app', 'x']],
    [['expiry', '--mailbox', 'x']],
    [['basic-auth', '--csv', '--json']],
    [['basic-auth-plan', '--days', '3']],
  ])('refuses %j', async (words) => {
    expect((await server.run(['report', ...words])).code).toBe(2)
  })
})

describe('postern explain', () => {
  it('names the policy that keeps a password out, and what lets it in does so', async () => {
    const explained = await server.json<{ failed: string; fix: string[] }>('explain')
    expect(explained).toMatchObject({ failed: 'basicAuthentication', protocol: 'pop3' })
    expect(explained.fix).toEqual(["postern Set-AuthenticationPolicy -Identity 'Old programs' -AllowBasicAuthPop"])
    await server.json('Set-AuthenticationPolicy', '-Identity', 'Old programs', '-AllowBasicAuthPop')
    expect(await talk('pop3s', ['USER ada@contoso.test', 'PASS Correct horse'])).toEqual([
      expect.stringMatching(/^\+OK/),
      expect.stringMatching(/^\+OK/),
    ])
  })
})
