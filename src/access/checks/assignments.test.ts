import { describe, expect, it } from 'vitest'
import { openAccess } from '../../../test/support/access.ts'
import { grantMailbox, newMailbox, registerApp } from '../../../test/support/directory.ts'
import { MINUTE } from '../../core/time.ts'
import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'

async function opened() {
  const context = await openAccess('exchange-online')
  const { directory, tenant, world } = context
  const access = context.accessAs('exchange-online', { propagationMinutes: 45 })
  const reader = await registerApp(context)
  const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const simulate = async (protocol: 'imap' | 'smtp' | 'graph') => {
    const { checks, failed, fix } = await access.simulate(tenant.id, {
      mailbox: 'ada@contoso.test',
      app: reader.app.appId,
      protocol,
    })
    return { failed, fix, last: checks.at(-1)!.evidence }
  }
  const role = (named: string) => directory.roleAssignments.roles.find(({ name }) => name === named)!
  const wait = (minutes: number) => world.advance(minutes * MINUTE)
  return { ...context, access, reader, ada, simulate, role, wait }
}

describe('with exchange.propagation_minutes', () => {
  it('10: consent, service principal and permission take effect one after another; the fix is to wait', async () => {
    const { directory, reader, ada, simulate, wait, ...context } = await opened()
    await context.assignAppRole(reader, 'IMAP.AccessAsApp')
    const early = await simulate('imap')
    expect(early).toMatchObject({ failed: 'role', fix: [] })
    expect(early.last).toBe(
      'The consent to IMAP.AccessAsApp was made at 2026-11-24T08:00:00.000Z and counts from 2026-11-24T08:45:00.000Z on, as the setting exchange.propagation_minutes has it: nothing is left to do but to wait.',
    )
    wait(30)
    await grantMailbox(directory, reader, ada)
    wait(20)
    expect(await simulate('imap')).toMatchObject({ failed: 'exchangeServicePrincipal', fix: [] })
    wait(25)
    expect(await simulate('imap')).toMatchObject({ failed: undefined })
  })

  it('a mailbox permission is delayed, a denial is not; a right added to FullAccess interrupts nothing', async () => {
    const { directory, reader, ada, simulate, wait, ...context } = await opened()
    await context.assignAppRole(reader, 'IMAP.AccessAsApp')
    const { app, principal } = reader
    await directory.exchange.create(ada.tenant, { appId: app.appId, objectId: principal.id })
    wait(45)
    const { trustee } = await grantMailbox(directory, reader, ada)
    const waiting = await simulate('imap')
    expect(waiting).toMatchObject({ failed: 'mailboxPermission', fix: [] })
    expect(waiting.last).toMatch(/counts from .* on/)
    wait(45)
    const grant = { trustee, inheritanceType: 'All' } as const
    await directory.permissions.add(ada, { ...grant, accessRights: ['ReadPermission'], deny: false })
    expect(await simulate('imap')).toMatchObject({ failed: undefined })
    await directory.permissions.add(ada, { ...grant, accessRights: ['FullAccess'], deny: true })
    const denied = await simulate('imap')
    expect(denied.failed).toBe('mailboxPermission')
    expect(denied.fix).toHaveLength(1)
  })

  it('a role of an app is waited for, and again when its scope changes', async () => {
    const { directory, tenant, reader, simulate, role, wait } = await opened()
    const { app, principal } = reader
    const pointer = await directory.exchange.create(tenant.id, { appId: app.appId, objectId: principal.id })
    wait(45)
    const scope = await directory.managementScopes.create(tenant.id, {
      name: 's',
      recipientFilter: "Alias -eq 'ada'",
      exclusive: false,
    })
    await directory.roleAssignments.create(tenant.id, {
      role: role('Application SMTP.SendAsApp'),
      principal: pointer.guid,
      scope: scope.guid,
    })
    expect(await simulate('smtp')).toMatchObject({ failed: 'roleAssignment', fix: [] })
    wait(45)
    expect(await simulate('smtp')).toMatchObject({ failed: undefined })
    await directory.managementScopes.update(tenant.id, scope.guid, { recipientFilter: "Alias -like 'a*'" })
    expect(await simulate('smtp')).toMatchObject({ failed: 'roleAssignment' })
  })

  it('over Graph a consent is waited for, unless a role of Exchange counts already', async () => {
    const { directory, tenant, reader, simulate, role, wait, ...context } = await opened()
    const { app, principal } = reader
    const pointer = await directory.exchange.create(tenant.id, { appId: app.appId, objectId: principal.id })
    await context.assignAppRole(reader, 'Mail.Read', microsoftGraph)
    expect(await simulate('graph')).toMatchObject({ failed: 'role', fix: [] })
    wait(45)
    expect(await simulate('graph')).toMatchObject({ failed: undefined })
    await directory.roleAssignments.create(tenant.id, {
      role: role('Application Mail.ReadWrite'),
      principal: pointer.guid,
    })
    wait(45)
    await context.assignAppRole(reader, 'Mail.ReadWrite', microsoftGraph)
    expect(await simulate('graph')).toMatchObject({ failed: undefined })
  })

  it('what a person was permitted is waited for, and their own mailbox is not', async () => {
    const { directory, tenant, reader, access, wait, ...context } = await opened()
    const bob = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
    await context.consentTo(reader, ['IMAP.AccessAsUser.All'])
    const ofBob = async (mailbox: string) =>
      (
        await access.simulate(tenant.id, {
          mailbox,
          app: reader.app.appId,
          protocol: 'imap',
          user: 'bob@contoso.test',
        })
      ).failed
    const ada = (await directory.mailboxes.find(tenant.id, 'ada'))!
    const trustee = (await directory.permissions.trustee(tenant.id, bob.userPrincipalName))!
    await directory.permissions.add(ada, { trustee, accessRights: ['FullAccess'], deny: false, inheritanceType: 'All' })
    expect(await ofBob('bob@contoso.test')).toBeUndefined()
    expect(await ofBob('ada@contoso.test')).toBe('mailboxPermission')
    wait(45)
    expect(await ofBob('ada@contoso.test')).toBeUndefined()
  })
})
