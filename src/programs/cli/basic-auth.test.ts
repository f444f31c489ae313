import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningServer } from '../../../test/support/command-line.ts'

let server: RunningServer
beforeAll(async () => {
  server = await RunningServer.start({ 'auth.basic': 'policy' })
  const ada = ['-Name', 'Ada', '-MicrosoftOnlineServicesID', 'ada@contoso.test', '-Password', 'correct horse']
  await server.json('New-Mailbox', ...ada)
  await server.json('New-AuthenticationPolicy', 'Old programs', '-AllowBasicAuthImap')
  await server.json('Set-User', 'ada@contoso.test', '-AuthenticationPolicy', 'Old programs')
  expect(
    await talk('imaps', ['a LOGIN ada@contoso.test "correct horse"', 'b ID ("name" "Fetcher" "version" "3.1")']),
  ).toEqual([expect.stringMatching(/^a OK /), expect.stringMatching(/^\* ID /)])
  expect(await talk('pop3s', ['USER ada@contoso.test', 'PASS correct horse'])).toEqual([
    expect.stringMatching(/^\+OK/),
    expect.stringMatching(/^-ERR /),
  ])
})
afterAll(() => server.close())

/** What is answered first to each line, after the greeting. */
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
    const { out } = await server.run(['report', 'basic-auth'])
    expect(out).toMatch(/^Mailbox +Protocol +Client +Granted +Refused +LastUsedDateTime +Addresses +Replacement\n/)
  })

  it('goes into a spreadsheet', async () => {
    const { out } = await server.run(['report', 'basic-auth', '--csv'])
    const [heading, ...lines] = out.trimEnd().split('\r\n')
    expect(heading).toBe(
      'mailbox,exists,user,client,addresses,granted,refused,days,protocol,lastUsedDateTime,replacement,commands',
    )
    expect(lines).toHaveLength(2)
  })

  it.each([[['basic-auth', '--app', 'x']], [['expiry', '--mailbox', 'x']], [['basic-auth', '--csv', '--json']]])(
    'refuses %j',
    async (words) => {
      expect((await server.run(['report', ...words])).code).toBe(2)
    },
  )
})

describe('postern explain', () => {
  it('names the policy that keeps a password out, and what lets it in does so', async () => {
    const explained = await server.json<{ failed: string; mend: string[] }>('explain')
    expect(explained).toMatchObject({ failed: 'basicAuthentication', protocol: 'pop3' })
    expect(explained.mend).toEqual(["postern Set-AuthenticationPolicy -Identity 'Old programs' -AllowBasicAuthPop"])
    await server.json('Set-AuthenticationPolicy', '-Identity', 'Old programs', '-AllowBasicAuthPop')
    expect(await talk('pop3s', ['USER ada@contoso.test', 'PASS correct horse'])).toEqual([
      expect.stringMatching(/^\+OK/),
      expect.stringMatching(/^\+OK/),
    ])
  })
})
