import { describe, expect, it } from 'vitest'
import { secretRequest, openTokenService, post } from '../../../../test/support/token-service.ts'
import { EXCHANGE } from '../../../../test/support/access.ts'
import { registerClient } from '../../../../test/support/directory.ts'

const CORRELATION = '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11'

describe('an error answer', () => {
  it('has the body that clients read', async () => {
    const service = await openTokenService()
    const answer = await post(service, service.tenant.id, 'grant_type=client_credentials', {
      headers: { 'client-request-id': CORRELATION },
    })
    const body = answer.json()
    const trace = String(answer.headers['x-ms-request-id'])
    expect(body).toEqual({
      error: 'invalid_request',
      error_description:
        "AADSTS900144: The request body must contain the following parameter: 'client_id'. " +
        `Trace ID: ${trace} Correlation ID: ${CORRELATION} Timestamp: 2026-11-24 08:00:00Z`,
      error_codes: [900144],
      timestamp: '2026-11-24 08:00:00Z',
      trace_id: trace,
      correlation_id: CORRELATION,
      error_uri: 'https://localhost:8443/error?code=900144',
    })
  })

  it('has the headers of every answer', async () => {
    const service = await openTokenService()
    const answer = await post(service, service.tenant.id, 'grant_type=x', {
      headers: { 'client-request-id': CORRELATION, 'return-client-request-id': 'true' },
    })
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store, no-cache',
      pragma: 'no-cache',
      expires: '-1',
      'client-request-id': CORRELATION,
      'x-ms-clitelem': '1,70003,0,,',
      'x-ms-ests-server': expect.stringMatching(/^2\.1\..+ ProdSlices$/),
      'x-content-type-options': 'nosniff',
      'x-xss-protection': '0',
      p3p: 'CP="DSP CUR OTPi IND OTRi ONL FIN"',
    })
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
    expect(answer.headers).not.toHaveProperty('strict-transport-security')
  })

  it('says HSTS under a name that is not loopback', async () => {
    const service = await openTokenService()
    const answer = await post(service, 'x', '', { headers: { host: 'mail.contoso.test' } })
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
  })

  it('echoes a correlation id out of the form, and nothing that is no GUID', async () => {
    const service = await openTokenService()
    const inForm = await post(service, 'x', { 'client-request-id': CORRELATION })
    expect(inForm.json().correlation_id).toBe(CORRELATION)
    const strange = await post(service, 'x', '', {
      headers: { 'client-request-id': 'a"b', 'return-client-request-id': 'true' },
    })
    expect(strange.json().correlation_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(strange.headers).not.toHaveProperty('client-request-id')
  })

  it('quotes what it was sent up to a bound', async () => {
    const service = await openTokenService()
    const answer = await post(service, service.tenant.id, { grant_type: 'x'.repeat(10_000) })
    expect(answer.body.length).toBeLessThan(1000)
  })
})

describe('the token endpoint', () => {
  it.each<[number, number | undefined]>([
    [119, undefined],
    [120, 3599],
    [1440, 43_199],
  ])('has libraries renew a token of %i minutes half-way where that is long before its end', async (minutes, half) => {
    const service = await openTokenService({ settings: { access_token_minutes: minutes } })
    const client = await registerClient(service)
    expect((await post(service, service.tenant.id, secretRequest(client))).json().refresh_in).toBe(half)
    const { scope: _, ...v1 } = secretRequest(client)
    const answer = await post(service, service.tenant.id, { ...v1, resource: EXCHANGE }, { endpoint: 'token' })
    expect(answer.json().refresh_in).toBe(half?.toString())
  })

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'] as const)('takes POST and not %s', async (method) => {
    const { http } = await openTokenService()
    for (const url of ['/common/oauth2/v2.0/token', '/common/oauth2/token']) {
      const answer = await http.inject({ method, url })
      expect(answer.statusCode).toBe(400)
      expect(answer.json()).toMatchObject({ error: 'invalid_request', error_codes: [900561] })
      expect(answer.json().error_description).toContain(
        `The endpoint only accepts {POST} requests. Received a {${method}} request.`,
      )
    }
  })

  it.each<[string, string, number, string?]>([
    ['a JSON body', '{"grant_type":"client_credentials"}', 900144, 'application/json'],
    ['no content type', 'grant_type=client_credentials', 900144, 'text/plain'],
    ['a type that only begins like a form', 'grant_type=x', 900144, 'application/x-www-form-urlencoded2'],
    ['a form with a charset', 'grant_type=x', 70003, 'Application/X-WWW-Form-Urlencoded; charset=UTF-8'],
    ['nothing', '', 900144],
    ['a parameter twice', 'grant_type=client_credentials&grant_type=client_credentials', 9002313],
    ['an unknown parameter twice', 'grant_type=x&a=1&a=2', 70003],
    ['a broken escape', 'grant_type=%zz', 9002313],
    ['octets that are not UTF-8', 'grant_type=%ff', 9002313],
    ['too many parameters', `${'a=1&'.repeat(101)}grant_type=x`, 9002313],
    ['spaces as plus', 'grant_type=a+b', 70003],
  ])('reads %s', async (_, payload, code, type = 'application/x-www-form-urlencoded') => {
    const service = await openTokenService()
    const answer = await post(service, service.tenant.id, payload, { headers: { 'content-type': type } })
    expect(answer.json().error_codes).toEqual([code])
  })

  it('bounds the form', async () => {
    const service = await openTokenService()
    const answer = await post(service, service.tenant.id, { grant_type: 'x'.repeat(70_000) })
    expect(answer.statusCode).toBe(413)
    expect(answer.json()).toMatchObject({ error: 'invalid_request', error_codes: [9002313] })
  })

  it.each([
    ['not base64', 'Basic !!!'],
    ['without a colon', `Basic ${Buffer.from('abc').toString('base64')}`],
    ['with a broken escape', `Basic ${Buffer.from('a:%zz').toString('base64')}`],
    ['for another client', `Basic ${Buffer.from('11111111-1111-1111-1111-111111111111:x').toString('base64')}`],
  ])('refuses HTTP Basic %s', async (_, authorization) => {
    const service = await openTokenService()
    const client = await registerClient(service)
    const answer = await post(service, service.tenant.id, secretRequest(client), { headers: { authorization } })
    expect(answer.json().error_codes).toEqual([9002313])
  })

  it('answers a path of its own that leads nowhere with 404', async () => {
    const { http } = await openTokenService()
    const answer = await http.inject('/common/kerberos')
    expect(answer.statusCode).toBe(404)
    expect(answer.headers).toHaveProperty('x-ms-request-id')
  })
})
