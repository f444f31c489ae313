import { expect, it } from 'vitest'
import { openServer } from '../../../test/support/server.ts'
import { registerAppWith } from '../../../test/support/directory.ts'
import { directoryRole } from '../../core/well-known/directory-roles.ts'

it.each(['exchangeAdministrator', 'exchangeRecipientAdministrator'] as const)(
  'an app that is %s removes and signs out users without a role that it lacks',
  async (role) => {
    const context = await openServer()
    const { directory, tenant } = context
    for (const name of ['ada', 'eve']) {
      const MicrosoftOnlineServicesID = `${name}@contoso.test`
      await context.invoke('New-Mailbox', { Name: name, MicrosoftOnlineServicesID, Password: 'Correct-Horse-9' })
    }
    const ada = await directory.users.find(tenant.id, 'ada@contoso.test')
    await directory.directoryRoles.assign(tenant.id, ada!.id, directoryRole.globalReader)
    const bearer = await context.token(
      await registerAppWith(context, { roles: ['Exchange.ManageAsApp'], directoryRoles: [directoryRole[role]] }),
    )
    const invoke = (name: string, parameters: object) => context.invoke(name, parameters, { bearer })

    for (const [name, parameters] of [
      ['Remove-Mailbox', {}],
      ['Remove-Mailbox', { PermanentlyDelete: true }],
      ['Disable-Mailbox', {}],
      ['Set-User', { STSRefreshTokensValidFrom: '2026-11-24' }],
    ] as const) {
      const refused = await invoke(name, { Identity: 'ada', ...parameters })
      expect(refused.statusCode).toBe(403)
      expect(JSON.stringify(refused.json())).toContain('Insufficient privileges to complete the operation')
      expect((await invoke('Get-Mailbox', { Identity: 'ada' })).statusCode).toBe(200)
    }
    await context.invoke('New-RoleGroup', { Name: 'Keepers', Roles: ['Role Management'], Members: ['eve'] })
    const lesser = role === 'exchangeRecipientAdministrator'
    expect((await invoke('Remove-Mailbox', { Identity: 'eve' })).statusCode).toBe(lesser ? 403 : 200)
    await context.invoke('Remove-RoleGroup', { Identity: 'Keepers' })
    if (!lesser) await context.invoke('Undo-SoftDeletedMailbox', { SoftDeletedObject: 'eve' })
    expect((await invoke('Set-User', { Identity: 'ada', DisplayName: 'Countess' })).statusCode).toBe(200)
    expect((await invoke('Remove-Mailbox', { Identity: 'eve' })).statusCode).toBe(200)
    expect((await context.invoke('Remove-Mailbox', { Identity: 'ada' })).statusCode).toBe(200)
  },
)
