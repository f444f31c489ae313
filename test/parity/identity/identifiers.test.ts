import { describe, expect, it } from 'vitest'
import { exchangeOnline } from '../../../src/core/well-known/exchange-online.ts'
import { microsoftGraph } from '../../../src/core/well-known/microsoft-graph.ts'
import { directoryRole } from '../../../src/core/well-known/directory-roles.ts'
import { openServer } from '../../support/server.ts'
import { permissions } from './identifiers.ts'

const resources = { 'Exchange Online': exchangeOnline, 'Microsoft Graph': microsoftGraph }

interface Shown {
  readonly value: readonly {
    readonly displayName: string
    readonly appRoles: Offered
    readonly oauth2PermissionScopes: Offered
  }[]
}

type Offered = readonly { readonly id: string; readonly value: string }[]

const pairs = (offered: Offered): string[] => offered.map((it) => `${it.value} ${it.id}`).sort()
const idOf = (offered: Offered, value: string): string => offered.find((it) => it.value === value)!.id

describe('a permission has the id of the real service', () => {
  it.each(permissions)('%s, %s: %s is %s', (resource, kind, value, id) => {
    const { appRoles, oauth2PermissionScopes } = resources[resource]
    const offered = kind === 'application' ? appRoles : oauth2PermissionScopes
    expect(offered.filter((it) => it.value === value).map((it) => it.id)).toEqual([id])
  })
})

describe('the two resources', () => {
  it.each([
    ['00000002-0000-0ff1-ce00-000000000000', 'Office 365 Exchange Online', exchangeOnline],
    ['00000003-0000-0000-c000-000000000000', 'Microsoft Graph', microsoftGraph],
  ])('%s is %s in every tenant, with all that it offers', async (appId, displayName, resource) => {
    const context = await openServer()
    const bearer = await context.token(context.admin, 'https://graph.microsoft.com')
    const filter = encodeURIComponent(`appId eq '${appId}'`)
    const { value } = (await context.ask('GET', `/v1.0/servicePrincipals?$filter=${filter}`, { bearer })).json<Shown>()
    expect(value).toHaveLength(1)
    expect(value[0]!.displayName).toBe(displayName)
    expect(pairs(value[0]!.appRoles)).toEqual(pairs(resource.appRoles))
    expect(pairs(value[0]!.oauth2PermissionScopes)).toEqual(pairs(resource.oauth2PermissionScopes))
  })

  it('share the ids of application mail permissions, and not those of delegated ones', () => {
    for (const value of ['Mail.Read', 'Mail.ReadWrite', 'Mail.Send']) {
      expect(idOf(exchangeOnline.appRoles, value)).toBe(idOf(microsoftGraph.appRoles, value))
      expect(idOf(exchangeOnline.oauth2PermissionScopes, value)).not.toBe(
        idOf(microsoftGraph.oauth2PermissionScopes, value),
      )
    }
  })
})

it('the Exchange Administrator has the template id of the real service', () => {
  expect(directoryRole.exchangeAdministrator).toBe('29232cdf-9323-42fd-ade2-1d097af3e4de')
})
