import { describe, expect, it } from 'vitest'
import { changes } from '../../cmdlets/cmdlet.ts'
import { guid } from '../../core/ids.ts'
import { roleTemplates } from '../../core/well-known/directory-roles.ts'
import { commandsOf } from './authorization.ts'
import { commands } from './cmdlets/index.ts'
import { type Administrator } from '../../access/admin/decide.ts'
import { managementRoles } from '../../access/admin/operations.ts'

const ID = guid<never>('6f3a2c1e-0a3f-4a55-9c34-1a0a4f6f1f00')

const app = (directoryRoles: readonly string[], roles = ['Exchange.ManageAsApp']): Administrator => ({
  kind: 'app',
  tenant: ID,
  appId: ID,
  appDisplayName: 'Manager',
  servicePrincipal: ID,
  directoryRoles: new Set(directoryRoles),
  roles: new Set(roles),
  managementRoles: new Set(),
})

/** docs/reference/exchange-admin.md §5: R reads, W reads and changes, in the order of the management roles. */
const table: readonly (readonly [string, string, string])[] = [
  ['Global Administrator', '62e90394-69f5-4237-9190-012177145e10', 'WWWWWWW'],
  ['Exchange Administrator', '29232cdf-9323-42fd-ade2-1d097af3e4de', 'WWWWWWW'],
  ['Exchange Recipient Administrator', '31392ffb-586c-42d1-9346-e59415a2cc4e', 'W-R----'],
  ['Global Reader', 'f2ef992c-3afb-46b9-b7cf-a126ee74c451', 'R-RRRRR'],
  ['Security Reader', '5d6b6bb7-de71-4623-b4af-96380a352509', 'R-RRRRR'],
  ['Security Administrator', '194ae4cb-b126-40b2-bd5b-6091b380977d', 'R-RRRRR'],
  ['Compliance Administrator', '17315797-102d-40b4-93e0-432062caca18', 'R-RRRRR'],
  ['Helpdesk Administrator', '729827e3-9c14-49f7-bb1b-9608f156bbb8', 'R-RRRR-'],
]
const columns = [
  'Mail Recipients',
  'Mailbox Import Export',
  'Message Tracking',
  'Organization Configuration',
  'Organization Transport Settings',
  'Role Management',
  'View-Only Audit Logs',
]

const named = (caller: Administrator) => commandsOf(caller).map(({ declaration }) => declaration.name)

describe('the roles of an administrator', () => {
  it('are all in the table', () => {
    expect([...managementRoles].sort()).toEqual([...columns].sort())
    expect(commands.length).toBeGreaterThan(30)
  })

  it('are those that the directory grants', () => {
    const granted = roleTemplates.map(({ displayName, id }) => [displayName, id])
    expect(granted).toEqual(expect.arrayContaining(table.map(([name, id]) => [name, id])))
  })

  it.each(table)('give the %s these cmdlets and no others', (_, role, rights) => {
    const expected = commands.filter((command) => {
      const right = rights[columns.indexOf(command.role)]
      return right === 'W' || (right === 'R' && !changes(command.declaration))
    })
    expect(named(app([role]))).toEqual(expected.map(({ declaration }) => declaration.name))
  })

  it('add up', () => {
    const both = named(app([table[2]![1], table[3]![1]]))
    expect(both).toEqual(expect.arrayContaining(['New-Mailbox', 'Get-ServicePrincipal', 'Search-UnifiedAuditLog']))
    expect(both).not.toContain('New-ServicePrincipal')
  })

  it('are refused for another directory role, and without the permission', () => {
    expect(() => commandsOf(app(['9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3']))).toThrow("isn't supported in this scenario")
    expect(() => commandsOf(app([table[0]![1]], ['Mail.Read']))).toThrow('Exchange.ManageAsApp')
  })
})
