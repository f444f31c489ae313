import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorCodeOf, openUserService, PASSWORD, REDIRECT, VERIFIER } from '../../../../test/support/token-service.ts'
import { GRAPH } from '../../../../test/support/access.ts'
import { FORM_LIMIT } from '../form.ts'
import { grants } from '../routes/token.ts'

const peoples = [...grants.keys()].filter((type) => type !== 'client_credentials')
const tokenPaths = ['v2.0/token', 'token']
const paths = [...tokenPaths, 'v2.0/devicecode', 'devicecode']

/** Every parameter that some grant asks for, each with a value that leads some way in. */
const parameters: Readonly<Record<string, string>> = {
  scope: 'openid offline_access User.Read',
  resource: GRAPH,
  code: '1.Acode',
  redirect_uri: REDIRECT.publicClient,
  code_verifier: VERIFIER,
  refresh_token: '1.Atoken',
  device_code: '1.Adevice',
  username: 'ada@contoso.test',
  password: PASSWORD,
  assertion: 'eyJhbGciOiJub25lIn0.e30.',
  requested_token_use: 'on_behalf_of',
  client_secret: 'x',
  client_info: '1',
  claims: '{"access_token":{"xms_cc":{"values":["cp1"]}}}',
}

describe('whatever a client sends for a person', () => {
  it('the answer is a refusal of ours, and nothing of it is a secret', async () => {
    const open = await openUserService({ ropc: true })
    const app = await open.app({ signInAudience: 'AzureADMultipleOrgs' })
    const anything = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('', '%', '\u0000', '\ud83d\ude00'))
    const form = fc.record(
      Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [
          name,
          fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, anything),
        ]),
      ),
      { requiredKeys: [] },
    )
    const tenants = fc.constantFrom(
      open.tenant.id,
      'common',
      'organizations',
      'consumers',
      'contoso.test',
      'nowhere.test',
    )
    const heads = fc.constantFrom<Record<string, string>>({}, { origin: 'https://app.test' }, { origin: 'null' })
    await fc.assert(
      fc.asyncProperty(
        form,
        tenants,
        heads,
        fc.constantFrom(...peoples),
        fc.constantFrom(...tokenPaths),
        async (given, tenant, headers, type, endpoint) => {
          const answer = await open.ask(
            { client_id: app.id, ...given, grant_type: type },
            { tenant, headers, endpoint },
          )
          expect([400, 401]).toContain(answer.statusCode)
          expect(answer.json().error_codes).not.toContain(50000)
          expect(answer.body).not.toContain(PASSWORD)
        },
      ),
      { numRuns: 300 },
    )
  })

  it.each(paths)('at %s it is a form', async (endpoint) => {
    const open = await openUserService()
    const app = await open.app()
    const form = {
      client_id: app.id,
      grant_type: 'refresh_token',
      refresh_token: 'x',
      scope: 'User.Read',
      resource: GRAPH,
    }
    const answer = await open.ask(form, { endpoint, headers: { 'content-type': 'application/json' } })
    expect(errorCodeOf(answer)).toBe(900144)
  })

  it.each(paths)('at %s it is bounded', async (endpoint) => {
    const open = await openUserService()
    const answer = await open.ask({ client_id: 'x'.repeat(FORM_LIMIT) }, { endpoint })
    expect(answer.statusCode).toBe(413)
  })
})

describe('what is kept of people', () => {
  it('has no code, token or password in clear, whatever was redeemed', async () => {
    const open = await openUserService({ ropc: true }, PASSWORD)
    const app = await open.app()
    await open.consent(app, GRAPH, 'User.Read')
    const code = await open.code(app)
    const redeemed = {
      grant_type: 'authorization_code',
      client_id: app.id,
      code,
      redirect_uri: REDIRECT.publicClient,
      code_verifier: VERIFIER,
    }
    const { refresh_token: token } = (await open.ask(redeemed)).json()
    const asked = { grant_type: 'password', client_id: app.id, username: 'ada@contoso.test', password: PASSWORD }
    await open.ask({ ...asked, scope: 'User.Read' })
    await open.ask({ ...asked, scope: 'User.Read', password: 'a-wrong-password' })
    await open.signIns.settled()
    const tables = await open.engine.sql.all<{ name: string }>({
      parts: ["select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"],
      args: [],
    })
    for (const { name } of tables) {
      const rows = JSON.stringify(await open.engine.sql.all({ parts: [`select * from "${name}"`], args: [] }))
      for (const secret of [code, token, PASSWORD, 'a-wrong-password', VERIFIER, app.secret]) {
        expect(rows).not.toContain(secret)
      }
    }
  })
})
