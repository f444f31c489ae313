import { describe, expect, it } from 'vitest'
import { makeCertificate, type TestCertificate } from '../support/certificates.ts'
import { type AtEnd, openOnce } from '../support/lifecycle.ts'
import { attackersKey, hashedWith, signedBy, unsigned } from './forge.ts'
import { EXCHANGE, GRAPH, AttackSetup } from './attack-setup.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

interface Given {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
}

/** All that Ada's sign-in gave the app. */
async function signedIn(): Promise<{ scene: AttackSetup; given: Given; code: string }> {
  const scene = await AttackSetup.open()
  await scene.consent(scene.mailer, GRAPH, 'User.Read')
  const scope = `openid profile offline_access ${GRAPH}/User.Read`
  const code = await scene.code({ scope })
  return { scene, code, given: (await scene.redeem(code)).json<Given>() }
}

describe('one kind of token is not taken for another', () => {
  it('an ID token, a refresh token or a code opens no API', async () => {
    const { scene, given, code } = await signedIn()
    const opens = async (bearer: string) => (await scene.context.ask('GET', '/v1.0/me', { bearer })).statusCode
    expect(await opens(given.access_token)).toBe(200)
    expect(await Promise.all([given.id_token, given.refresh_token, code].map(opens))).toEqual([401, 401, 401])
  })

  it('an ID token tells nobody at the userinfo endpoint', async () => {
    const { scene, given } = await signedIn()
    const asked = (bearer: string) => scene.context.ask('GET', '/oidc/userinfo', { bearer })
    expect((await asked(given.access_token)).statusCode).toBe(200)
    expect((await asked(given.id_token)).statusCode).toBe(401)
  })

  it('an access token or an ID token is no refresh token, and a refresh token no code', async () => {
    const { scene, given } = await signedIn()
    for (const token of [given.access_token, given.id_token]) {
      expect((await scene.refresh(token)).json()).toMatchObject({ error: 'invalid_grant' })
    }
    expect((await scene.redeem(given.refresh_token)).json()).toMatchObject({ error: 'invalid_grant' })
  })

  it('a token for Graph, or an ID token, is not one that the app was called with', async () => {
    const { scene, given } = await signedIn()
    for (const assertion of [given.access_token, given.id_token, given.refresh_token]) {
      const answer = await scene.post({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        requested_token_use: 'on_behalf_of',
        client_id: scene.mailer.id,
        client_secret: scene.mailer.secret,
        assertion,
        scope: `${EXCHANGE}/IMAP.AccessAsUser.All`,
      })
      expect(answer.statusCode).toBeGreaterThanOrEqual(400)
      expect(answer.json()).not.toHaveProperty('access_token')
    }
  })

  it('a person’s token opens nothing that takes an administrator’s app', async () => {
    const { scene, given } = await signedIn()
    const asked = await scene.context.invoke('Get-Mailbox', {}, { bearer: given.access_token })
    expect(asked.statusCode).toBe(401)
  })
})

interface Signing {
  readonly scene: AttackSetup
  readonly certificate: TestCertificate
  readonly header: Record<string, unknown>
  readonly claims: Record<string, unknown>
}

async function aSigningApp(atEnd?: AtEnd): Promise<Signing> {
  const scene = await AttackSetup.open({}, undefined, atEnd)
  const { world, tenant, directory } = scene.context
  const certificate = await makeCertificate({ now: world.now() })
  await directory.apps.update(tenant.id, scene.mailer.app.id, { certificates: [{ der: certificate.der }] })
  const now = world.now() / 1000
  return {
    scene,
    certificate,
    header: { alg: 'RS256', 'x5t#S256': certificate.sha256.toString('base64url') },
    claims: {
      aud: `https://localhost:8443/${tenant.id}/oauth2/v2.0/token`,
      iss: scene.mailer.id,
      sub: scene.mailer.id,
      jti: 'one',
      nbf: now,
      exp: now + 600,
    },
  }
}

const shared = openOnce(aSigningApp)

describe('a forged assertion of an app', () => {
  it.each<[string, (signing: Signing) => string | Promise<string>]>([
    ['with alg none', ({ header, claims }) => unsigned({ ...header, alg: 'none' }, claims)],
    [
      'hashed with the certificate for a secret',
      ({ header, claims, certificate }) => hashedWith(certificate.pem, { ...header, alg: 'HS256' }, claims),
    ],
    ['by a stranger’s key', ({ header, claims }) => signedBy(attackersKey.privateKey, header, claims)],
    [
      'that brings its key as jwk',
      ({ header, claims }) => {
        const jwk = attackersKey.publicKey.export({ format: 'jwk' })
        return signedBy(attackersKey.privateKey, { ...header, jwk }, claims)
      },
    ],
    [
      'that brings a certificate of its own as x5c',
      async ({ header, claims, scene }) => {
        const own = await makeCertificate({ now: scene.context.world.now() })
        const x5c = [own.der.toString('base64')]
        return signedBy(own.privateKey, { ...header, x5c, 'x5t#S256': own.sha256.toString('base64url') }, claims)
      },
    ],
    [
      'that was made out to another server',
      ({ header, claims, certificate }) =>
        signedBy(certificate.privateKey, header, { ...claims, aud: 'https://attacker.test/token' }),
    ],
    [
      'that was made out to another tenant of this server',
      async ({ header, claims, certificate, scene }) => {
        const other = await scene.context.directory.tenants.create('Fabrikam', 'fabrikam.test')
        const aud = `https://localhost:8443/${other.id}/oauth2/v2.0/token`
        return signedBy(certificate.privateKey, header, { ...claims, aud })
      },
    ],
    ['that is an access token of the app', ({ scene }) => scene.context.token()],
  ])('is refused: %s', async (_, forge) => {
    const signing = shared()
    const { scene, certificate, header, claims } = signing
    const show = async (client_assertion: string) =>
      scene.post({
        grant_type: 'client_credentials',
        client_id: scene.mailer.id,
        client_assertion_type: JWT_BEARER,
        client_assertion,
        scope: `${GRAPH}/.default`,
      })
    expect((await show(signedBy(certificate.privateKey, header, claims))).statusCode).toBe(200)
    const answer = await show(await forge(signing))
    expect([400, 401]).toContain(answer.statusCode)
    expect(answer.json()).not.toHaveProperty('access_token')
  })

  it('is of no use to another app, though the certificate is good', async () => {
    const { scene, certificate, header, claims } = await aSigningApp()
    const other = await scene.register({ displayName: 'Other' })
    const answer = await scene.post({
      grant_type: 'client_credentials',
      client_id: other.id,
      client_assertion_type: JWT_BEARER,
      client_assertion: signedBy(certificate.privateKey, header, claims),
      scope: `${GRAPH}/.default`,
    })
    expect(answer.statusCode).toBe(401)
  })
})
