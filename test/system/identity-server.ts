import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { type TestCertificate, makeCertificate } from '../support/certificates.ts'
import { ServerProcess } from '../support/server-process.ts'
import { Administrator } from './administrator.ts'

export const EXCHANGE = 'https://outlook.office365.com'
export const GRAPH = 'https://graph.microsoft.com'
const exchangeApp = '00000002-0000-0ff1-ce00-000000000000'
const graphApp = '00000003-0000-0000-c000-000000000000'

/** An app that fetches mail for itself, by a secret or a certificate. */
interface MailProgram {
  readonly clientId: string
  readonly servicePrincipal: string
  readonly secret: string
  readonly certificate: TestCertificate
}

/** An app with a secret that has an API of its own. */
interface Api {
  readonly clientId: string
  readonly secret: string
  readonly scope: string
}

/** A started server with a person who has a mailbox, and apps of three kinds. */
export interface IdentityServer {
  readonly checkout: ServerProcess
  readonly administrator: Administrator
  readonly person: { readonly login: string; readonly password: string }
  readonly program: MailProgram
  /** An app that anyone may say to be, on any port of the loopback interface. */
  readonly nativeApp: string
  readonly api: Api
  /** The environment of every client. */
  readonly env: Record<string, string>
  close(): Promise<void>
}

export async function openIdentityServer(settings: Record<string, string> = {}): Promise<IdentityServer> {
  return identityServerOn(
    await ServerProcess.start(['--profile', 'exchange-online'], { POSTERN_ENTRA_ROPC: 'true', ...settings }),
  )
}

/** Creates the person and the apps on a server that was started with `entra.ropc`. */
export async function identityServerOn(checkout: ServerProcess): Promise<IdentityServer> {
  const administrator = new Administrator(checkout.ready)
  const close = async () => {
    administrator.close()
    await checkout.close()
  }
  try {
    const program = await aMailProgram(administrator)
    const person = await aPerson(administrator, checkout.ready.tenant.domain)
    const apps = await appsForPeople(administrator, program.servicePrincipal)
    return { checkout, administrator, program, person, ...apps, env: environment(checkout, person, program), close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>

function environment(
  { ready, folder }: ServerProcess,
  { login, password }: IdentityServer['person'],
  { certificate }: MailProgram,
): Record<string, string> {
  const [both, key] = [path.join(folder, 'program.pem'), path.join(folder, 'program.key')]
  writeFileSync(key, certificate.privatePem)
  writeFileSync(both, `${certificate.privatePem}\n${certificate.pem}`)
  return {
    AUTHORITY_HOST: ready.https,
    AUTHORITY: `${ready.https}/${ready.tenant.id}`,
    TENANT: ready.tenant.id,
    CA: ready.ca,
    NODE_EXTRA_CA_CERTS: ready.ca,
    // Where it is set, requests prefers it over what MSAL is told.
    REQUESTS_CA_BUNDLE: ready.ca,
    LOGIN: login,
    PASSWORD: password,
    CERTIFICATE: both,
    PRIVATE_KEY: key,
    THUMBPRINT_SHA1: certificate.sha1.toString('hex'),
    THUMBPRINT: certificate.sha256.toString('hex'),
  }
}

async function aMailProgram(administrator: Administrator): Promise<MailProgram> {
  const certificate = await makeCertificate({ now: Date.now() })
  const key = { type: 'AsymmetricX509Cert', usage: 'Verify', key: certificate.der.toString('base64') }
  const { id, appId, principal } = await registered(administrator, {
    displayName: 'A program that fetches mail',
    keyCredentials: [key],
  })
  const { secretText } = await administrator.graph<{ secretText: string }>(`/applications/${id}/addPassword`, {})
  const exchange = await administrator.principal(exchangeApp)
  const role = exchange.appRoles.find(({ value }) => value === 'IMAP.AccessAsApp')!
  await administrator.graph(`/servicePrincipals/${principal}/appRoleAssignments`, {
    principalId: principal,
    resourceId: exchange.id,
    appRoleId: role.id,
  })
  return { clientId: appId, servicePrincipal: principal, secret: secretText, certificate }
}

async function aPerson(administrator: Administrator, domain: string): Promise<{ login: string; password: string }> {
  const person = { login: `ada@${domain}`, password: 'Analytical-Engine-1843' }
  await administrator.exchange('New-Mailbox', {
    Name: 'Ada Lovelace',
    MicrosoftOnlineServicesID: person.login,
    Password: person.password,
  })
  return person
}

/** The apps that people sign in to, with what they ask for consented to by the administrator. */
async function appsForPeople(administrator: Administrator, also: string): Promise<{ api: Api; nativeApp: string }> {
  const scope = { id: '5f0a3c1e-8d5e-4b6f-9c53-0f6a4b1d2e77', value: 'access_as_user', type: 'User', isEnabled: true }
  const texts = { adminConsentDisplayName: 'Use the API', adminConsentDescription: 'Use the API as the person' }
  const uri = `api://${scope.id}`
  const api = await registered(administrator, {
    displayName: 'An API',
    identifierUris: [uri],
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ ...scope, ...texts }] },
  })
  const { secretText } = await administrator.graph<{ secretText: string }>(`/applications/${api.id}/addPassword`, {})
  const native = await registered(administrator, {
    displayName: 'A mail program',
    publicClient: { redirectUris: ['http://localhost'] },
    isFallbackPublicClient: true,
  })
  const [exchange, graph] = [await administrator.principal(exchangeApp), await administrator.principal(graphApp)]
  const mail = 'IMAP.AccessAsUser.All POP.AccessAsUser.All SMTP.Send'
  const grants: [clientId: string, resource: string, scope: string][] = [
    [native.principal, exchange.id, mail],
    [also, exchange.id, mail],
    [native.principal, graph.id, 'User.Read Mail.Read'],
    [native.principal, api.principal, scope.value],
    [api.principal, graph.id, 'User.Read'],
  ]
  for (const [clientId, resourceId, scope] of grants) {
    await administrator.graph('/oauth2PermissionGrants', {
      clientId,
      consentType: 'AllPrincipals',
      resourceId,
      scope,
    })
  }
  return { nativeApp: native.appId, api: { clientId: api.appId, secret: secretText, scope: `${uri}/${scope.value}` } }
}

async function registered(
  administrator: Administrator,
  app: object,
): Promise<{ id: string; appId: string; principal: string }> {
  const { id, appId } = await administrator.graph<{ id: string; appId: string }>('/applications', app)
  const { id: principal } = await administrator.graph('/servicePrincipals', { appId })
  return { id, appId, principal }
}
