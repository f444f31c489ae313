import { describe, expect, it } from 'vitest'
import { openAccess } from '../../../../test/support/access.ts'
import { newMailbox, registerApp } from '../../../../test/support/directory.ts'
import type { OperationActor, Operation } from '../../../domain/audit/types.ts'
import { advise } from './advice.ts'

async function open() {
  const context = await openAccess('exchange-online')
  const { directory, tenant, signIns } = context
  const { app, principal } = await registerApp(context)
  const did = (operation: Operation, otherwise: Partial<OperationActor> = {}): void =>
    signIns.operations.of({
      tenant: tenant.id,
      appId: app.appId,
      as: 'app',
      protocol: 'imap',
      mailbox: 'ada@contoso.test',
      ...otherwise,
    })(operation)
  const withMailbox = (name: string) => directory.mailboxes.create(tenant.id, newMailbox(name))
  return { ...context, app, principal, did, withMailbox, advice: () => advise(context, tenant.id, app.appId) }
}

describe('advice', () => {
  it('asks for nothing where nothing was observed', async () => {
    const { advice } = await open()
    expect(await advice()).toMatchObject({
      habits: [],
      mailboxes: [],
      permissions: [],
      commands: [],
      withoutEquivalent: [],
      example: undefined,
    })
  })

  it('keeps an app that only sends to sending, in the mailboxes that it sends from', async () => {
    const { advice, did, withMailbox, app, principal } = await open()
    await withMailbox('ada')
    did('submit', { protocol: 'smtp' })
    const { permissions, commands } = await advice()
    expect(permissions).toEqual([{ as: 'app', permission: 'Mail.Send' }])
    expect(commands).toEqual([
      `postern New-ServicePrincipal -AppId ${app.appId} -ObjectId ${principal.id}`,
      expect.stringMatching(
        /^postern New-ManagementScope -Name '.*' -RecipientRestrictionFilter 'PrimarySmtpAddress -eq .*ada@contoso\.test.*'$/,
      ),
      expect.stringMatching(
        new RegExp(`^postern New-ManagementRoleAssignment -App ${app.appId} -Role 'Application Mail\\.Send' `),
      ),
    ])
  })

  it('tells apart what an app does as itself and for people', async () => {
    const { advice, did, withMailbox, principal } = await open()
    await withMailbox('ada')
    for (let i = 0; i < 3; i++) did('move', { as: 'person' })
    did('search unseen')
    const { permissions, commands, example } = await advice()
    expect(permissions).toEqual([
      { as: 'app', permission: 'Mail.ReadBasic' },
      { as: 'person', permission: 'Mail.ReadWrite' },
    ])
    expect(commands.at(-1)).toMatch(
      new RegExp(`^postern New-MgOauth2PermissionGrant -ClientId ${principal.id} .* -Scope Mail\\.ReadWrite$`),
    )
    // The example is of what is done most.
    expect(example).toContain('process.env.ACCESS_TOKEN')
    expect(example).not.toContain('isRead eq false')
  })

  it('names no mailbox that is gone, and makes scopes that people can read', async () => {
    const { advice, did, withMailbox } = await open()
    for (let i = 0; i < 21; i++) {
      await withMailbox(`box${i}`)
      did('fetch whole message', { mailbox: `box${i}@contoso.test` })
    }
    did('fetch whole message', { mailbox: 'gone@contoso.test' })
    const { commands, habits, mailboxes } = await advice()
    expect(habits).toMatchObject([{ operation: 'fetch whole message', count: 22, mailboxes: 22 }])
    expect(mailboxes).toHaveLength(22)
    const scopes = commands.filter((line) => line.includes('New-ManagementScope'))
    expect(scopes.map((line) => line.match(/-eq/g)!.length)).toEqual([20, 1])
    expect(commands.join('\n')).not.toContain('gone@')
    expect(commands.filter((line) => line.includes('New-ManagementRoleAssignment'))).toHaveLength(2)
  })

  it('names each thing without an equivalent once', async () => {
    const { advice, did } = await open()
    for (const operation of ['select folder', 'fetch flags', 'mark deleted', 'expunge'] as const) did(operation)
    const { withoutEquivalent } = await advice()
    expect(withoutEquivalent.filter((it) => it.startsWith('UIDs'))).toHaveLength(1)
    expect(withoutEquivalent.filter((it) => it.includes('EXPUNGE'))).toHaveLength(1)
  })
})
