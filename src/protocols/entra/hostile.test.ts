import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { capturedLog } from '../../../test/support/retirement.ts'
import { issueCertificate } from '../../../test/support/certificates.ts'
import { openFederatedClient } from '../../../test/support/client-assertions.ts'
import {
  CHALLENGE,
  openUserService,
  PASSWORD,
  REDIRECT,
  codeRequest,
  VERIFIER,
  secretRequest,
  openTokenService,
  post,
} from '../../../test/support/token-service.ts'
import { BASE, EXCHANGE } from '../../../test/support/access.ts'
import { registerClient } from '../../../test/support/directory.ts'
import { signingInput } from '../../codecs/jwt/jws.ts'
import { DAY } from '../../core/time.ts'
import { anyText } from '../../../test/support/any-text.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const keys = fc.constantFrom(
  'grant_type',
  'client_id',
  'client_secret',
  'scope',
  'client_assertion',
  'client_assertion_type',
  'resource',
  '',
  'x',
)
const values = fc.oneof(
  anyText(),
  fc.constantFrom('client_credentials', `${EXCHANGE}/.default`, '%', '%ff', '+', JWT_BEARER),
)
const forms = fc
  .array(fc.tuple(keys, values), { maxLength: 12 })
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'))

describe('the answer is a refusal of ours', () => {
  it('whatever the form and the tenant', async () => {
    const service = await openTokenService()
    const tenants = fc.oneof(fc.constant('contoso.test'), fc.webPath(), fc.string())
    await fc.assert(
      fc.asyncProperty(forms, tenants, async (form, tenant) => {
        const answer = await post(service, encodeURIComponent(tenant), form)
        expect([400, 401, 404]).toContain(answer.statusCode)
      }),
      { numRuns: 200 },
    )
  })

  it('whatever the content type and the Authorization header', async () => {
    const service = await openTokenService()
    const client = await registerClient(service)
    const { client_secret: _, ...form } = secretRequest(client)
    const text = fc.string({ maxLength: 60 }).map((it) => it.replace(/[^\x20-\x7e]/g, ''))
    const basic = fc.oneof(text, fc.base64String()).map((it) => `Basic ${it}`)
    const types = fc.oneof(text, fc.constant('application/x-www-form-urlencoded'))
    await fc.assert(
      fc.asyncProperty(types, fc.oneof(text, basic), async (type, authorization) => {
        const headers = { 'content-type': type, authorization }
        const answer = await post(service, service.tenant.id, form, { headers })
        expect([400, 401]).toContain(answer.statusCode)
        expect(answer.json().error_codes).toHaveLength(1)
      }),
      { numRuns: 200 },
    )
  })

  it('whatever the assertion, also to an app that trusts names and issuers', async () => {
    const now = Date.UTC(2026, 10, 24, 8)
    const root = await issueCertificate({ name: 'CN=Contoso', now, authority: true })
    const { service, client } = await openFederatedClient({ authorities: [root.certificate] })
    const properties = { trustedSubjectNameAndIssuers: [{ subjectName: 'CN=Contoso', issuer: 'CN=Contoso' }] }
    await service.directory.apps.update(service.tenant.id, client.app.id, { properties })
    const { client_secret: _, ...form } = secretRequest(client)
    const known = fc.constantFrom(
      'RS256',
      'PS256',
      client.app.appId,
      'https://token.issuer.test',
      'repo:Contoso/fetcher:ref:refs/heads/main',
      'api://AzureADTokenExchange',
      root.der.toString('base64'),
      1e308,
      -1e308,
    )
    const names = [
      'alg',
      'x5t',
      'x5t#S256',
      'x5c',
      'kid',
      'iss',
      'sub',
      'aud',
      'exp',
      'nbf',
      'iat',
      'crit',
      'jwk',
      'jku',
    ]
    const part = fc.dictionary(fc.constantFrom(...names), fc.oneof(fc.jsonValue(), known, fc.array(known)))
    const tokens = fc.oneof(
      fc.tuple(part, part).map(([header, claims]) => `${signingInput({ alg: 'RS256', ...header }, claims)}.AAAA`),
      fc.string({ minLength: 1 }),
    )
    await fc.assert(
      fc.asyncProperty(tokens, async (client_assertion) => {
        const answer = await post(service, service.tenant.id, {
          ...form,
          client_assertion_type: JWT_BEARER,
          client_assertion,
        })
        expect([400, 401]).toContain(answer.statusCode)
        expect(answer.json().error_codes).not.toContain(50000)
      }),
      { numRuns: 300 },
    )
  })
})

