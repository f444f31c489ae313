import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningServer } from '../../../test/support/command-line.ts'
import { DAY } from '../../core/time.ts'

let server: RunningServer
beforeAll(async () => {
  server = await RunningServer.start()
})
afterAll(() => server.close())

describe('postern explain', () => {
  it('tells of the last refused sign-in, and of one by its id', async () => {
    expect(await server.run(['explain'])).toMatchObject({
      code: 1,
      out: '',
      err: 'postern: No sign-in was refused yet.\n',
    })
    const app = await server.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', 'Lost')
    const { secretText } = await server.json<{ secretText: string }>('Add-MgApplicationPassword', app.id)
    await server.json('New-MgServicePrincipal', '-AppId', app.appId)
    const { tenant, https, ca } = server.ready
    const graphToken = ['token', '--raw', '--scope', 'https://graph.microsoft.com/.default']
    const { out } = await server.run([...graphToken, '--client-id', app.appId, '--client-secret', secretText])
    const { createClient } = await import('./client.ts')
    const { readFile } = await import('node:fs/promises')
    const client = createClient({ url: new URL(https), ca: await readFile(ca, 'utf8') })
    const headers = { authorization: `Bearer ${out.trim()}`, 'content-type': 'application/json' }
    const path = `/adminapi/beta/${tenant.id}/InvokeCommand`
    expect((await client.ask({ verb: 'POST', path, headers, body: '{}' })).status).toBe(401)
    client.close()

    const last = await server.json<{ signInId: string }>('explain')
    expect(last).toMatchObject({ outcome: 'refused', failed: 'audience', app: { appId: app.appId } })
    expect(await server.json('explain', last.signInId)).toEqual(last)
    const words = await server.run(['explain', last.signInId])
    expect(words.out).toMatch(/^ {2}FAIL {2}audience /m)
    expect(words.out).toMatch(new RegExp(`^The sign-in ${last.signInId} over exchange was refused\\.`))
  })

  it('tells of a request that the token service refused, and never of what was guessed', async () => {
    const app = await server.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', 'Hopeful')
    await server.json('New-MgServicePrincipal', '-AppId', app.appId)
    const guess = ['token', '--raw', '--client-id', app.appId, '--client-secret', 'a guess']
    const { code, err } = await server.run(guess)
    expect(code).toBe(1)
    expect(await server.json('explain')).toMatchObject({
      protocol: 'entra',
      kind: 'servicePrincipal',
      app: { appId: app.appId },
      appDisplayName: 'Hopeful',
      user: null,
      errorCode: 7000215,
      failed: 'clientCredential',
    })
    const { out } = await server.run(['explain'])
    expect(out).toMatch(/ over entra was refused\.$/m)
    expect(out).toContain(`  app      ${app.appId} (Hopeful)`)
    expect(out).not.toContain('a guess')
    const correlation = /Correlation ID: (\S+)/.exec(err)![1]!
    expect(await server.run(['explain', correlation])).toMatchObject({ code: 0, out })
  })

  it('simulates a sign-in that was not tried, and says what fixes it', async () => {
    const app = await server.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', 'Fetcher')
    await server.json('New-MgServicePrincipal', '-AppId', app.appId)
    await server.json('New-Mailbox', '-Shared', '-Name', 'Info')
    const asked = ['explain', '--mailbox', 'info@contoso.test', '--app', app.appId, '--protocol', 'POP3']
    expect(await server.json(...asked)).toMatchObject({ signInId: null, protocol: 'pop3', failed: 'role' })
    const { out } = await server.run(asked)
    expect(out).toMatch(/^A sign-in over pop3 would be refused\.$/m)
    expect(out).toMatch(/^To fix it:\n {2}\S+\/bin\/postern\.js --data \S+ /m)
  })

  it('simulates what an app would be told that comes for a person', async () => {
    const app = await server.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', 'Reader')
    await server.json('New-MgServicePrincipal', '-AppId', app.appId)
    const kim = 'kim@contoso.test'
    const password = ['-Password', 'Correct horse battery staple']
    await server.json('New-Mailbox', '-Name', 'Kim', '-MicrosoftOnlineServicesID', kim, ...password)
    const asked = ['explain', '--mailbox', kim, '--app', app.appId, '--protocol', 'imap', '--user', kim]
    const refused = await server.json<{ fix: string[] }>(...asked)
    expect(refused).toMatchObject({ failed: 'role', user: { userPrincipalName: kim } })
    const { out } = await server.run(asked)
    expect(out).toContain(`  user     ${kim}`)
    const words = refused.fix[0]!.split(' ').slice(1)
    expect((await server.run(words)).code).toBe(0)
    expect(await server.json(...asked)).toMatchObject({ outcome: 'granted' })
  })

  it.each([
    [['--user', 'x']],
    [['--mailbox', 'x', '--app', 'y', '--protocol', 'imap', '--from', 'z']],
    [['--mailbox', 'x', '--password', '--protocol', 'smtp', '--from', 'z']],
    [['a', 'b']],
    [['--mailbox', 'x']],
    [['--mailbox', 'x', '--app', 'y', '--protocol', 'telnet']],
    [['--mailbox', 'x', '--app', 'y', '--protocol', 'constructor']],
    [['id', '--mailbox', 'x', '--app', 'y', '--protocol', 'imap']],
    [['--mailbox', 'x', '--app', 'y', '--protocol', 'imap', '--permission', 'Mail.Send']],
    [['--mailbox', 'x', '--app', 'y', '--protocol', 'graph', '--user', 'z']],
  ])('refuses %j', async (words) => {
    expect((await server.run(['explain', ...words])).code).toBe(2)
  })

  it('names in its help the protocols that it takes', async () => {
    expect((await server.run(['explain', '--help'])).out).toContain('imap, pop3, smtp or graph')
    const asked = ['explain', '--mailbox', 'x@contoso.test', '--app', server.ready.admin.client_id]
    for (const protocol of ['imap', 'pop3', 'smtp', 'graph']) {
      expect(await server.json(...asked, '--protocol', protocol)).toMatchObject({ protocol, outcome: 'refused' })
    }
  })
})

