import { sign } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../test/support/server.ts'
import { BASE } from '../../test/support/access.ts'
import { registerApp } from '../../test/support/directory.ts'
import { issueCertificate } from '../../test/support/certificates.ts'
import { temporaryDirectory } from '../../test/support/disk.ts'
import { openOutsideIssuer } from '../../test/support/client-assertions.ts'
import { signingInput, writeJws } from '../codecs/jwt/jws.ts'
import { silentLog } from '../core/log.ts'
import { seconds } from '../core/world.ts'
import type { Overrides } from './config.ts'

const AUDIENCE = 'api://AzureADTokenExchange'

async function fileWith(pem: string): Promise<string> {
  const file = path.join(temporaryDirectory(), 'authorities.pem')
  await writeFile(file, pem)
  return file
}

const present = (context: OpenServer, client: string, assertion: string) =>
  context.ask('POST', `/${context.tenant.id}/oauth2/v2.0/token`, {
    bearer: undefined,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      scope: 'https://outlook.office365.com/.default',
    }).toString(),
  })

/** The answer to an app with an assertion of an issuer on this machine that the app trusts. */
async function answerWith(flags: (ca: string) => Promise<Overrides>) {
  const outside = await openOutsideIssuer()
  const context = await openServer(silentLog, await flags(outside.ca))
  const { app } = await registerApp(context)
  await context.directory.apps.addFederated(context.tenant.id, app.id, {
    name: 'the-issuer',
    issuer: outside.issuer,
    subject: 'me',
    audiences: [AUDIENCE],
    description: undefined,
  })
  const exp = seconds(context.world.now()) + 600
  return present(context, app.appId, outside.sign({ sub: 'me', aud: AUDIENCE, exp }))
}

describe('an app that trusts an issuer on this machine', () => {
  it('gets a token where the settings allow its address and trust its authority', async () => {
    const answer = await answerWith(async (ca) => ({
      'entra.federation_private_addresses': 'true',
      'entra.federation_ca_file': await fileWith(ca),
    }))
    expect(answer.statusCode).toBe(200)
  })

  it('gets none by default', async () => {
    const answer = await answerWith(async (ca) => ({ 'entra.federation_ca_file': await fileWith(ca) }))
    expect(answer.json()).toMatchObject({ error_codes: [50166] })
  })
})

it('an app that takes certificates by their name gets a token where the settings trust their authority', async () => {
  const now = Date.UTC(2026, 10, 24, 8)
  const root = await issueCertificate({ name: 'CN=Contoso', now, authority: true })
  const leaf = await issueCertificate({ name: 'CN=fetcher.contoso.test', now }, root)
  const flags = { 'entra.trusted_certificate_authorities_file': await fileWith(root.pem) }
  const context = await openServer(silentLog, flags)
  const { app } = await registerApp(context)
  const trustedSubjectNameAndIssuers = [{ subjectName: 'fetcher.contoso.test', issuer: 'Contoso' }]
  const changed = await context.ask('PATCH', `/v1.0/applications/${app.id}`, {
    bearer: await context.token(undefined, 'https://graph.microsoft.com'),
    payload: { trustedSubjectNameAndIssuers },
  })
  expect(changed.statusCode).toBe(204)
  const input = signingInput(
    { alg: 'RS256', x5c: [leaf.der.toString('base64')] },
    {
      iss: app.appId,
      sub: app.appId,
      aud: `${BASE}/${context.tenant.id}/oauth2/v2.0/token`,
      exp: seconds(context.world.now()) + 600,
    },
  )
  const assertion = writeJws(input, sign('sha256', Buffer.from(input), leaf.privateKey))
  expect((await present(context, app.appId, assertion)).statusCode).toBe(200)
})
