import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { openAccess, type OpenAccess } from '../../test/support/access.ts'
import { grantMailbox, newMailbox, type RegisteredApp, registerApp } from '../../test/support/directory.ts'
import { bind } from '../cmdlets/bind.ts'
import { findCmdlet } from '../cmdlets/index.ts'
import { MINUTE } from '../core/time.ts'
import type { SignIn } from '../domain/audit/types.ts'
import { exchangeOnline } from '../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../core/well-known/microsoft-graph.ts'
import type { AppGrant } from '../domain/tokens/types.ts'

const imapRole = '5e5addcd-3e8d-4e90-baf5-964efab2b20a'

async function open(strict = false) {
  const context = await openAccess('exchange-online', { strict })
  const reader = await registerApp(context)
  const mailbox = await context.directory.mailboxes.create(context.tenant.id, newMailbox('ada'))
  return { ...context, reader, mailbox }
}

/** Signs in over IMAP4 and answers the record of it. */
async function signIn(
  context: OpenAccess & { reader: RegisteredApp },
  shown: { token?: Partial<AppGrant>; bearer?: string; address?: string | undefined } = {},
): Promise<SignIn> {
  const bearer = shown.bearer ?? (await context.tokenFor(context.reader, shown.token))
  const address = 'address' in shown ? shown.address : 'ada@contoso.test'
  const entry = await context.access.enter({ credential: { bearer }, protocol: 'imap', address, from: '192.0.2.7' })
  await context.signIns.settled()
  const record = await context.signIns.find(context.tenant.id, entry.signIn)
  if (!record) throw new Error('The sign-in is not on record')
  await Promise.all(record.fix.map(expectToBind))
  return record
}

const nothing = () => Promise.reject(new Error('A value was taken for a file'))

