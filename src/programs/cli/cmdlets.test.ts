import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningServer } from '../../../test/support/command-line.ts'

let server: RunningServer
beforeAll(async () => {
  server = await RunningServer.start()
})
afterAll(() => server.close())

const EXCHANGE = '00000002-0000-0ff1-ce00-000000000000'

describe('the set-up of one app and one mailbox', () => {
  it('is done with the commands that an administrator types', async () => {
    await server.json('New-Mailbox', '-Shared', '-Name', 'Kim', '-PrimarySmtpAddress', 'kim@contoso.test')
    const app = await server.json<{ id: string; appId: string }>('New-MgApplication', '-DisplayName', 'Fetcher')
    const secret = await server.json<{ secretText: string }>('Add-MgApplicationPassword', '-ApplicationId', app.id)
    const principal = await server.json<{ id: string }>('New-MgServicePrincipal', '-AppId', app.appId)
    const [exchange] = await server.json<{ id: string; appRoles: { id: string; value: string }[] }[]>(
      'Get-MgServicePrincipal',
      '-Filter',
      `appId eq '${EXCHANGE}'`,
    )
    const role = exchange!.appRoles.find(({ value }) => value === 'IMAP.AccessAsApp')!
    await server.json(
      'New-MgServicePrincipalAppRoleAssignment',
      '-ServicePrincipalId',
      principal.id,
      '-PrincipalId',
      principal.id,
      '-ResourceId',
      exchange!.id,
      '-AppRoleId',
      role.id,
    )
    await server.json('New-ServicePrincipal', '-AppId', app.appId, '-ObjectId', principal.id)
    await server.json('Add-MailboxPermission', 'kim@contoso.test', '-User', principal.id, '-AccessRights', 'FullAccess')

    const token = ['token', '--client-id', app.appId, '--client-secret', secret.secretText]
    const { claims } = await server.json<{ claims: object }>(...token)
    expect(claims).toMatchObject({ roles: ['IMAP.AccessAsApp'], oid: principal.id, appid: app.appId })
    const explained = await server.json(
      'explain',
      '--mailbox',
      'kim@contoso.test',
      '--app',
      app.id,
      '--protocol',
      'IMAP',
    )
    expect(explained).toMatchObject({
      outcome: 'granted',
      failed: null,
      fix: [],
      app: { appId: app.appId, id: app.id },
    })
  })
})

const listed = (...words: string[]) =>
  server.json<{ displayName: string }[]>('Get-MgApplication', '-Filter', "startswith(displayName,'page')", ...words)

describe('results with --json', () => {
  it('are one object where a Get names one, and a list where it does not', async () => {
    await server.json('New-Mailbox', '-Shared', '-Name', 'Single')
    expect(await server.json('Get-Mailbox', 'Single')).toMatchObject({ Name: 'Single' })
    expect(await server.json('Get-Mailbox', '-Anr', 'Sing')).toMatchObject([{ Name: 'Single' }])
    expect(await server.json('Get-Mailbox', '-Anr', 'nothing begins so')).toEqual([])
    expect(await server.json('Get-MailboxPermission', 'Single')).toMatchObject([{ User: 'NT AUTHORITY\\SELF' }])
    expect(await server.json('Get-MgUser', '-UserId', 'Single@contoso.test')).toMatchObject({ displayName: 'Single' })
    expect(await server.json('Get-MgUser', '-Filter', "displayName eq 'Single'")).toHaveLength(1)
  })

  it('have no annotations of the transport', async () => {
    const text = JSON.stringify([await server.json('Get-Mailbox'), await server.json('Get-MgServicePrincipal')])
    expect(text).not.toMatch(/"[^"]*@(odata|data)\.[^"]*":/)
  })

  it('are nothing where nothing comes back', async () => {
    await server.json('New-Mailbox', '-Shared', '-Name', 'Void')
    expect((await server.run(['Set-CASMailbox', 'Void', '-PopEnabled:false', '--json'])).out).toBe('')
    expect(await server.json('Get-CASMailbox', 'Void')).toMatchObject({ PopEnabled: false })
    const app = await server.json<{ id: string }>('New-MgApplication', '-DisplayName', 'Void')
    expect((await server.run(['Update-MgApplication', app.id, '-DisplayName', 'Changed', '--json'])).out).toBe('')
    expect((await server.run(['Remove-MgApplication', app.id, '--json'])).out).toBe('')
  })

  it('are gathered over pages, as many as are wanted', async () => {
    for (const name of ['page1', 'page2', 'page3']) await server.json('New-MgApplication', '-DisplayName', name)
    expect(await listed('-All', '-PageSize', '1')).toHaveLength(3)
    expect(await listed('-Top', '2', '-PageSize', '1')).toHaveLength(2)
    expect(await listed('-All', '-Property', 'DisplayName')).toEqual([
      { displayName: 'page1' },
      { displayName: 'page2' },
      { displayName: 'page3' },
    ])
  })
})

