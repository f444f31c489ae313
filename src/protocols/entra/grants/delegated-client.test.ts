import { beforeAll, describe, expect, it } from 'vitest'
import { type TestCertificate, makeCertificate } from '../../../../test/support/certificates.ts'
import {
  claimsOf,
  errorCodeOf,
  openUserService,
  REDIRECT,
  codeRequest,
} from '../../../../test/support/token-service.ts'
import { GRAPH, BASE } from '../../../../test/support/access.ts'
import { signAssertion, validClaims } from '../../../../test/support/client-assertions.ts'

const START = Date.UTC(2026, 10, 24, 8)

let certified: TestCertificate
beforeAll(async () => {
  certified = await makeCertificate({ now: START })
})

describe('a web application that proves who it is by its certificate', () => {
  it.each(['common', 'organizations', 'contoso.test'])(
    'may make it out to the path /%s that it comes to',
    async (tenant) => {
      const { open, form } = await stage(`${BASE}/${tenant}/oauth2/v2.0/token`)
      const answer = await open.ask(form, { tenant })
      expect(claimsOf(answer.json().access_token).appidacr).toBe('2')
    },
  )

  it.each([
    ['organizations', 'common'],
    ['contoso.test', 'organizations'],
  ])('does not come to /%s with what it made out to /%s', async (tenant, other) => {
    const { open, form } = await stage(`${BASE}/${other}/oauth2/v2.0/token`)
    expect(errorCodeOf(await open.ask(form, { tenant }))).toBe(700023)
  })
})

async function stage(audience: string) {
  const open = await openUserService()
  const app = await open.app({ signInAudience: 'AzureADMultipleOrgs', certificates: [{ der: certified.der }] })
  await open.consent(app, GRAPH, 'User.Read')
  const form = {
    ...codeRequest(app, await open.code(app, { redirectUri: REDIRECT.web })),
    redirect_uri: REDIRECT.web,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: signAssertion(certified, validClaims(app.id, audience, open.world.now())),
  }
  return { open, form }
}
