import { DAY } from '../../../src/core/time.ts'
import { issueCertificate, type IssuedCertificate, makeCertificate, type TestCertificate } from '../certificates.ts'
import { type Json, openFederatedClient, openSigningClient, type SigningClient } from '../client-assertions.ts'
import { secretRequest, openTokenService, post, type TokenService } from '../token-service.ts'
import { type RegisteredClient, registerClient } from '../directory.ts'
import { EXCHANGE } from '../access.ts'
import type { Provocation } from './provocation.ts'

const now = Date.UTC(2026, 10, 24, 8)
const NOW = now / 1000
const YEAR = 365 * DAY
const EXCHANGE_APP = '00000002-0000-0ff1-ce00-000000000000'

interface Made {
  readonly service: TokenService
  readonly client: RegisteredClient
  readonly form: Record<string, string>
}

/** A good request of an app for itself, spoiled. */
const spoiled = (spoil: (made: Made) => unknown, tenant?: string, endpoint?: string): Provocation => ({
  async provoke() {
    const service = await openTokenService()
    const client = await registerClient(service)
    const form = secretRequest(client)
    await spoil({ service, client, form })
    const answer = await post(service, tenant ?? service.tenant.id, form, endpoint === undefined ? {} : { endpoint })
    return { to: 'program', answer }
  },
})

let made: Promise<TestCertificate> | undefined
/** One for all, since a key takes its time. */
const certificate = (): Promise<TestCertificate> => (made ??= makeCertificate({ now }))

/** An assertion that an app's certificate signs, changed. */
const signed = (
  claims: Json,
  spoil: (assertion: string, client: SigningClient) => string = (it) => it,
): Provocation => ({
  async provoke() {
    const client = await openSigningClient(await certificate())
    return { to: 'program', answer: await client.present(spoil(client.assertion({ claims }), client)) }
  },
})

/** A certificate that is shown with its chain, to an app that takes `fetcher.contoso.test` from Contoso. */
const named = (shown: (root: IssuedCertificate) => Promise<IssuedCertificate>): Provocation => ({
  async provoke() {
    const root = await issueCertificate({ name: 'CN=Contoso', now, authority: true })
    const leaf = await shown(root)
    const client = await openSigningClient(leaf, { authorities: [root.certificate] })
    const { directory, tenant } = client.service
    const app = await directory.apps.find(tenant.id, { appId: client.clientId })
    const properties = { trustedSubjectNameAndIssuers: [{ subjectName: 'fetcher.contoso.test', issuer: 'Contoso' }] }
    await directory.apps.update(tenant.id, app!.id, { certificates: [], properties })
    const header = { kid: 'any', x5c: [leaf.der.toString('base64')] }
    return { to: 'program', answer: await client.present(client.assertion({ header })) }
  },
})

type Federation = Awaited<ReturnType<typeof openFederatedClient>>

/** The word of an issuer that an app trusts, changed. */
const federated = (
  changes: Parameters<Federation['assertion']>[0],
  spoil: (client: Federation) => unknown = () => undefined,
): Provocation => ({
  async provoke() {
    const client = await openFederatedClient()
    await spoil(client)
    return { to: 'program', answer: await client.present(client.assertion(changes)) }
  },
})

const resource = (change: { accountEnabled?: boolean; appRoleAssignmentRequired?: boolean }): Provocation =>
  spoiled(async ({ service: { directory, tenant } }) => {
    const exchange = await directory.servicePrincipals.find(tenant.id, { appId: EXCHANGE_APP })
    await directory.servicePrincipals.update(tenant.id, exchange!.id, change)
  })

const ask = (method: 'GET', url: string): Provocation => ({
  async provoke() {
    const { http } = await openTokenService()
    return { to: 'program', answer: await http.inject({ method, url, headers: { host: 'localhost:8443' } }) }
  },
})

/** Requests for which the token service refuses an app by itself. */
export const clientProvocations = {
  50000: spoiled(({ service: { directory } }) =>
    Object.assign(directory.apps, { findAnywhere: () => Promise.reject(new Error('a bug')) }),
  ),
  50001: resource({ accountEnabled: false }),
  50012: named(() => issueCertificate({ name: 'CN=fetcher.contoso.test', now, authority: true })),
  50027: signed({}, () => 'no token'),
  50048: signed({ iss: '11111111-1111-4111-8111-111111111111' }),
  50049: ask(
    'GET',
    '/common/discovery/instance?api-version=1.1&authorization_endpoint=https://elsewhere.test/common/oauth2/v2.0/authorize',
  ),
  50059: spoiled(() => undefined, 'common'),
  50166: federated({}, ({ issuer }) => (issuer.down = true)),
  70003: spoiled(({ form }) => (form.grant_type = 'magic')),
  70011: spoiled(({ form }) => (form.scope = `${EXCHANGE}/.default ${EXCHANGE}/SMTP.Send`)),
  70021: federated({}, ({ service: { directory, tenant }, client, credential }) =>
    directory.apps.removeFederated(tenant.id, client.app.id, credential.id),
  ),
  90002: spoiled(() => undefined, 'nowhere.test'),
  90014: signed({ sub: undefined }),
  500011: spoiled(({ form }) => (form.scope = 'https://nowhere.test/.default')),
  501051: resource({ appRoleAssignmentRequired: true }),
  700016: spoiled(({ form }) => (form.client_id = '11111111-1111-4111-8111-111111111111')),
  700021: signed({ iss: 'another', sub: 'another' }),
  700022: spoiled(({ form }) => (form.scope = `${EXCHANGE}/.default https://graph.microsoft.com/.default`)),
  700023: signed({ aud: EXCHANGE }),
  700024: signed({ nbf: NOW - 900, exp: NOW - 600 }),
  700027: signed({}, (assertion, client) => {
    const [header, claims] = assertion.split('.')
    return [header, claims, client.assertion({ claims: { jti: 'another' } }).split('.')[2]].join('.')
  }),
  700030: named((root) => issueCertificate({ name: 'CN=someone.contoso.test', now }, root)),
  700211: federated({ claims: { iss: 'https://other.issuer.test' } }),
  700212: federated({ claims: { aud: 'api://other' } }),
  700213: federated({ claims: { sub: 'someone else' } }),
  900023: spoiled(() => undefined, 'a..b'),
  900144: spoiled(({ form }) => delete form.scope),
  900561: ask('GET', '/common/oauth2/v2.0/token'),
  901002: spoiled(({ form }) => (form.resource = EXCHANGE)),
  1002012: spoiled(({ form }) => (form.scope = `${EXCHANGE}/IMAP.AccessAsApp`)),
  7000112: spoiled(({ service: { directory, tenant }, client }) =>
    directory.servicePrincipals.update(tenant.id, client.principal.id, { accountEnabled: false }),
  ),
  7000215: spoiled(({ form }) => (form.client_secret = 'wrong')),
  7000216: spoiled(({ form }) => delete form.client_secret),
  7000222: spoiled(({ service }) => service.world.advance(3 * YEAR)),
  7000229: spoiled(({ service: { directory, tenant }, client }) =>
    directory.servicePrincipals.remove(tenant.id, client.principal.id),
  ),
  7000272: federated({ header: { kid: 'unknown' } }),
  9002313: spoiled(({ form }) => (form.client_assertion = 'beside a secret')),
} satisfies Readonly<Record<number, Provocation>>
