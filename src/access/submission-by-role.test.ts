import { describe, expect, it } from 'vitest'
import { openAccess } from '../../test/support/access.ts'
import { grantMailbox, newMailbox, registerApp } from '../../test/support/directory.ts'
import type { Profile } from '../core/profile.ts'
import type { ManagementScope, RoleAssignment } from '../domain/directory/types.ts'

async function opened(profile: Profile = 'exchange-online') {
  const context = await openAccess(profile)
  const { directory, tenant } = context
  const sender = await registerApp(context)
  const ada = await directory.mailboxes.create(tenant.id, newMailbox('ada'))
  const bob = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
  const pointer = await directory.exchange.create(tenant.id, {
    appId: sender.app.appId,
    objectId: sender.principal.id,
  })
  const scope = (recipientFilter: string) =>
    directory.managementScopes.create(tenant.id, { name: 'Senders', recipientFilter, exclusive: false })
  const assign = (over?: ManagementScope, named = 'Application SMTP.SendAsApp'): Promise<RoleAssignment> =>
    directory.roleAssignments.create(tenant.id, {
      role: directory.roleAssignments.roles.find(({ name }) => name === named)!,
      principal: pointer.guid,
      scope: over?.guid,
    })
  const enter = async (address = 'ada@contoso.test', protocol: 'smtp' | 'imap' = 'smtp') => {
    const bearer = await context.tokenFor(sender)
    const entry = await context.access.enter({ credential: { bearer }, protocol, address, from: '192.0.2.7' })
    await context.signIns.settled()
    const record = await context.signIns.find(tenant.id, entry.signIn)
    return {
      entry,
      record: record!,
      checks: record!.checks.map(({ name }) => name),
      last: record!.checks.at(-1)!.evidence,
    }
  }
  return { ...context, sender, ada, bob, pointer, scope, assign, enter }
}

describe('submission with a role of Exchange', () => {
  it('takes a token without roles where the mailbox is in scope, and needs no FullAccess', async () => {
    const { scope, assign, enter } = await opened()
    await assign(await scope("Alias -eq 'ada'"))
    const { entry, checks } = await enter()
    expect(entry).toMatchObject({ granted: true })
    expect(checks).toEqual([
      'token',
      'audience',
      'roleAssignment',
      'servicePrincipal',
      'exchangeServicePrincipal',
      'mailbox',
      'managementScope',
      'protocolEnabled',
    ])
  })

  it('is refused for a mailbox out of scope; what fixes it takes in that mailbox alone', async () => {
    const { scope, assign, enter, sender } = await opened()
    await assign(await scope("Alias -eq 'ada'"))
    const { entry, record, last } = await enter('bob@contoso.test')
    expect(entry).toMatchObject({ granted: false, failed: 'managementScope' })
    expect(last).toBe(
      `The mailbox bob@contoso.test is in scope of no role assignment of the app: 'Application SMTP.SendAsApp-${sender.principal.id}' (the management scope 'Senders', Alias -eq 'ada').`,
    )
    expect(record.fix).toEqual([
      `postern New-ManagementScope -Name bob -RecipientRestrictionFilter 'Alias -eq "bob"'`,
      `postern New-ManagementRoleAssignment -App ${sender.principal.id} -Role 'Application SMTP.SendAsApp' -CustomResourceScope bob`,
    ])
  })

  it('asks the permission on the mailbox instead, where the token carries SMTP.SendAsApp', async () => {
    const { assign, enter, sender, directory, ada, ...context } = await opened()
    await assign()
    await context.assignAppRole(sender, 'SMTP.SendAsApp')
    const refused = await enter()
    expect(refused.entry).toMatchObject({ granted: false, failed: 'mailboxPermission' })
    expect(refused.last).toContain('is not asked, since the token carries SMTP.SendAsApp')
    await grantMailbox(directory, sender, ada)
    expect((await enter()).entry).toMatchObject({ granted: true })
  })

  it('says to fetch another token, where the one that is shown carries SMTP.SendAsApp still', async () => {
    const { assign, sender, ada, ...context } = await opened('standards')
    await assign()
    const assignment = await context.assignAppRole(sender, 'SMTP.SendAsApp')
    const bearer = await context.tokenFor(sender)
    await context.directory.assignments.remove(context.tenant.id, assignment)
    const address = ada.primarySmtpAddress
    const entry = await context.access.enter({ credential: { bearer }, protocol: 'smtp', address, from: '192.0.2.7' })
    await context.signIns.settled()
    const record = await context.signIns.find(context.tenant.id, entry.signIn)
    expect(record).toMatchObject({ failed: 'role', fix: [expect.stringMatching(/^postern token /)] })
  })

  it('is refused while no assignment is in force', async () => {
    const { assign, enter, directory, tenant } = await opened()
    const { guid, name } = await assign()
    await directory.roleAssignments.update(tenant.id, guid, { enabled: false })
    const { entry, record } = await enter()
    expect(entry).toMatchObject({ granted: false, failed: 'roleAssignment' })
    expect(record.fix).toEqual([`postern Set-ManagementRoleAssignment -Identity '${name}' -Enabled true`])
  })

  it('needs the service principal that the token is for, as everything does', async () => {
    const { assign, enter, directory, tenant, sender, pointer } = await opened()
    await directory.exchange.remove(tenant.id, pointer.guid)
    const wrong = await directory.exchange.create(tenant.id, { appId: sender.app.appId, objectId: sender.app.id })
    await directory.roleAssignments.create(tenant.id, {
      role: directory.roleAssignments.roles.find(({ name }) => name === 'Application SMTP.SendAsApp')!,
      principal: wrong.guid,
    })
    expect((await enter()).entry).toMatchObject({ granted: false, failed: 'exchangeServicePrincipal' })
    await expect(assign()).rejects.toMatchObject({ reason: 'no-such-thing' })
  })

  it('is not given by a role for something else, nor to IMAP4', async () => {
    const { assign, enter } = await opened()
    await assign(undefined, 'Application Mail.Send')
    const smtp = await enter()
    expect(smtp.entry).toMatchObject({ granted: false, failed: 'role' })
    expect(smtp.last).toMatch(
      /The role assignment '.*' \(Application Mail.Send\) counts for nothing over submission\.$/,
    )
    await assign()
    expect((await enter('ada@contoso.test', 'imap')).entry).toMatchObject({ granted: false, failed: 'role' })
  })
})

