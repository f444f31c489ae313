import { Client, type Context, GraphError, type Middleware, PageIterator } from '@microsoft/microsoft-graph-client'
import { expect, it } from 'vitest'
import { BASE, signInRecord } from '../../../test/support/access.ts'
import { type OpenGraph, openGraph } from '../../../test/support/graph-server.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'

/** Takes the place of the network; the token is the stage's. */
const inside = ({ call }: OpenGraph): Middleware => ({
  async execute(context: Context) {
    const { method = 'GET', body } = context.options ?? {}
    const path = (context.request as string).replace(BASE, '')
    const headers = Object.fromEntries(new Headers(context.options?.headers as Record<string, string>))
    const answer = await call(method as 'GET', path, typeof body === 'string' ? body : undefined, { headers })
    context.response = new Response(answer.body === undefined ? null : JSON.stringify(answer.body), {
      status: answer.status,
      headers: answer.headers as Record<string, string>,
    })
  },
})

async function openClient() {
  const stage = await openGraph()
  return { ...stage, graph: Client.initWithMiddleware({ baseUrl: `${BASE}/`, middleware: inside(stage) }) }
}

it("Microsoft's Graph client registers an app, adds a secret, consents and finds the sign-in", async () => {
  const { graph, signIns, tenant, world } = await openClient()
  const app = await graph.api('/applications').post({ displayName: 'Mail fetcher' })
  const passwordCredential = { displayName: 'first' }
  const secret = await graph.api(`/applications/${app.id}/addPassword`).post({ passwordCredential })
  expect(secret.secretText).toMatch(/^.{16,64}$/)
  const principal = await graph.api('/servicePrincipals').post({ appId: app.appId })
  const resources = graph.api('/servicePrincipals').header('ConsistencyLevel', 'eventual').count(true)
  const found = await resources.filter(`appId eq '${exchangeOnline.appId}'`).get()
  expect(found['@odata.count']).toBe(1)
  const [resource] = found.value
  const role = resource.appRoles.find((it: { value: string }) => it.value === 'IMAP.AccessAsApp')
  await graph.api(`/servicePrincipals/${resource.id}/appRoleAssignedTo`).post({
    principalId: principal.id,
    resourceId: resource.id,
    appRoleId: role.id,
  })
  await graph.api('/oauth2PermissionGrants').post({
    clientId: principal.id,
    consentType: 'AllPrincipals',
    resourceId: (await graph.api(`/servicePrincipals(appId='${microsoftGraph.appId}')`).get()).id,
    scope: 'User.Read',
  })
  const shown = await graph
    .api(`/servicePrincipals/${principal.id}`)
    .select(['id', 'appId'])
    .expand(['appRoleAssignments', 'oauth2PermissionGrants'])
    .get()
  expect(shown).toMatchObject({
    id: principal.id,
    appRoleAssignments: [{ appRoleId: role.id, resourceDisplayName: 'Office 365 Exchange Online' }],
    oauth2PermissionGrants: [{ clientId: principal.id, scope: 'User.Read' }],
  })
  signIns.record(
    signInRecord(world, {
      tenant: tenant.id,
      protocol: 'entra',
      mailbox: undefined,
      app: { appId: app.appId, id: app.id },
      appDisplayName: app.displayName,
      authentication: 'OAuth',
      credential: { kind: 'secret', keyId: secret.keyId },
    }),
  )
  await signIns.settled()
  const signIn = await graph.api('/auditLogs/signIns').filter(`appId eq '${app.appId}' and status/errorCode eq 0`).get()
  expect(signIn.value).toMatchObject([
    { servicePrincipalId: principal.id, servicePrincipalCredentialKeyId: secret.keyId },
  ])
})

it("Microsoft's Graph client reads page after page by the links that it is given", async () => {
  const { graph, world } = await openClient()
  for (const name of ['A', 'B', 'C', 'D', 'E']) {
    world.advance(1000)
    await graph.api('/applications').post({ displayName: `App ${name}` })
  }
  const names: string[] = []
  const first = await graph.api('/applications').top(2).filter("startswith(displayName,'App')").get()
  await new PageIterator(graph, first, ({ displayName }) => names.push(displayName) > 0).iterate()
  expect(names).toEqual(['App A', 'App B', 'App C', 'App D', 'App E'])
})

it("Microsoft's Graph client understands what is refused", async () => {
  const { graph } = await openClient()
  const thrown: unknown = await graph
    .api('/applications/11111111-1111-1111-1111-111111111111')
    .get()
    .catch((refused: unknown) => refused)
  expect(thrown).toBeInstanceOf(GraphError)
  expect(thrown).toMatchObject({ statusCode: 404, code: 'Request_ResourceNotFound', requestId: expect.any(String) })
})
