import { describe, expect, it } from 'vitest'
import { newMailbox, openDirectory, registerApp } from '../../../../test/support/directory.ts'
import { DAY } from '../../../core/time.ts'
import type { Guid } from '../../../core/ids.ts'
import { createDirectory } from '../directory.ts'
import { directoryDefaults } from '../settings.ts'
import { directoryRole } from '../../../core/well-known/directory-roles.ts'
import type { Actor } from './types.ts'

async function withActor() {
  const open = await openDirectory()
  const { directory, tenant } = open
  const { app, principal } = await registerApp(open, 'Administration')
  const actor: Actor = { kind: 'app', appId: app.appId, servicePrincipal: principal.id, name: 'Administration' }
  const correlation = open.world.guid()
  const acting = directory.by(actor, correlation)
  const told = async (limit = 100) => directory.audits.page(tenant.id, { limit })
  const activities = async () => (await told()).map(({ activity }) => activity).toReversed()
  return { ...open, app, principal, actor, correlation, acting, told, activities }
}

describe('the audit of the directory', () => {
  it('tells who did what to whom, and in which request', async () => {
    const { acting, actor, correlation, tenant, told, world } = await withActor()
    const made = await acting.apps.create(tenant.id, { displayName: 'Reader', properties: { notes: 'first' } })
    const [last] = await told(1)
    expect(last).toEqual({
      id: last!.id,
      tenant: tenant.id,
      at: world.now(),
      activity: 'Add application',
      category: 'ApplicationManagement',
      operation: 'Add',
      actor,
      correlation,
      targets: [{ type: 'Application', id: made.id, displayName: 'Reader' }],
      changes: expect.arrayContaining([
        { property: 'DisplayName', before: undefined, after: '"Reader"' },
        { property: 'Notes', before: undefined, after: '"first"' },
      ]),
    })
  })

  it('tells of a change what was before and what is after, and nothing of what stayed', async () => {
    const { acting, tenant, told } = await withActor()
    const made = await acting.apps.create(tenant.id, { displayName: 'Reader', properties: { notes: 'first' } })
    await acting.apps.update(tenant.id, made.id, { displayName: 'Scanner', properties: { notes: 'first' } })
    expect((await told(1))[0]).toMatchObject({
      activity: 'Update application',
      changes: [{ property: 'DisplayName', before: '"Reader"', after: '"Scanner"' }],
    })
  })

  it('names what is done to apps as Entra does', async () => {
    const { acting, app, principal, directory, tenant, activities } = await withActor()
    const graph = (await directory.servicePrincipals.findResource(tenant.id, 'https://graph.microsoft.com'))!
    const secret = await acting.apps.addSecret(tenant.id, app.id, {})
    await acting.apps.removeSecret(tenant.id, app.id, secret.keyId)
    await acting.servicePrincipals.update(tenant.id, principal.id, { accountEnabled: false })
    const assignment = await acting.assignments.create(tenant.id, {
      principal: principal.id,
      resource: graph.id,
      appRoleId: graph.appRoles[0]!.id,
    })
    await acting.assignments.remove(tenant.id, assignment.id)
    const consent = await acting.consents.create(tenant.id, {
      client: principal.id,
      resource: graph.id,
      consentType: 'AllPrincipals',
      user: undefined,
      scopes: ['User.Read'],
    })
    await acting.consents.grant(tenant.id, { ...consent, scopes: ['Mail.Read'] })
    await acting.consents.update(tenant.id, consent.id, ['User.Read'])
    await acting.consents.remove(tenant.id, consent.id)
    await acting.directoryRoles.assign(tenant.id, principal.id, directoryRole.globalReader)
    await acting.directoryRoles.assign(tenant.id, principal.id, directoryRole.globalReader)
    await acting.directoryRoles.unassign(tenant.id, principal.id, directoryRole.globalReader)
    const issuer = { name: 'builds', issuer: 'https://issuer.test', subject: 'builds', audiences: ['api://x'] }
    await acting.apps.addFederated(tenant.id, app.id, issuer)
    await acting.servicePrincipals.remove(tenant.id, principal.id)
    await acting.apps.remove(tenant.id, app.id)
    expect(await activities()).toEqual([
      'Create company',
      'Add application',
      'Add service principal',
      'Update application – Certificates and secrets management',
      'Update application – Certificates and secrets management',
      'Update service principal',
      'Add app role assignment to service principal',
      'Remove app role assignment from service principal',
      'Add delegated permission grant',
      'Consent to application',
      'Update delegated permission grant',
      'Remove delegated permission grant',
      'Add member to role',
      'Remove member from role',
      'Update application',
      'Remove service principal',
      'Delete application',
    ])
  })

  it('names what is done to people, and to mailboxes', async () => {
    const { acting, principal, app, directory, tenant, told } = await withActor()
    const user = await acting.users.create(tenant.id, {
      userPrincipalName: 'ada@contoso.test',
      displayName: 'Ada',
      mailNickname: 'ada',
      accountEnabled: true,
      password: 'Correct horse',
    })
    await acting.users.update(tenant.id, user.id, { accountEnabled: false })
    await acting.users.update(tenant.id, user.id, { accountEnabled: true, password: 'Battery staple' })
    await acting.users.changePassword(tenant.id, 'ada@contoso.test', 'Battery staple', 'Third of them')
    await acting.users.remove(tenant.id, user.id)
    const mailbox = await acting.mailboxes.create(tenant.id, newMailbox('bob'))
    await acting.mailboxes.update(tenant.id, mailbox.id, { imapEnabled: false })
    const pointer = await acting.exchange.create(tenant.id, { appId: app.appId, objectId: principal.id })
    const trustee = (await directory.permissions.trustee(tenant.id, pointer.guid))!
    const rights = { trustee, accessRights: ['FullAccess'], deny: false, inheritanceType: 'All' } as const
    await acting.permissions.add(mailbox, rights)
    await acting.permissions.add(mailbox, rights)
    await acting.permissions.remove(mailbox, rights)
    await acting.permissions.remove(mailbox, rights)
    await acting.exchange.remove(tenant.id, pointer.guid)
    await acting.mailboxes.remove(tenant.id, mailbox.id)
    const since = (await told()).toReversed().slice(3)
    expect(since.map(({ activity }) => activity)).toEqual([
      'Add user',
      'Disable account',
      'Update user',
      'Reset user password',
      'Enable account',
      'Update user',
      'Change user password',
      'Delete user',
      'New-Mailbox',
      'Set-CASMailbox',
      'New-ServicePrincipal',
      'Add-MailboxPermission',
      'Remove-MailboxPermission',
      'Remove-ServicePrincipal',
      'Remove-Mailbox',
    ])
    expect(since.find(({ activity }) => activity === 'Set-CASMailbox')?.changes).toEqual([
      { property: 'ImapEnabled', before: 'true', after: 'false' },
    ])
    expect(since.find(({ activity }) => activity === 'Change user password')).toMatchObject({
      actor: { kind: 'user', id: user.id, userPrincipalName: 'ada@contoso.test' },
      targets: [{ type: 'User', id: user.id, userPrincipalName: 'ada@contoso.test' }],
    })
    const texts = JSON.stringify(since)
    for (const secret of ['Correct horse', 'Battery staple', 'Third of them', 'argon2'])
      expect(texts).not.toContain(secret)
  })

  it('knows no secret, but which one it was', async () => {
    const { acting, app, tenant, told } = await withActor()
    const secret = await acting.apps.addSecret(tenant.id, app.id, { displayName: 'CI' })
    const texts = JSON.stringify(await told())
    expect(texts).not.toContain(secret.value)
    expect(texts).toContain(`KeyIdentifier=${secret.keyId},KeyType=Password,KeyUsage=Verify,DisplayName=CI`)
  })

  it('tells nothing of what was refused', async () => {
    const { acting, tenant, activities } = await withActor()
    const before = await activities()
    await expect(acting.apps.create(tenant.id, { displayName: '' })).rejects.toMatchObject({ reason: 'bad-syntax' })
    await expect(acting.servicePrincipals.create(tenant.id, { appId: tenant.id })).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
    expect(await activities()).toEqual(before)
  })

  it('is read a page at a time, newest first, and by what was done, when, by whom, to whom', async () => {
    const { acting, directory, tenant, told, world, principal, correlation, app } = await withActor()
    for (let at = 0; at < 5; at++) await acting.apps.create(tenant.id, { displayName: `App ${at}` })
    world.advance(1000)
    await acting.apps.update(tenant.id, app.id, { displayName: 'Renamed' })
    const all = await told()
    const page = (asked: object) => directory.audits.page(tenant.id, { limit: 100, ...asked })
    const first = await page({ limit: 4 })
    const rest = await page({ before: first.at(-1) })
    expect([...first, ...rest]).toEqual(all)
    expect(await page({ from: world.now() })).toEqual(all.slice(0, 1))
    expect(await page({ until: world.now() })).toEqual(all.slice(1))
    expect(await page({ activity: 'Update application' })).toEqual(all.slice(0, 1))
    expect(await page({ category: 'DirectoryManagement' })).toEqual(all.slice(-1))
    expect(await page({ actor: principal.id.toUpperCase() })).toEqual(all.slice(0, 6))
    expect(await page({ correlation })).toEqual(all.slice(0, 6))
    expect(await page({ target: app.id })).toHaveLength(2)
    expect(await directory.audits.find(tenant.id, first[0]!.id.toUpperCase())).toEqual(first[0])
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    expect(await directory.audits.find(other.id, first[0]!.id)).toBeUndefined()
    expect(await directory.audits.page(other.id, { limit: 100 })).toHaveLength(1)
  })

  it('gives what is done without a request a correlation of its own', async () => {
    const { directory, tenant, told } = await withActor()
    await directory.apps.create(tenant.id, { displayName: 'One' })
    await directory.apps.create(tenant.id, { displayName: 'Two' })
    const [two, one] = await told(2)
    expect(two).toMatchObject({ actor: { kind: 'server' } })
    expect(two!.correlation).not.toBe<Guid>(one!.correlation)
  })

  it('forgets what is older than the setting says', async () => {
    const { engine, world, tenant } = await withActor()
    const settings = { ...directoryDefaults, audit_days: 2 }
    const directory = createDirectory({ sql: engine.sql, notifier: engine.notifier, world, settings })
    world.advance(2 * DAY + 1)
    await directory.apps.create(tenant.id, { displayName: 'New' })
    expect((await directory.audits.page(tenant.id, { limit: 100 })).map(({ activity }) => activity)).toEqual([
      'Add application',
    ])
  })
})