describe('results for people', () => {
  it('are columns, or one line a property', async () => {
    await server.json('New-Mailbox', '-Room', '-Name', 'Attic')
    const many = await server.run(['Get-Mailbox', '-RecipientTypeDetails', 'RoomMailbox'])
    expect(many.out.split('\n')[0]).toMatch(
      /^Name +Alias +PrimarySmtpAddress +RecipientTypeDetails +ExternalDirectoryObjectId$/,
    )
    expect(many.out.split('\n')[2]).toMatch(/^Attic +Attic +Attic@contoso\.test +RoomMailbox +[0-9a-f-]{36}$/)
    const one = await server.run(['Get-Mailbox', 'Attic'])
    expect(one.out).toMatch(/^Name +: Attic$/m)
    const chosen = await server.run([
      'Get-MgUser',
      '-Filter',
      "displayName eq 'Attic'",
      '-Property',
      'DisplayName,Mail',
    ])
    expect(chosen.out).toBe('DisplayName  Mail\n-----------  ----\nAttic        Attic@contoso.test\n')
  })

  it('have warnings on standard error, unless they are silenced', async () => {
    await server.json('New-Mailbox', '-Shared', '-Name', 'Warned')
    await server.json('New-ServicePrincipal', '-AppId', EXCHANGE, '-ObjectId', EXCHANGE, '-DisplayName', 'sp')
    const removal = [
      'Remove-MailboxPermission',
      'Warned',
      '-User',
      'sp',
      '-AccessRights',
      'FullAccess',
      '-Confirm:$false',
    ]
    expect(await server.run(removal)).toMatchObject({
      code: 0,
      out: '',
      err: expect.stringMatching(/^WARNING: Can't remove/),
    })
    const silenced = await server.run([...removal, '-WarningAction', 'SilentlyContinue'])
    expect(silenced).toMatchObject({ code: 0, out: '', err: expect.not.stringContaining('WARNING') })
  })
})

describe('failures', () => {
  it('are told by the exit code alone where -ErrorAction silences them', async () => {
    for (const action of ['SilentlyContinue', 'ignore']) {
      const silent = await server.run(['Get-Mailbox', 'nobody', '-ErrorAction', action])
      expect(silent).toEqual({ code: 1, out: '', err: '' })
    }
    expect((await server.run(['Get-Mailbox', 'nobody', '-ea', 'Stop'])).err).toContain("couldn't be found")
  })

  it('are the text of the service, or JSON, on standard error', async () => {
    const text = await server.run(['Get-Mailbox', 'nobody'])
    expect(text).toEqual({
      code: 1,
      out: '',
      err: "Get-Mailbox: The operation couldn't be performed because object 'nobody' couldn't be found on 'directory.contoso.test'.\n",
    })
    const json = await server.run(['Get-Mailbox', 'nobody', '--json'])
    expect([json.code, json.out]).toEqual([1, ''])
    expect(JSON.parse(json.err)).toMatchObject({
      error: {
        code: 'NotFound',
        message: expect.stringContaining("object 'nobody'"),
        details: { status: 404, type: expect.stringContaining('ManagementObjectNotFoundException') },
      },
    })
    const graph = await server.run(['Get-MgApplication', '-ApplicationId', EXCHANGE, '--json'])
    expect(JSON.parse(graph.err)).toMatchObject({
      error: { code: 'Request_ResourceNotFound', details: { status: 404 } },
    })
  })

  it('are 2 for wrong usage, before any server is asked', async () => {
    const wrong = await server.run(['Get-Mailbox', '-Nonsense', 'x', '--json'])
    expect([wrong.code, wrong.out]).toEqual([2, ''])
    expect(JSON.parse(wrong.err)).toEqual({
      error: {
        code: 'ParameterBindingException',
        message: "A parameter cannot be found that matches parameter name 'Nonsense'.",
        details: { cmdlet: 'Get-Mailbox', parameter: 'Nonsense' },
      },
    })
  })
})

describe('before it runs', () => {
  it('says what it would do with -WhatIf, and does not', async () => {
    await server.json('New-Mailbox', '-Shared', '-Name', 'Kept')
    const asked = await server.run(['Remove-Mailbox', 'Kept', '-WhatIf'])
    expect(asked).toEqual({ code: 0, out: '', err: 'What if: Remove-Mailbox Kept would run.\n' })
    await server.json('Get-Mailbox', 'Kept')
  })

  it('never shows a secret', async () => {
    const words = [
      '-Password',
      'hunter2',
      '-Name',
      'Secretive',
      '-MicrosoftOnlineServicesID',
      's@contoso.test',
      '-WhatIf',
    ]
    const { err } = await server.run(['New-Mailbox', ...words])
    expect(err).toBe('What if: New-Mailbox Secretive would run.\n')
  })

  it('asks a person at a terminal, and nobody else', async () => {
    await server.json('New-Mailbox', '-Shared', '-Name', 'Asked')
    const no = await server.run(['Remove-Mailbox', 'Asked'], { terminal: true, input: 'n\n' })
    expect(no).toMatchObject({ code: 0, out: '', err: expect.stringContaining('are you sure? [y/N]') })
    await server.json('Get-Mailbox', 'Asked')
    const yes = await server.run(['Remove-Mailbox', 'Asked'], { terminal: true, input: 'y\n' })
    expect(yes.code).toBe(0)
    expect((await server.run(['Get-Mailbox', 'Asked'])).code).toBe(1)
    for (const words of [['-Confirm:$false'], ['-Force'], ['--json']]) {
      await server.json('New-Mailbox', '-Shared', '-Name', 'Asked')
      const removed = await server.run(['Remove-Mailbox', 'Asked', ...words], { terminal: true })
      expect(removed).toMatchObject({ code: 0, err: expect.not.stringContaining('are you sure') })
    }
  })

  it('removes nothing without a terminal unless -Confirm:$false is given, and says how to undo it', async () => {
    await server.json('New-Mailbox', '-Shared', '-Name', 'Script')
    const refused = await server.run(['Remove-Mailbox', 'Script'])
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('add -Confirm:$false') })
    const { err } = await server.run(['Remove-BasicAuthRetirementPlan'])
    expect(err).toMatch(/^Remove-BasicAuthRetirementPlan: nothing was changed, /)
    await server.json('Get-Mailbox', 'Script')
    const removed = await server.run(['Remove-Mailbox', 'Script', '-Confirm:$false'])
    const [done, undo] = removed.err.split('\n')
    expect([removed.code, removed.out, done]).toEqual([0, '', 'Remove-Mailbox Script: done.'])
    expect(undo).toMatch(/^To undo: .* Undo-SoftDeletedMailbox -SoftDeletedObject Script {2}# within 30 days$/)
    const back = await server.run(['Undo-SoftDeletedMailbox', '-SoftDeletedObject', 'Script'])
    expect(back.code).toBe(0)
  })

  it('says on standard error that nothing was found', async () => {
    const found = await server.run(['Get-MgUser', '-Filter', "displayName eq 'Nobody'"])
    expect(found).toEqual({ code: 0, out: '', err: 'Get-MgUser: no results.\n' })
  })

  it.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
  ])('does nothing when %s answers the question, and says so without more ado', async (_, key) => {
    await server.json('New-Mailbox', '-Shared', '-Name', `Kept ${key.charCodeAt(0)}`)
    const left = await server.run(['Remove-Mailbox', `Kept ${key.charCodeAt(0)}`], {
      terminal: true,
      input: key,
      env: { NO_COLOR: '1' },
    })
    expect(left).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/\nRemove-Mailbox: Nothing was done\.\n$/),
    })
    await server.json('Get-Mailbox', `Kept ${key.charCodeAt(0)}`)
  })

  it('takes values from files and from standard input', async () => {
    const file = path.join(server.folder, 'name.txt')
    await writeFile(file, 'From a file\n')
    expect(await server.json('New-MgApplication', '-DisplayName', `@${file}`)).toMatchObject({
      displayName: 'From a file',
    })
    const piped = await server.run(['New-MgApplication', '-DisplayName', '@-', '--json'], { input: 'Piped\n' })
    expect(JSON.parse(piped.out)).toMatchObject({ displayName: 'Piped' })
    expect((await server.run(['New-MgApplication', '-DisplayName', '@/nowhere/at/all'])).code).toBe(2)
  })
})

