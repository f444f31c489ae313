import { beforeAll, describe, expect, it } from 'vitest'
import { type IssuedCertificate, issueCertificate } from '../../../../test/support/certificates.ts'
import { type Json, openSigningClient } from '../../../../test/support/client-assertions.ts'
import type { EntraDeps } from '../deps.ts'

const now = Date.UTC(2026, 10, 24, 8)

let root: IssuedCertificate
let middle: IssuedCertificate
let client: IssuedCertificate
let stranger: IssuedCertificate
beforeAll(async () => {
  root = await issueCertificate({ name: 'CN=Contoso root', now, authority: true })
  middle = await issueCertificate({ name: 'CN=Contoso clients', now, authority: true }, root)
  client = await issueCertificate({ name: 'CN=fetcher.contoso.test', now, dnsNames: ['mail.contoso.test'] }, middle)
  stranger = await issueCertificate({ name: 'CN=someone.contoso.test', now }, middle)
})

const base64 = ({ der }: IssuedCertificate) => der.toString('base64')

/** An app that has no certificate of its own and takes those of a name. */
async function trusting(
  names: unknown = [{ subjectName: 'fetcher.contoso.test', issuer: 'Contoso clients' }],
  options: Partial<Pick<EntraDeps, 'strict' | 'authorities'>> = {},
) {
  const signed = await openSigningClient(client, { authorities: [root.certificate], ...options })
  const { directory, tenant } = signed.service
  const app = await directory.apps.find(tenant.id, { appId: signed.clientId })
  await directory.apps.update(tenant.id, app!.id, {
    certificates: [],
    properties: { trustedSubjectNameAndIssuers: names },
  })
  const show = (header: Json, key = client) =>
    signed.present(signed.assertion({ header: { kid: 'any', ...header }, key: key.privateKey }))
  return { ...signed, show }
}

describe('a certificate that the app takes by its name', () => {
  it.each<[string, () => Json]>([
    ['with its chain', () => ({ x5c: [base64(client), base64(middle)] })],
    ['with its chain and the root', () => ({ x5c: [base64(client), base64(middle), base64(root)] })],
    ['and its thumbprint', () => ({ x5c: [base64(client), base64(middle)], x5t: client.sha1.toString('base64url') })],
  ])('is taken %s', async (_, header) => {
    const { show } = await trusting()
    expect((await show(header())).statusCode).toBe(200)
  })

  it.each([
    { subjectName: 'CN=fetcher.contoso.test', issuer: 'CN=Contoso root' },
    { subjectName: 'MAIL.contoso.test', issuer: 'contoso root' },
  ])('is taken by $subjectName from $issuer', async (name) => {
    const { show } = await trusting([{}, null, name])
    expect((await show({ x5c: [base64(client), base64(middle)] })).statusCode).toBe(200)
  })

  it('is on record without a key id, since the app was never told of it', async () => {
    const { service, show } = await trusting()
    await show({ x5c: [base64(client), base64(middle)] })
    await service.signIns.settled()
    const [record] = await service.signIns.recent(service.tenant.id, 1)
    expect(record?.credential).toEqual({ kind: 'certificate', keyId: undefined })
  })

  it('may come without a list around it, unless strict', async () => {
    const { show } = await trusting(undefined, { authorities: [middle.certificate] })
    expect((await show({ x5c: base64(client) })).statusCode).toBe(200)
    const strict = await trusting(undefined, { authorities: [middle.certificate], strict: true })
    const x5t = client.sha1.toString('base64url')
    expect((await strict.show({ x5t, x5c: base64(client) })).json().error_codes).toEqual([700027])
    expect((await strict.show({ x5t, x5c: [base64(client)] })).statusCode).toBe(200)
  })
})

describe('a certificate that is shown with its chain is refused', () => {
  it.each<[number, string, () => Json | Promise<Json>]>([
    [700030, 'under another name', () => ({ x5c: [base64(stranger), base64(middle)] })],
    [50012, 'without what stands between it and the authority', () => ({ x5c: [base64(client)] })],
    [
      50012,
      'that someone else issued under the same names',
      async () => {
        const forged = await issueCertificate({ name: 'CN=Contoso clients', now, authority: true })
        const same = await issueCertificate({ name: 'CN=fetcher.contoso.test', now }, forged)
        return { x5c: [base64(same), base64(forged)] }
      },
    ],
    [50012, 'that cannot be read', () => ({ x5c: ['AAAA'] })],
    [700027, 'in no known spelling', () => ({ x5c: ['not base64!'] })],
    [700027, 'that is empty', () => ({ x5c: '' })],
    [
      700027,
      'beside a thumbprint of another',
      () => ({ x5c: [base64(client), base64(middle)], x5t: stranger.sha1.toString('base64url') }),
    ],
  ])('with AADSTS%i %s', async (code, _, header) => {
    const { show } = await trusting()
    expect((await show(await header(), stranger)).json()).toMatchObject({
      error: 'invalid_client',
      error_codes: [code],
    })
  })

  it('when another key signed', async () => {
    const { show } = await trusting()
    const answer = await show({ x5c: [base64(client), base64(middle)] }, stranger)
    expect(answer.json().error_codes).toEqual([700027])
  })

  it('from an authority whose name the app does not trust', async () => {
    const { show } = await trusting([{ subjectName: 'fetcher.contoso.test', issuer: 'Fabrikam' }])
    expect((await show({ x5c: [base64(client), base64(middle)] })).json().error_codes).toEqual([700030])
  })

  it.each<[string, unknown, Partial<EntraDeps>]>([
    ['where the server trusts no authority', undefined, { authorities: [] }],
    ['where the app trusts no name', [], {}],
    ['where the app’s list is not a list', 'everybody', {}],
  ])('as unknown %s', async (_, names, options) => {
    const { show } = await trusting(names, options)
    expect((await show({ x5c: [base64(client), base64(middle)] })).json().error_codes).toEqual([700027])
  })
})
