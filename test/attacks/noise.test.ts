import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { openOnce } from '../support/lifecycle.ts'
import { CHALLENGE, EXCHANGE, GRAPH, AttackSetup, WEB } from './attack-setup.ts'
import { anyText } from '../support/any-text.ts'

const shared = openOnce((atEnd) => AttackSetup.open({}, undefined, atEnd))

const paths = [
  'oauth2/v2.0/token',
  'oauth2/token',
  'oauth2/v2.0/authorize',
  'oauth2/authorize',
  'oauth2/v2.0/devicecode',
  'oauth2/devicecode',
  'oauth2/v2.0/logout',
  'oauth2/deviceauth',
  'v2.0/.well-known/openid-configuration',
  '.well-known/openid-configuration',
  'discovery/v2.0/keys',
  'discovery/instance',
  'userrealm/ada@contoso.test',
  'adminconsent',
  'v2.0/adminconsent',
]
const alone = ['/devicelogin', '/error', '/oidc/userinfo', '/sign-in/password', '/sign-in/consent', '/sign-in/device']

/** Values that get past the first checks, among others that do not. */
const values = (scene: AttackSetup): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...reasonable(scene)), weight: 4 },
    { arbitrary: fc.constantFrom(...odd), weight: 2 },
    { arbitrary: anyText({ maxLength: 40 }), weight: 1 },
  )

const reasonable = ({ mailer }: AttackSetup): string[] => [
  mailer.id,
  mailer.secret,
  WEB,
  'code',
  'id_token',
  'code id_token',
  'query',
  'fragment',
  'form_post',
  'none',
  'login',
  'consent',
  'select_account',
  'openid offline_access profile email',
  `${GRAPH}/.default`,
  `${EXCHANGE}/IMAP.AccessAsUser.All`,
  EXCHANGE,
  'client_credentials',
  'authorization_code',
  'refresh_token',
  'password',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  'on_behalf_of',
  'ada@contoso.test',
  CHALLENGE,
  'S256',
  '1',
]
const odd = [
  '',
  ' ',
  '\0',
  '__proto__',
  'constructor',
  '%',
  '%00',
  '../..',
  "'",
  '"><',
  '{}',
  '[]',
  'null',
  '\ud800',
  'x'.repeat(3000),
]

const names = (
  'client_id client_secret grant_type scope resource redirect_uri response_type response_mode state nonce prompt ' +
  'login_hint domain_hint code_challenge code_challenge_method code_verifier code refresh_token device_code username ' +
  'password assertion client_assertion client_assertion_type requested_token_use client_info claims max_age ' +
  'post_logout_redirect_uri id_token_hint authorization_endpoint api-version formState userName newPassword again account ' +
  'answer forAll ui_locales mkt'
).split(' ')

/** Requests that are in order, to be spoiled. */
const whole = ({ mailer }: AttackSetup): Record<string, string>[] => {
  const client = { client_id: mailer.id, client_secret: mailer.secret }
  const scope = `openid ${EXCHANGE}/IMAP.AccessAsUser.All`
  return [
    {},
    { ...client, grant_type: 'client_credentials', scope: `${GRAPH}/.default` },
    { ...client, grant_type: 'authorization_code', code: 'x', redirect_uri: WEB },
    { ...client, grant_type: 'refresh_token', refresh_token: 'x', scope },
    { ...client, grant_type: 'password', username: 'ada@contoso.test', password: 'x', scope },
    { ...client, grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' },
    { client_id: mailer.id, response_type: 'code', redirect_uri: WEB, scope, state: 'x', nonce: 'x' },
  ]
}

it('whatever anybody sends to whatever path, it is answered or refused, and nothing breaks', async () => {
  const scene = shared()
  const { http, tenant } = scene.context
  const value = values(scene)
  const address = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('contoso.test', tenant.id, 'common', 'organizations', 'consumers', 'nowhere', '%00'),
        fc.constantFrom(...paths),
      )
      .map(([segment, path]) => `/${segment}/${path}`),
    fc.constantFrom(...alone),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET' as const, 'POST' as const),
      address,
      fc.constantFrom(...whole(scene)),
      fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 5 }),
      fc.record(
        {
          cookie: value.map((it) => `__Host-postern-session=${Buffer.from(it).toString('base64url')}`),
          authorization: value.map((it) => `Basic ${Buffer.from(it).toString('base64')}`),
          origin: fc.constantFrom('https://spa.test', 'null', 'https://attacker.test'),
          'client-request-id': fc.constantFrom('x', '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11'),
          'accept-language': fc.constantFrom('ja', ';;;', 'de;q=x'),
        },
        { requiredKeys: [] },
      ),
      async (method, path, begun, parameters, headers) => {
        const text = new URLSearchParams({ ...begun, ...Object.fromEntries(parameters) }).toString()
        const { statusCode, body } = await http.inject({
          method,
          url: method === 'GET' ? `${path}?${text}` : path,
          headers: { host: 'localhost:8443', 'content-type': 'application/x-www-form-urlencoded', ...headers },
          ...(method === 'POST' && { payload: text }),
        })
        expect(statusCode, body).toBeLessThan(500)
        expect(body).not.toContain('AADSTS50000')
      },
    ),
    { numRuns: 400 },
  )
})