describe('postern report expiry', () => {
  it('lists what ends, with the app and what stops', async () => {
    const app = await server.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', 'Collector')
    const ends = new Date(Date.now() + 20 * DAY).toISOString()
    const credential = JSON.stringify({ displayName: 'mail', endDateTime: ends })
    const added = ['Add-MgApplicationPassword', '-ApplicationId', app.id, '-PasswordCredential', credential]
    const { keyId, hint } = await server.json<{ keyId: string; hint: string }>(...added)
    const { out, code } = await server.run(['report', 'expiry', '--app', app.appId])
    expect(code).toBe(0)
    const [heading, , line] = out.split('\n')
    expect(heading).toMatch(/^EndDateTime +DaysLeft +AppDisplayName +Credential +Summary$/)
    expect(line).toMatch(
      new RegExp(
        `^${ends.slice(0, 10)}T.* +19 +Collector +secret ${hint}… \\(mail\\) +Stops on ${ends.slice(0, 10)}: no mailbox`,
      ),
    )
    expect(await server.json('report', 'expiry', '--days', '20', '--app', app.appId)).toMatchObject([{ keyId }])
    expect(await server.json('Get-ExpiringCredential', '20', '-AppId', app.appId)).toMatchObject([{ keyId }])
    expect(await server.json('report', 'expiry', '--days', '19', '--app', app.appId)).toEqual([])
  })

  it.each([[[]], [['weather']], [['expiry', 'now']], [['expiry', '--days', 'soon']]])('refuses %j', async (words) => {
    expect((await server.run(['report', ...words])).code).toBe(2)
  })
})
