import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { BASE } from '../../../../test/support/access.ts'
import { openTokenService } from '../../../../test/support/token-service.ts'
import { registerClient } from '../../../../test/support/directory.ts'
import { allowUnassignedUsers } from '../../../access/records/command-line.ts'
import { bind, type Sources } from '../../../cmdlets/bind.ts'
import { findCmdlet } from '../../../cmdlets/index.ts'
import { type AttemptFacts, fixOf } from './fix.ts'
import { errorTable } from '../errors/error-table.ts'

/** All that can be known of a sign-in. */
async function everything(named = 'https://graph.microsoft.com'): Promise<AttemptFacts> {
  const service = await openTokenService()
  const { directory, tenant } = service
  const { app: made, principal } = await registerClient(service)
  const app = await directory.apps.update(tenant.id, made.id, {
    properties: { web: { redirectUris: ['https://app.test'] } },
  })
  const user = await directory.users.create(tenant.id, {
    userPrincipalName: 'ada@contoso.test',
    displayName: 'Ada',
    mailNickname: 'ada',
    accountEnabled: true,
  })
  const resource = (await directory.servicePrincipals.findResource(tenant.id, named))!
  return { tenant, app, principal, user, resource, missing: ['Mail.Read', 'User.Read'] }
}

const consentPage = ({ tenant, app }: AttemptFacts): string =>
  `${BASE}/${tenant!.id}/adminconsent?client_id=${app!.appId}&redirect_uri=https%3A%2F%2Fapp.test`

const files: Sources = {
  file: async (named) => (named.startsWith('CERTIFICATES') ? '[{}]' : '{}'),
  standardInput: async () => '',
}

const codes = Object.keys(errorTable).map(Number)

describe('what fixes a refusal', () => {
  it('is a command that there is, with parameters that it takes, or a page to open', async () => {
    const facts = await everything()
    const lines = codes.flatMap((code) => fixOf(code, facts, BASE))
    expect(lines.length).toBeGreaterThan(20)
    for (const line of new Set(lines)) {
      if (line.startsWith('https:')) {
        expect(line).toBe(consentPage(facts))
        continue
      }
      const [program, name, ...words] = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`])
        .toString()
        .split('\0')
        .slice(0, -1)
      expect(program).toBe('postern')
      if (name === 'token') {
        expect(words).toEqual(expect.arrayContaining(['--tenant', facts.tenant!.id, '--client-id', facts.app!.appId]))
        continue
      }
      await expect(bind(findCmdlet(name!)!, words, files), line).resolves.toBeDefined()
    }
  })

  it('is to open the resource that a user is not assigned to, or the client if no resource is known', async () => {
    const { principal, resource } = await everything()
    expect(fixOf(50105, { principal: principal!, resource: resource! }, BASE)).toEqual([
      allowUnassignedUsers(resource!.id),
    ])
    expect(fixOf(50105, { principal: principal! }, BASE)).toEqual([allowUnassignedUsers(principal!.id)])
  })

  it('is a page where it is not known which scopes are missing', async () => {
    const facts = { ...(await everything()), missing: [] }
    expect(fixOf(65001, facts, BASE)).toHaveLength(1)
  })

  it('is no page where the app has nowhere to come back to', async () => {
    const facts = await everything()
    const app = { ...facts.app!, redirectUris: { web: [], spa: [], publicClient: [] } }
    expect(fixOf(65001, { ...facts, app }, BASE)).toEqual([expect.stringContaining('New-MgOauth2PermissionGrant')])
  })

  it('is left out where what it is about is not known', () => {
    for (const code of codes) expect(fixOf(code, {}, BASE).join()).not.toContain('undefined')
  })

  it('is to consent, where nobody did: on a page, or with the scopes that are missing', async () => {
    const facts = await everything()
    expect(fixOf(65001, facts, BASE)).toEqual([
      consentPage(facts),
      `postern New-MgOauth2PermissionGrant -ClientId ${facts.principal!.id} -ConsentType AllPrincipals ` +
        `-ResourceId ${facts.resource!.id} -Scope 'Mail.Read User.Read'`,
    ])
  })

  it('is to consent to mail if .default of Exchange Online was requested, else to look at the registration', async () => {
    const [exchange, graph] = [await everything('https://outlook.office365.com'), await everything()]
    expect(fixOf(650057, exchange, BASE)).toEqual([
      `postern New-MgOauth2PermissionGrant -ClientId ${exchange.principal!.id} -ConsentType AllPrincipals ` +
        `-ResourceId ${exchange.resource!.id} -Scope 'IMAP.AccessAsUser.All POP.AccessAsUser.All SMTP.Send'`,
    ])
    expect(fixOf(650057, graph, BASE)).toEqual([`postern Get-MgApplication -ApplicationId ${graph.app!.id}`])
  })
})
