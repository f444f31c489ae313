import type { App, FederatedCredential } from '../../../domain/directory/types.ts'
import { created, noContent, ok } from '../answers.ts'
import { inMemory, page, single } from '../collection.ts'
import { withCodes } from '../errors.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { appIn, ownsApp, refuseUnknown } from '../objects.ts'
import { type Payload, payloadOf } from '../payload.ts'
import { federatedIdentityCredentialShape } from '../shapes/application.ts'

const path = '/applications/:id/federatedIdentityCredentials'

const listCredentials = graphRoute(`GET ${path}`, {
  needs: 'readApplications',
  run: async (call) => {
    const app = await appIn(call)
    const all = await call.directory.apps.federatedCredentials(call.caller.tenant, app.id)
    const chunks = inMemory(federatedIdentityCredentialShape, all)
    return ok(call.request, await page(call.request, { ...credentialsOf(app), chunks }))
  },
})

const createCredential = graphRoute(`POST ${path}`, {
  needs: 'writeApplications',
  exempts: ownsApp,
  run: async (call) => {
    const app = await appIn(call)
    const payload = payloadOf(call.request, 'FederatedIdentityCredential').only(['name', ...changeable])
    const requested = {
      ...readChange(payload),
      name: payload.needText('name'),
      issuer: payload.needText('issuer'),
      subject: payload.needText('subject'),
      audiences: payload.texts('audiences') ?? [],
    }
    const credential = await withCodes({ 'already-exists': 'Request_MultipleObjectsWithSameKeyValue' }, () =>
      call.directory.apps.addFederated(call.caller.tenant, app.id, requested),
    )
    return created(call.request, await single(call.request, credentialsOf(app), credential))
  },
})

const getCredential = graphRoute(`GET ${path}/:credential`, {
  needs: 'readApplications',
  run: async (call) => {
    const app = await appIn(call)
    return ok(call.request, await single(call.request, credentialsOf(app), await credentialIn(call, app)))
  },
})

const updateCredential = graphRoute(`PATCH ${path}/:credential`, {
  needs: 'writeApplications',
  exempts: ownsApp,
  run: async (call) => {
    const app = await appIn(call)
    const { id } = await credentialIn(call, app)
    const change = readChange(payloadOf(call.request, 'FederatedIdentityCredential').only(changeable))
    await withCodes({ 'already-exists': 'Request_MultipleObjectsWithSameKeyValue' }, () =>
      call.directory.apps.updateFederated(call.caller.tenant, app.id, id, change),
    )
    return noContent(call.request)
  },
})

const deleteCredential = graphRoute(`DELETE ${path}/:credential`, {
  needs: 'writeApplications',
  exempts: ownsApp,
  run: async (call) => {
    const app = await appIn(call)
    const { id } = await credentialIn(call, app)
    await call.directory.apps.removeFederated(call.caller.tenant, app.id, id)
    return noContent(call.request)
  },
})

export const federatedIdentityCredentialRoutes = [
  listCredentials,
  createCredential,
  getCredential,
  updateCredential,
  deleteCredential,
]

const credentialsOf = (app: App) => ({
  of: `applications('${app.id}')/federatedIdentityCredentials`,
  shape: federatedIdentityCredentialShape,
})

/** Finds a credential by id or name: `…/name` and `…(name='name')`. */
async function credentialIn({ directory, caller, request }: GraphCall, app: App): Promise<FederatedCredential> {
  const { credential: segment = '' } = request.params
  const named = /^name='(.*)'$/i.exec(segment)?.[1] ?? segment
  const all = await directory.apps.federatedCredentials(caller.tenant, app.id)
  return all.find(({ id, name }) => name === named || id === named.toLowerCase()) ?? refuseUnknown(named)
}

const changeable = ['issuer', 'subject', 'audiences', 'description']

function readChange(payload: Payload) {
  const issuer = payload.text('issuer')
  const subject = payload.text('subject')
  const audiences = payload.texts('audiences')
  const description = payload.text('description')
  return {
    ...(issuer === undefined ? {} : { issuer }),
    ...(subject === undefined ? {} : { subject }),
    ...(audiences === undefined ? {} : { audiences }),
    ...(payload.has('description') ? { description } : {}),
  }
}