/** A place of this server, or a redirect URI that is registered, with what the app is told. */
const isKnown = (place: string): boolean =>
  /^(\/(?!\/).*)?$/.test(place) ||
  Object.values(REDIRECT).some(
    (uri) => place === uri || (place.startsWith(uri) && /^[?#]/.test(place.slice(uri.length))),
  )

it('a browser is sent nowhere but to what the app registered, whatever the request', async () => {
  const open = await openUserService()
  const { id } = await open.app()
  const text = fc.oneof(fc.string({ maxLength: 30 }), fc.webUrl())
  const places = fc.oneof(
    fc.constantFrom(
      ...Object.values(REDIRECT),
      `${REDIRECT.web}.evil.test`,
      `${REDIRECT.web}@evil.test`,
      `https://evil.test/${REDIRECT.web}`,
      'http://localhost.evil.test',
      'http://localhost@evil.test',
      '//evil.test',
      'javascript:alert(1)',
      `${REDIRECT.web}#x`,
    ),
    text,
  )
  const query = fc.record(
    {
      client_id: fc.oneof({ weight: 4, arbitrary: fc.constant(id) }, text),
      redirect_uri: places,
      response_type: fc.oneof(fc.constantFrom('code', 'id_token', 'token', 'code id_token'), text),
      response_mode: fc.oneof(fc.constantFrom('query', 'fragment', 'form_post'), text),
      scope: fc.oneof(fc.constant('openid User.Read'), text),
      state: text,
      prompt: fc.oneof(fc.constantFrom('none', 'login', 'consent'), text),
      code_challenge: fc.oneof(fc.constant(CHALLENGE.challenge), text),
      code_challenge_method: fc.constantFrom('S256', 'plain', ''),
      login_hint: text,
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(query, async (asked) => {
      const url = `/contoso.test/oauth2/v2.0/authorize?${new URLSearchParams(asked as Record<string, string>).toString()}`
      const { statusCode, headers, body } = await open.http.inject({ url, headers: { host: new URL(BASE).host } })
      expect(statusCode).toBeLessThan(500)
      const onward = [headers.location ?? '', ...[...body.matchAll(/ action="([^"]*)"/g)].map((it) => it[1]!)]
      for (const place of onward) expect(isKnown(place), place).toBe(true)
      for (const [script] of body.matchAll(/<script.*?<\/script>/gs)) {
        expect(script).toBe('<script>document.forms[0].submit()</script>')
      }
    }),
    { numRuns: 300 },
  )
})

describe('nothing secret is told', () => {
  it('by the log, by answers or by records, of what an app shows for itself', async () => {
    const log = capturedLog()
    const service = await openTokenService({ log })
    const client = await registerClient(service)
    const basic = Buffer.from(`${client.app.appId}:${client.secret}`).toString('base64')
    const answers = [
      await post(service, service.tenant.id, secretRequest(client)),
      await post(service, service.tenant.id, { ...secretRequest(client), client_secret: `${client.secret}x` }),
      await post(service, 'nowhere.test', secretRequest(client)),
      await post(service, service.tenant.id, { ...secretRequest(client), grant_type: 'magic' }),
      await post(service, service.tenant.id, { ...secretRequest(client), scope: 'https://nowhere.test/.default' }),
      await post(service, service.tenant.id, { ...secretRequest(client), client_assertion: 'a.b.c' }),
      await post(service, service.tenant.id, { scope: 'x' }, { headers: { authorization: `Basic ${basic}` } }),
      await post(service, service.tenant.id, { ...secretRequest(client), padding: 'x'.repeat(70_000) }),
    ]
    Object.assign(service.tokens, { mint: () => Promise.reject(new Error('a bug')) })
    answers.push(await post(service, service.tenant.id, secretRequest(client)))
    service.world.advance(3 * 365 * DAY)
    answers.push(await post(service, service.tenant.id, secretRequest(client)))
    await service.signIns.settled()
    const records = await service.signIns.recent(service.tenant.id, 100)
    const token: string = answers[0]!.json().access_token
    const told = [...log.lines, ...answers.slice(1).map(({ body }) => body), JSON.stringify(records)].join('\n')
    expect(log.lines.length).toBeGreaterThanOrEqual(answers.length)
    expect(told).toContain('a bug')
    for (const secret of [client.secret, basic, token]) expect(told).not.toContain(secret)
  })

  it('by the log, by refusals or by records, of what is a person’s', async () => {
    const log = capturedLog()
    const open = await openUserService({ ropc: true }, PASSWORD, log)
    const app = await open.app()
    await open.consent(app, 'https://graph.microsoft.com', 'User.Read')
    const code = await open.code(app)
    const first = await open.ask(codeRequest(app, code))
    const { access_token: access, refresh_token: refresh, id_token: id } = first.json<Record<string, string>>()
    const again = { grant_type: 'refresh_token', client_id: app.id, refresh_token: refresh!, scope: 'Mail.Read' }
    const shown = { grant_type: 'password', client_id: app.id, scope: 'User.Read', username: 'ada@contoso.test' }
    const refusals = [
      await open.ask(codeRequest(app, code)),
      await open.ask(again),
      await open.ask({ ...shown, password: 'a wrong password' }),
      // A value in the wrong field.
      await open.ask({ ...shown, username: PASSWORD, password: 'ada@contoso.test' }),
    ]
    await open.ask({ ...shown, password: PASSWORD })
    await open.signIns.settled()
    const records = JSON.stringify(await open.signIns.recent(open.tenant.id, 100))
    const told = [...log.lines, records].join('\n')
    for (const secret of [code, access!, refresh!, id!, VERIFIER, PASSWORD, 'a wrong password']) {
      expect(told).not.toContain(secret)
      if (secret !== PASSWORD) for (const { body } of refusals) expect(body).not.toContain(secret)
    }
  })
})

it('a wrong secret takes as long as the right one, and an unknown client no longer', async () => {
  const service = await openTokenService()
  const client = await registerClient(service)
  const form = secretRequest(client)
  const kinds = {
    right: form,
    wrong: { ...form, client_secret: 'x'.repeat(form.client_secret!.length) },
    close: { ...form, client_secret: `${form.client_secret!.slice(0, -1)}x` },
    unknown: { ...form, client_id: '11111111-1111-4111-8111-111111111111' },
  }
  const times: Record<string, number[]> = {}
  // In turns, so that whatever else the machine does is shared evenly.
  for (let round = 0; round < 60; round++) {
    for (const [kind, asked] of Object.entries(kinds)) {
      const begun = performance.now()
      await post(service, service.tenant.id, asked)
      ;(times[kind] ??= []).push(performance.now() - begun)
    }
  }
  const median = (kind: string) => times[kind]!.sort((a, b) => a - b)[30]!
  expect(median('wrong') / median('close')).toBeGreaterThan(0.5)
  expect(median('wrong') / median('close')).toBeLessThan(2)
  expect(median('wrong')).toBeLessThan(median('right') * 2)
  expect(median('unknown')).toBeLessThan(median('right') * 2)
})