const revoked = async (
  context: Awaited<ReturnType<typeof opened>>,
  change: (assignment: RoleAssignment) => Promise<unknown>,
  filter = "Alias -eq 'ada'",
) => {
  const assignment = await context.assign(await context.scope(filter))
  const { entry } = await context.enter()
  if (!entry.granted) throw new Error('The entry was not granted')
  const over = new Promise((resolve) => entry.mailbox.revoked.addEventListener('abort', resolve))
  await change(assignment)
  await over
}

describe('a submission that was let in by a role of Exchange is taken back', () => {
  it('when the assignment is removed', async () => {
    const context = await opened()
    await revoked(context, ({ guid }) => context.directory.roleAssignments.remove(context.tenant.id, guid))
  })

  it('when the assignment is put out of force', async () => {
    const context = await opened()
    const { directory, tenant } = context
    await revoked(context, ({ guid }) => directory.roleAssignments.update(tenant.id, guid, { enabled: false }))
  })

  it('when the scope has the mailbox no longer', async () => {
    const context = await opened()
    const { directory, tenant } = context
    await revoked(context, ({ scope }) =>
      directory.managementScopes.update(tenant.id, scope!.guid, { recipientFilter: "Alias -eq 'bob'" }),
    )
  })

  it('when the mailbox has the attribute no longer that the scope asks for', async () => {
    const context = await opened()
    const { directory, tenant, ada } = context
    const put = (CustomAttribute7: string | null) =>
      directory.mailboxes.update(tenant.id, ada.id, { settings: { CustomAttribute7 } })
    await put('sends')
    await revoked(context, () => put(null), "CustomAttribute7 -eq 'Sends'")
  })

  it('when the mailbox leaves the group that the scope asks for', async () => {
    const context = await opened()
    const { directory, tenant, ada } = context
    const member = { kind: 'mailbox', mailbox: ada } as const
    const group = await directory.groups.create(tenant.id, {
      name: 'senders',
      alias: 'senders',
      displayName: 'senders',
      primarySmtpAddress: 'senders@contoso.test',
      type: 'Security',
      members: [member],
    })
    const filter = `MemberOfGroup -eq '${group.distinguishedName}'`
    await revoked(context, () => directory.groups.removeMember(group, member), filter)
  })
})

describe('what an administrator set up in vain', () => {
  it('is told where a sign-in over IMAP4 is refused, and where one is simulated', async () => {
    const { assign, enter, sender, directory, tenant, ada, access, ...context } = await opened()
    await context.assignAppRole(sender, 'IMAP.AccessAsApp')
    await assign(undefined, 'Application Mail.Read')
    const scope = (await directory.accessPolicies.scopeNamed(tenant.id, 'bob'))!
    await directory.accessPolicies.create(tenant.id, {
      appIds: [sender.app.appId],
      accessRight: 'RestrictAccess',
      scope,
    })
    const refused = await enter('ada@contoso.test', 'imap')
    expect(refused.entry).toMatchObject({ granted: false, failed: 'mailboxPermission' })
    const inVain = [
      "IMAP4 asks no application access policy; that on 'bob' neither opens nor closes the mailbox here.",
      '(Application Mail.Read) counts for nothing over IMAP4, for which there is no management role.',
    ]
    for (const words of inVain) expect(refused.last).toContain(words)
    await grantMailbox(directory, sender, ada)
    const granted = await enter('ada@contoso.test', 'imap')
    expect(granted.entry).toMatchObject({ granted: true })
    expect(granted.last).not.toContain('asks no application access policy')
    const simulated = await access.simulate(tenant.id, {
      mailbox: 'ada@contoso.test',
      app: sender.app.appId,
      protocol: 'imap',
    })
    expect(simulated.outcome).toBe('granted')
    for (const words of inVain) expect(simulated.checks.at(-1)!.evidence).toContain(words)
    expect(simulated.checks.map(({ name }) => name)).not.toContain('applicationAccessPolicy')
  })
})
