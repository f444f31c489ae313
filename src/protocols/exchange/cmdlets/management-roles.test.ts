import { describe, expect, it } from 'vitest'
import { openServer } from '../../../../test/support/server.ts'
import { openOnce } from '../../../../test/support/lifecycle.ts'
import { silentLog } from '../../../core/log.ts'

const context = openOnce((atEnd) => openServer(silentLog, {}, atEnd))

type Shown = Readonly<Record<string, unknown>>

async function shown(name: string, parameters: object): Promise<readonly Shown[]> {
  const answer = await context().invoke(name, parameters, { headers: { prefer: 'odata.maxpagesize=1000' } })
  expect([name, answer.statusCode]).toEqual([name, 200])
  return answer.json<{ value: Shown[] }>().value
}
const names = async (name: string, parameters: object) => (await shown(name, parameters)).map(({ Name }) => Name)

describe('Get-ManagementRole', () => {
  it('shows the roles of administrators, with their cmdlets, and those of apps', async () => {
    const roles = await shown('Get-ManagementRole', {})
    expect(roles.map(({ Name }) => Name)).toEqual(
      expect.arrayContaining(['Mail Recipients', 'Role Management', 'Application SMTP.SendAsApp']),
    )
    expect(roles.find(({ Name }) => Name === 'Message Tracking')).toMatchObject({
      RoleType: 'MessageTracking',
      IsRootRole: true,
      RoleEntries: expect.arrayContaining([
        expect.stringMatching(/^\(Microsoft\.Exchange\.Management\.PowerShell\.E2010\) Get-MessageTrace -EndDate /),
      ]),
    })
  })

  it.each<[object, readonly string[]]>([
    [{ Cmdlet: 'new-serviceprincipal' }, ['Role Management']],
    [{ Cmdlet: 'Get-Nothing' }, []],
    [{ CmdletParameters: ['SubjectFilterType', 'toip'] }, ['Message Tracking']],
    [{ Identity: 'mail recipients' }, ['Mail Recipients']],
    [
      { Identity: 'Application Mail.*' },
      ['Mail.Read', 'Mail.ReadBasic', 'Mail.ReadWrite', 'Mail.Send'].map((it) => `Application ${it}`),
    ],
    [{ RoleType: 'applicationsmtpsendasapp' }, ['Application SMTP.SendAsApp']],
  ])('is narrowed by %j', async (parameters, expected) => {
    expect(await names('Get-ManagementRole', parameters)).toEqual(expected)
  })

  it('knows no other role', async () => {
    expect((await context().invoke('Get-ManagementRole', { Identity: 'Robots' })).statusCode).toBe(404)
  })
})

describe('Get-ManagementRoleEntry', () => {
  it('shows which cmdlets are in a role, and in which a cmdlet is', async () => {
    expect(await shown('Get-ManagementRoleEntry', { Identity: '*\\New-ServicePrincipal' })).toMatchObject([
      { Name: 'New-ServicePrincipal', Role: 'Role Management', Parameters: expect.arrayContaining(['AppId']) },
    ])
    expect(await names('Get-ManagementRoleEntry', { Identity: 'View-Only Audit Logs\\*' })).toEqual([
      'Search-UnifiedAuditLog',
    ])
    const tracing = { Identity: 'Message Tracking\\*', Parameters: ['PageSize'] }
    expect(await names('Get-ManagementRoleEntry', tracing)).toEqual(['Get-MessageTrace'])
  })

  it.each([
    ['Mail Recipients', 400],
    ['Mail Recipients\\New-ServicePrincipal', 404],
  ])('refuses %s', async (Identity, status) => {
    expect((await context().invoke('Get-ManagementRoleEntry', { Identity })).statusCode).toBe(status)
  })
})
