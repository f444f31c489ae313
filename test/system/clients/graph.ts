/*
 * A program that administers with Microsoft's Graph client and @azure/identity, told by its environment where and as
 * whom: it registers an app, adds a secret, consents for the organisation, and reads who signed in. Prints what it got.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { ClientSecretCredential } from '@azure/identity'
import { Client } from '@microsoft/microsoft-graph-client'
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js'

const setting = (name: string): string => process.env[name] ?? ''
const host = setting('AUTHORITY_HOST')
const options = { authorityHost: host, disableInstanceDiscovery: true }
const credentialOf = (id: string, secret: string) => new ClientSecretCredential(setting('TENANT'), id, secret, options)

const graph = Client.initWithMiddleware({
  baseUrl: `${host}/`,
  customHosts: new Set([new URL(host).hostname]),
  authProvider: new TokenCredentialAuthenticationProvider(
    credentialOf(setting('CLIENT_ID'), setting('CLIENT_SECRET')),
    {
      scopes: ['https://graph.microsoft.com/.default'],
    },
  ),
})

interface Principal {
  readonly id: string
  readonly appRoles: readonly { readonly id: string; readonly value: string }[]
}

const resource = async (appId: string): Promise<Principal> => {
  const found = await graph.api('/servicePrincipals').filter(`appId eq '${appId}'`).get()
  return (found as { value: Principal[] }).value[0]!
}

/** A sign-in is on record a moment after it happened. */
async function signInsOf(appId: string): Promise<{ value: object[] }> {
  for (let asked = 0; ; asked++) {
    const found = await graph.api('/auditLogs/signIns').filter(`appId eq '${appId}'`).top(5).get()
    if (found.value.length > 0 || asked === 20) return found
    await pause(100)
  }
}

const exchange = await resource('00000002-0000-0ff1-ce00-000000000000')
const role = exchange.appRoles.find(({ value }) => value === 'IMAP.AccessAsApp')!
const app = await graph.api('/applications').post({ displayName: 'Registered by the Graph client' })
const password = await graph
  .api(`/applications/${app.id}/addPassword`)
  .post({ passwordCredential: { displayName: 'first' } })
const principal = await graph.api('/servicePrincipals').post({ appId: app.appId })
const assignment = await graph
  .api(`/servicePrincipals/${exchange.id}/appRoleAssignedTo`)
  .post({ principalId: principal.id, resourceId: exchange.id, appRoleId: role.id })
const consent = await graph.api('/oauth2PermissionGrants').post({
  clientId: principal.id,
  consentType: 'AllPrincipals',
  resourceId: exchange.id,
  scope: 'IMAP.AccessAsUser.All',
})
const token = await credentialOf(app.appId, password.secretText).getToken('https://outlook.office365.com/.default')
const signIns = await signInsOf(app.appId)
const shown = await graph.api(`/applications/${app.id}`).select('id,appId,passwordCredentials').get()
const missing = await graph
  .api('/applications/00000000-0000-0000-0000-000000000001')
  .get()
  .catch((thrown: { statusCode: number; code: string }) => ({ statusCode: thrown.statusCode, code: thrown.code }))

console.log(
  JSON.stringify({ app, password, principal, assignment, consent, token: token.token, signIns, shown, missing }),
)