describe('New-Tenant', () => {
  it('tells how its administrator signs in, who is then served in that tenant', async () => {
    const made = await server.json<Record<string, string>>('New-Tenant', 'fabrikam.test', '-DisplayName', 'Fabrikam')
    const env = {
      POSTERN_TENANT: made.id!,
      POSTERN_CLIENT_ID: made.clientId!,
      POSTERN_CLIENT_SECRET: made.clientSecret!,
    }
    const mailbox = await server.run(['New-Mailbox', '-Shared', '-Name', 'Info', '--json'], { env })
    expect(JSON.parse(mailbox.out)).toMatchObject({ PrimarySmtpAddress: 'Info@fabrikam.test' })
    expect((await server.run(['New-Tenant', 'third.test'], { env })).code).toBe(1)
  })
})

describe('the cmdlets that read entity sets', () => {
  it('show the properties of the sets and the names that are asked for', async () => {
    await server.json('New-Mailbox', '-Shared', '-Name', "O'Hara", '-PrimarySmtpAddress', 'ohara@contoso.test')
    const shown = await server.json('Get-EXOMailbox', "O'Hara", '-PropertySets', 'Minimum,Resource')
    expect(shown).toMatchObject({ DisplayName: "O'Hara", IsResource: false })
    expect(shown).not.toHaveProperty('AuditEnabled')
    const all = await server.json<object[]>('Get-EXOMailbox', '-PropertySets', 'All', '-ResultSize', '1')
    expect(all).toEqual([expect.objectContaining({ AuditEnabled: true })])
    expect(await server.json('Get-EXOCasMailbox', "O'Hara", '-Properties', 'MacOutlookEnabled')).toMatchObject({
      ImapEnabled: true,
      MacOutlookEnabled: true,
    })
    expect(await server.json('Get-EXOMailboxStatistics', "O'Hara")).toMatchObject({ ItemCount: 0 })
    const folders = await server.json<object[]>('Get-EXOMailboxFolderStatistics', "O'Hara", '-FolderScope', 'Inbox')
    expect(folders).toMatchObject([{ FolderType: 'Inbox' }])
    const recipients = await server.json<object[]>('Get-EXORecipient', '-Anr', "o'h", '-Properties', 'Alias')
    expect(recipients).toMatchObject([{ Name: "O'Hara", Alias: expect.any(String) }])
  })

  it('show people the properties that were asked for, and not the usual columns without them', async () => {
    const sets = await server.run(['Get-EXOMailbox', "O'Hara", '-PropertySets', 'Quota'])
    expect(sets.out).toMatch(/^ProhibitSendQuota +: /m)
    expect(sets.out).not.toMatch(/^Alias/m)
    const named = await server.run(['Get-EXOMailbox', '-Anr', "o'h", '-Properties', 'emailaddresses'])
    expect(named.out).toMatch(/^Name .* EmailAddresses\n/)
  })

  it('show each permission by itself', async () => {
    expect(await server.json('Get-EXOMailboxPermission', 'ohara@contoso.test')).toMatchObject([
      { User: 'NT AUTHORITY\\SELF', AccessRights: ['FullAccess', 'ReadPermission'], Deny: false },
    ])
    expect(await server.json('Get-EXORecipientPermission', 'ohara@contoso.test')).toMatchObject([
      { Trustee: 'NT AUTHORITY\\SELF', AccessRights: ['SendAs'] },
    ])
  })
})
