import { describe, expect, it } from 'vitest'
import { secretRequest, openTokenService, post } from '../../../../test/support/token-service.ts'
import { BASE } from '../../../../test/support/access.ts'
import { registerClient } from '../../../../test/support/directory.ts'

async function opened() {
  const service = await openTokenService()
  const client = await registerClient(service)
  // A second tenant: the record has to find the app's own.
  await service.directory.tenants.create('Fabrikam', 'fabrikam.test')
  /** Asks for a token, and returns the answer's code and the record's failed check. */
  const request = async (segment: string, change: Record<string, string> = {}) => {
    const answer = await post(service, segment, { ...secretRequest(client), ...change })
    await service.signIns.settled()
    const [record] = await service.signIns.recent(service.tenant.id, 1)
    return { code: answer.json().error_codes[0] as number, body: answer.body, record, check: record?.checks.at(-1) }
  }
  const tokenCommand =
    `postern token --tenant ${service.tenant.id} --client-id ${client.app.appId} ` +
    '--client-secret-file SECRET-FILE --scope https://outlook.office365.com/.default'
  return { service, client, request, tokenCommand }
}

describe('a token request that nearly names its tenant', () => {
  it.each([
    ['common', 50059],
    ['organizations', 50059],
    ['consumers', 9001023],
  ])('over /%s says that an app by itself has to name the tenant, and how', async (segment, expected) => {
    const { client, request, tokenCommand } = await opened()
    const { code, record, check } = await request(segment)
    expect(code).toBe(expected)
    expect(record).toMatchObject({ errorCode: expected, failed: 'tenant', app: { appId: client.app.appId } })
    expect(check?.evidence).toContain('the path has to name it')
    expect(check?.evidence).toContain(`set the authority to '${BASE}/contoso.test'`)
    expect(record?.fix).toEqual([tokenCommand])
  })

  it.each([
    ['contso.test', 90002],
    ['contoso.tset', 90002],
    ['contoso', 900023],
  ])('as %s is asked whether contoso.test was meant, on record only', async (segment, expected) => {
    const { request, tokenCommand } = await opened()
    const { code, body, record, check } = await request(segment)
    expect(code).toBe(expected)
    expect(record).toMatchObject({ errorCode: expected, failed: 'tenant' })
    expect(check?.evidence).toContain("Did you mean 'contoso.test'?")
    expect(body).not.toContain('contoso.test')
    expect(record?.fix).toEqual([tokenCommand])
  })

  it('with one wrong digit in the id is asked whether the right id was meant', async () => {
    const { service, request } = await opened()
    const { id } = service.tenant
    const wrong = id.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    expect((await request(wrong)).check?.evidence).toContain(`Did you mean '${id}'?`)
  })

  it('with a name like no other says to which tenant the app belongs', async () => {
    const { request } = await opened()
    expect((await request('somewhere-else.example')).check?.evidence).toContain(
      "The app belongs to the tenant 'contoso.test'.",
    )
  })
})

describe('a token request with nearly the right secret', () => {
  it.each<[string, (secret: string) => string, string]>([
    ['with a line break', (secret) => `${secret}\n`, 'secret.strip()'],
    ['in quotation marks', (secret) => `"${secret}"`, 'quotation marks'],
    ['as a Python bytes object', (secret) => `b'${secret}'`, 'decode a Python bytes object'],
  ])('%s says what is wrong, on record only', async (_, sent, expected) => {
    const { client, request } = await opened()
    const { code, body, record, check } = await request('contoso.test', { client_secret: sent(client.secret) })
    expect(code).toBe(7000215)
    expect(check).toMatchObject({ name: 'clientCredential', ok: false })
    expect(check?.evidence).toContain(expected)
    expect(body).not.toContain(expected)
    expect(JSON.stringify(record)).not.toContain(client.secret)
  })

  it('encoded twice says so', async () => {
    const { client, service, request } = await opened()
    // A secret of characters that are encoded: Postern's own may have none.
    const encoded = Buffer.from(client.secret).toString('hex').replaceAll(/../g, '%$&')
    expect((await request('contoso.test', { client_secret: encoded })).check?.evidence).toContain(
      'percent-encoded twice',
    )
    expect(service.tenant.domains).toEqual(['contoso.test'])
  })

  it('namely its id names the mistake, and where the value is shown', async () => {
    const { service, client, request } = await opened()
    const app = await service.directory.apps.find(service.tenant.id, { id: client.app.id })
    const { check, record } = await request('contoso.test', { client_secret: app!.secrets[0]!.keyId })
    expect(check?.evidence).toContain("the id of a secret ('Secret ID', keyId) in place of its value")
    expect(check?.evidence).toContain('client_secret')
    expect(record?.fix).toEqual([`postern Add-MgApplicationPassword -ApplicationId ${client.app.id}`])
  })
})