/** A shell and the command line take it: the command is there, and so are its parameters. */
async function expectToBind(line: string) {
  const [program, name, ...words] = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`])
    .toString()
    .split('\0')
    .slice(0, -1)
  expect(program).toBe('postern')
  if (name === 'token') return
  const cmdlet = findCmdlet(name ?? '')
  if (!cmdlet) throw new Error(`There is no ${name}`)
  await bind(cmdlet, words, { file: nothing, standardInput: nothing })
}

const last = (record: SignIn) => record.checks.at(-1)

const tokenLine = (context: Awaited<ReturnType<typeof open>>) =>
  `postern token --tenant ${context.tenant.id} --client-id ${context.reader.app.appId} --client-secret-file SECRET-FILE --scope https://outlook.office365.com/.default`

describe('the commonest mistakes and what is said to each', () => {
  it('1: the app registration’s object id instead of the service principal’s', async () => {
    const context = await open()
    const { app, principal } = context.reader
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    const wrong = await context.directory.exchange.create(context.tenant.id, { appId: app.appId, objectId: app.id })
    const record = await signIn(context)
    expect(last(record)).toEqual({
      name: 'exchangeServicePrincipal',
      ok: false,
      evidence: `Exchange's service principal ${wrong.guid} of the app ${app.appId} has ObjectId ${app.id}, which is the object id of the app registration and not of its service principal. Expected: ${principal.id}, the object id of the service principal (Enterprise applications), which is the token's oid.`,
    })
    expect(record.fix).toEqual([
      `postern Remove-ServicePrincipal -Identity ${wrong.guid} -Confirm:$false`,
      `postern New-ServicePrincipal -AppId ${app.appId} -ObjectId ${principal.id}`,
      `postern Add-MailboxPermission -Identity ada@contoso.test -User ${principal.id} -AccessRights FullAccess`,
    ])
  })

  it('1: the AppId given as ObjectId', async () => {
    const context = await open()
    const { app } = context.reader
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    await context.directory.exchange.create(context.tenant.id, { appId: app.appId, objectId: app.appId })
    expect(last(await signIn(context))?.evidence).toContain(', which is the AppId (client id) itself.')
  })

  it('2: New-ServicePrincipal never run', async () => {
    const context = await open()
    const { app, principal } = context.reader
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    const record = await signIn(context)
    expect(last(record)).toEqual({
      name: 'exchangeServicePrincipal',
      ok: false,
      evidence: `Exchange has no service principal with AppId ${app.appId}: New-ServicePrincipal was not run for this app.`,
    })
    expect(record.fix).toEqual([`postern New-ServicePrincipal -AppId ${app.appId} -ObjectId ${principal.id}`])
  })

  it('2: New-ServicePrincipal run with another AppId', async () => {
    const context = await open()
    const { app, principal } = context.reader
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    const wrong = await context.directory.exchange.create(context.tenant.id, { appId: app.id, objectId: principal.id })
    const record = await signIn(context)
    expect(last(record)?.evidence).toBe(
      `Exchange's service principal ${wrong.guid} has ObjectId ${principal.id}, but AppId ${app.id}. Expected: AppId ${app.appId}.`,
    )
    expect(record.fix).toEqual([
      `postern Remove-ServicePrincipal -Identity ${wrong.guid} -Confirm:$false`,
      `postern New-ServicePrincipal -AppId ${app.appId} -ObjectId ${principal.id}`,
    ])
  })

  it('3: consent missing', async () => {
    const context = await open()
    const { principal } = context.reader
    const resource = await context.directory.servicePrincipals.find(context.tenant.id, { appId: exchangeOnline.appId })
    const record = await signIn(context)
    expect(last(record)).toEqual({
      name: 'role',
      ok: false,
      evidence: `The token carries no roles. Expected: the application permission IMAP.AccessAsApp of Office 365 Exchange Online, consented to for the service principal ${principal.id}.`,
    })
    expect(record.fix).toEqual([
      `postern New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId ${principal.id} -PrincipalId ${principal.id} -ResourceId ${resource?.id} -AppRoleId ${imapRole}`,
      tokenLine(context),
    ])
  })

  it('3: consent given after the token was fetched', async () => {
    const context = await open()
    await context.assignAppRole(context.reader, 'POP.AccessAsApp')
    const bearer = await context.tokenFor(context.reader)
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    const record = await signIn(context, { bearer })
    expect(last(record)?.evidence).toBe(
      `The token carries the roles POP.AccessAsApp and not IMAP.AccessAsApp: it was issued before IMAP.AccessAsApp was assigned to the service principal ${context.reader.principal.id}. A new token will carry it.`,
    )
    expect(record.fix).toEqual([tokenLine(context)])
  })

  it('4: a token for Graph', async () => {
    const context = await open()
    await context.assignAppRole(context.reader, 'Mail.Read', microsoftGraph)
    const record = await signIn(context, { token: { audience: 'https://graph.microsoft.com', roles: ['Mail.Read'] } })
    expect(last(record)).toEqual({
      name: 'audience',
      ok: false,
      evidence:
        "The token's audience is 'https://graph.microsoft.com', which names Microsoft Graph. Expected: a token for Office 365 Exchange Online, such as 'https://outlook.office365.com'.",
    })
    expect(record.fix).toEqual([tokenLine(context)])
  })

  it('5: a token for the consent scope, where access is strict', async () => {
    const context = await open(true)
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    const record = await signIn(context, { token: { audience: 'https://ps.outlook.com' } })
    expect(last(record)).toMatchObject({ name: 'audience', ok: false })
    expect(last(record)?.evidence).toContain('serves for admin consent')
    expect(record.fix).toEqual([tokenLine(context)])
  })

  it('6: the delegated permission instead of the application permission', async () => {
    const context = await open()
    await context.directory.apps.update(context.tenant.id, context.reader.app.id, {
      requiredResourceAccess: [
        {
          resourceAppId: exchangeOnline.appId,
          resourceAccess: [{ id: '195adc35-e27b-454b-a7ed-1ecdffa1c09f', type: 'Scope' }],
        },
      ],
    })
    expect(last(await signIn(context))?.evidence).toMatch(
      / The app asks for IMAP\.AccessAsUser\.All, a delegated permission: it counts when a person signs in, never for an app by itself\.$/,
    )
  })

  it('9: no FullAccess, or another address', async () => {
    const context = await open()
    const { principal } = context.reader
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    const bob = await context.directory.mailboxes.create(context.tenant.id, newMailbox('bob'))
    await grantMailbox(context.directory, context.reader, bob)
    const record = await signIn(context)
    expect(last(record)).toEqual({
      name: 'mailboxPermission',
      ok: false,
      evidence: `The service principal ${principal.id} has no FullAccess to the mailbox ada@contoso.test; it has no entry there.`,
    })
    expect(record.fix).toEqual([
      `postern Add-MailboxPermission -Identity ada@contoso.test -User ${principal.id} -AccessRights FullAccess`,
    ])
  })

  it('9: denied', async () => {
    const context = await open()
    const { principal } = context.reader
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    const { trustee } = await grantMailbox(context.directory, context.reader, context.mailbox)
    const denial = { trustee, accessRights: ['FullAccess'], deny: true, inheritanceType: 'All' } as const
    await context.directory.permissions.add(context.mailbox, denial)
    const record = await signIn(context)
    expect(last(record)?.evidence).toBe(
      `FullAccess to the mailbox ada@contoso.test is denied to the service principal ${principal.id}.`,
    )
    expect(record.fix).toEqual([
      `postern Remove-MailboxPermission -Identity ada@contoso.test -User ${principal.id} -AccessRights FullAccess -Deny -Confirm:$false`,
    ])
  })

  it('9: a mailbox that is not there', async () => {
    const context = await open()
    const { app, principal } = context.reader
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    await context.directory.exchange.create(context.tenant.id, { appId: app.appId, objectId: principal.id })
    const unknown = await signIn(context, { address: 'Sales@contoso.test' })
    expect(last(unknown)?.evidence).toBe(
      `No mailbox in the tenant ${context.tenant.id} has the address 'Sales@contoso.test'.`,
    )
    expect(unknown.fix).toEqual([
      'postern New-Mailbox -Shared -Name Sales -PrimarySmtpAddress Sales@contoso.test',
      `postern Add-MailboxPermission -Identity Sales@contoso.test -User ${principal.id} -AccessRights FullAccess`,
    ])
    const elsewhere = await signIn(context, { address: "$(reboot)'@fabrikam.test\u001b[2J" })
    expect(elsewhere.mailbox).toBe("$(reboot)'@fabrikam.test\ufffd[2J")
    expect(elsewhere.fix).toEqual(['postern Get-Mailbox'])
    const nothing = await signIn(context, { address: undefined })
    expect(last(nothing)?.evidence).toMatch(/^The sign-in names no mailbox\./)
  })

  it('12: the protocol switched off', async () => {
    const context = await open()
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    await grantMailbox(context.directory, context.reader, context.mailbox)
    await context.directory.mailboxes.update(context.tenant.id, context.mailbox.id, { imapEnabled: false })
    const record = await signIn(context)
    expect(last(record)).toEqual({
      name: 'protocolEnabled',
      ok: false,
      evidence: 'IMAP4 is off for the mailbox ada@contoso.test: ImapEnabled is false.',
    })
    expect(record.fix).toEqual(['postern Set-CASMailbox -Identity ada@contoso.test -ImapEnabled true'])
  })

  it('a password', async () => {
    const context = await open()
    const entry = await context.access.enter({
      credential: { password: 'x' },
      protocol: 'pop3',
      address: 'ada@contoso.test',
      from: '192.0.2.7',
    })
    expect(entry).toMatchObject({ granted: false, failed: 'basicAuthentication', spokenAt: 'authenticate' })
    await context.signIns.settled()
    const record = await context.signIns.lastRefused(context.tenant.id)
    expect(record).toMatchObject({
      signInId: entry.signIn,
      authentication: 'Basic',
      app: undefined,
      wire: 'Basic basicAuthentication',
    })
    expect(record?.checks[0]?.evidence).toMatch(/^A password was given\. Basic authentication is off;/)
    expect(record?.fix).toEqual([
      'postern token --client-id CLIENT-ID --client-secret-file SECRET-FILE --scope https://outlook.office365.com/.default',
    ])
  })

  it('a password, in the words that its own way of giving it is answered in', async () => {
    const context = await open()
    const attempt = { protocol: 'imap', address: 'ada@contoso.test', from: '192.0.2.7' } as const
    const [login, plain] = await Promise.all([
      context.access.enter({ ...attempt, credential: { password: 'x' } }),
      context.access.enter({ ...attempt, credential: { password: 'x', sasl: true } }),
    ])
    await context.signIns.settled()
    const told = async (id: string) => (await context.signIns.find(context.tenant.id, id))?.wire
    expect([await told(login.signIn), await told(plain.signIn)]).toEqual([
      'Basic basicAuthentication',
      'Basic over SASL basicAuthentication',
    ])
  })

  it('an expired token, and one that was changed', async () => {
    const context = await open()
    const expired = await signIn(context, { token: { lifetime: -60 } })
    expect(last(expired)).toMatchObject({ name: 'token', ok: false })
    expect(expired).toMatchObject({ app: { appId: context.reader.app.appId, id: context.reader.app.id } })
    expect(expired.fix).toEqual([tokenLine(context)])
    const token = await context.tokenFor(context.reader)
    const changed = await signIn(context, { bearer: `${token.slice(0, -8)}AAAAAAAA` })
    expect(changed).toMatchObject({ failed: 'token', app: undefined })
    expect(JSON.stringify(changed)).not.toContain(token.slice(0, 20))
  })

  it('a service principal that was disabled, or created again since', async () => {
    const context = await open()
    const { app, principal } = context.reader
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    const bearer = await context.tokenFor(context.reader)
    await context.directory.servicePrincipals.update(context.tenant.id, principal.id, { accountEnabled: false })
    const disabled = await signIn(context, { bearer })
    expect(last(disabled)?.evidence).toBe(`The service principal ${principal.id} of the app ${app.appId} is disabled.`)
    expect(disabled.fix).toEqual([
      `postern Update-MgServicePrincipal -ServicePrincipalId ${principal.id} -AccountEnabled`,
    ])
    await context.directory.servicePrincipals.remove(context.tenant.id, principal.id)
    context.world.advance(MINUTE)
    const removed = await signIn(context, { bearer })
    expect(removed.fix).toEqual([`postern New-MgServicePrincipal -AppId ${app.appId}`])
    const other = await context.directory.servicePrincipals.create(context.tenant.id, { appId: app.appId })
    const again = await signIn(context, { bearer })
    expect(last(again)?.evidence).toContain(`now has the service principal ${other.id}`)
    expect(again.fix).toEqual([tokenLine(context)])
  })

  it('an app that was removed: the fix creates everything again, in order', async () => {
    const context = await open()
    const { app } = context.reader
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    await grantMailbox(context.directory, context.reader, context.mailbox)
    const bearer = await context.tokenFor(context.reader)
    const resource = await context.directory.servicePrincipals.find(context.tenant.id, { appId: exchangeOnline.appId })
    await context.directory.apps.remove(context.tenant.id, app.id)
    const record = await signIn(context, { bearer })
    expect(last(record)?.evidence).toBe(
      `The app registration ${app.appId} ('${app.displayName}') does not exist any more.`,
    )
    expect(record.fix).toEqual([
      `postern New-MgApplication -DisplayName ${app.displayName}`,
      'postern Add-MgApplicationPassword -ApplicationId NEW-APP-OBJECT-ID',
      'postern New-MgServicePrincipal -AppId NEW-CLIENT-ID',
      `postern New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId NEW-SERVICE-PRINCIPAL-ID -PrincipalId NEW-SERVICE-PRINCIPAL-ID -ResourceId ${resource?.id} -AppRoleId ${imapRole}`,
      'postern New-ServicePrincipal -AppId NEW-CLIENT-ID -ObjectId NEW-SERVICE-PRINCIPAL-ID',
      'postern Add-MailboxPermission -Identity ada@contoso.test -User NEW-SERVICE-PRINCIPAL-ID -AccessRights FullAccess',
      tokenLine(context).replace(app.appId, 'NEW-CLIENT-ID'),
    ])
  })

  it('an application permission that was taken back, where that counts at once', async () => {
    const context = await open()
    const assignment = await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    const bearer = await context.tokenFor(context.reader)
    await context.directory.assignments.remove(context.tenant.id, assignment)
    const record = await signIn({ ...context, access: context.accessAs('standards') }, { bearer })
    expect(last(record)?.evidence).toContain('but it was taken back')
    expect(record.fix).toEqual([expect.stringMatching(/^postern New-MgServicePrincipalAppRoleAssignment /)])
  })
})

describe('a record', () => {
  it('tells the checks that were looked at, in order, and no more', async () => {
    const context = await open()
    await context.assignAppRole(context.reader, 'IMAP.AccessAsApp')
    const record = await signIn(context)
    expect(record.checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['token', true],
      ['audience', true],
      ['role', true],
      ['servicePrincipal', true],
      ['exchangeServicePrincipal', false],
    ])
  })

  it('is shared by equal refusals, which are told its id', async () => {
    const context = await open()
    const [first, second] = [await signIn(context), await signIn(context)]
    expect(second).toEqual({ ...first, count: 2 })
  })
})
