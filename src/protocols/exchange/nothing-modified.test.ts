import { expect, it } from 'vitest'
import { openServer } from '../../../test/support/server.ts'

const told = (name: string) => [`The command completed successfully but no settings of '${name}' have been modified.`]

it('a Set- cmdlet that names something and no setting of it says that it modified nothing', async () => {
  const context = await openServer()
  const warningsOf = async (name: string, parameters: object) => {
    const answer = await context.invoke(name, parameters)
    expect(answer.statusCode, `${name}: ${answer.rawPayload.toString()}`).toBe(200)
    return answer.json<{ '@adminapi.warnings': string[] }>()['@adminapi.warnings']
  }
  await warningsOf('New-Mailbox', { Name: 'Info', Shared: true })
  await warningsOf('New-DistributionGroup', { Name: 'Robots', Type: 'Security' })
  await warningsOf('New-AuthenticationPolicy', { Name: 'Block' })
  await warningsOf('New-RoleGroup', { Name: 'Helpers', Roles: ['Mail Recipients'] })
  for (const [name, parameters] of [
    ['Set-Mailbox', { Identity: 'Info' }],
    ['Set-Mailbox', { Identity: 'Info', Force: true, WarningAction: 'Continue' }],
    ['Set-CASMailbox', { Identity: 'info@contoso.test' }],
    ['Set-User', { Identity: 'info@contoso.test' }],
    ['Set-DistributionGroup', { Identity: 'Robots', BypassSecurityGroupManagerCheck: true }],
    ['Set-AuthenticationPolicy', { Identity: 'Block' }],
    ['Set-RoleGroup', { Identity: 'Helpers' }],
  ] as const) {
    expect(await warningsOf(name, parameters), name).toEqual(told(parameters.Identity))
  }
  expect(await warningsOf('Set-Mailbox', { Identity: 'Info', DisplayName: 'Information' })).toEqual([])
  expect(await warningsOf('Set-Mailbox', { Identity: 'Info', ProhibitSendReceiveQuota: '1GB' })).toEqual([])
  expect(await warningsOf('Set-Mailbox', { Identity: 'Info', WhatIf: true })).toEqual([])
  expect(await warningsOf('Get-Mailbox', { Identity: 'Info' })).toEqual([])
  expect((await context.invoke('Set-Mailbox', { Identity: 'nobody' })).statusCode).toBe(404)
})
