import { mayAdminister } from '../../../access/admin/decide.ts'
import type { App } from '../../../domain/directory/types.ts'
import { created, noContent, ok, plain } from '../answers.ts'
import { type Collection, count, inMemory, page, single } from '../collection.ts'
import { appChunks } from '../directory-chunks.ts'
import { badRequest } from '../errors.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { appIn, memberId, ownerOf, ownsApp, referenced, refuseUnknown } from '../objects.ts'
import { payloadOf, readApplication } from '../payload.ts'
import { selectedFrom } from '../query.ts'
import { applicationShape, federatedIdentityCredentialShape, type ShownApp } from '../shapes/application.ts'
import { directoryObjectShape } from '../shapes/directory-role.ts'
import { shaped } from '../shapes/shape.ts'

const listApplications = graphRoute('GET /applications', {
  needs: 'readApplications',
  run: async (call) => ok(call.request, await page(call.request, await applicationsFor(call))),
})

const countApplications = graphRoute('GET /applications/$count', {
  needs: 'readApplications',
  run: async (call) => plain(call.request, await count(call.request, await applicationsFor(call))),
})

const createApplication = graphRoute('POST /applications', {
  needs: 'createApplications',
  run: async (call) => {
    const payload = payloadOf(call.request, 'Application')
    const requested = { ...readApplication(payload), displayName: payload.needText('displayName') }
    const owner = mayAdminister('writeApplications', call.caller) ? undefined : ownerOf(call.caller)
    const app = await call.directory.apps.create(call.caller.tenant, requested, owner)
    return created(call.request, await shownAlone(call, app))
  },
})

const getApplication = graphRoute('GET /applications/:id', {
  needs: 'readApplications',
  run: async (call) => ok(call.request, await shownAlone(call, await appIn(call))),
})

const updateApplication = graphRoute('PATCH /applications/:id', {
  needs: 'writeApplications',
  exempts: ownsApp,
  run: async (call) => {
    const app = await appIn(call)
    const change = readApplication(payloadOf(call.request, 'Application'), app)
    await call.directory.apps.update(call.caller.tenant, app.id, change)
    return noContent(call.request)
  },
})

const deleteApplication = graphRoute('DELETE /applications/:id', {
  needs: 'writeApplications',
  exempts: ownsApp,
  run: async (call) => {
    await call.directory.apps.remove(call.caller.tenant, (await appIn(call)).id)
    return noContent(call.request)
  },
})

export const applicationRoutes = [
  listApplications,
  countApplications,
  createApplication,
  getApplication,
  updateApplication,
  deleteApplication,
]

/** Certificates are shown in full only if one app's `keyCredentials` are selected, as in Graph. */
async function shownAlone(call: GraphCall, app: App): Promise<Record<string, unknown>> {
  const withKeys = selectedFrom(call.request, applicationShape)?.includes('keyCredentials') ?? false
  const publisherDomain = await publisherDomainFor(call)
  return single(call.request, await applicationsFor(call), { app, publisherDomain, withKeys })
}

async function applicationsFor(call: GraphCall): Promise<Collection<ShownApp>> {
  const publisherDomain = await publisherDomainFor(call)
  return {
    of: 'applications',
    shape: applicationShape,
    chunks: async function* (criteria) {
      for await (const chunk of appChunks(call)(criteria)) {
        yield chunk.map((app) => ({ app, publisherDomain, withKeys: false }))
      }
    },
    eventual: call.strict,
    total: () => call.directory.apps.count(call.caller.tenant),
    expands: {
      owners: async ({ app }) =>
        (await call.directory.apps.owners(call.caller.tenant, app.id)).map((it) => shaped(directoryObjectShape, it)),
      federatedIdentityCredentials: async ({ app }) =>
        (await call.directory.apps.federatedOf(app.appId)).map((it) => shaped(federatedIdentityCredentialShape, it)),
    },
  }
}

const publisherDomainFor = async ({ directory, caller }: GraphCall): Promise<string | undefined> =>
  (await directory.tenants.find(caller.tenant))?.domains[0]

const listOwners = graphRoute('GET /applications/:id/owners', {
  needs: 'readApplications',
  run: async (call) => {
    const { caller, directory, request } = call
    const owners = await directory.apps.owners(caller.tenant, (await appIn(call)).id)
    const chunks = inMemory(directoryObjectShape, owners)
    return ok(request, await page(request, { of: 'directoryObjects', shape: directoryObjectShape, chunks }))
  },
})

const addOwner = graphRoute('POST /applications/:id/owners/$ref', {
  needs: 'writeApplications',
  exempts: ownsApp,
  run: async (call) => {
    const { caller, directory, request } = call
    const app = await appIn(call)
    const owner = referenced(payloadOf(request, 'Application').needText('@odata.id'))
    if (await directory.apps.isOwner(caller.tenant, app.id, owner)) {
      badRequest(
        "One or more added object references already exist for the following modified properties: 'owners'.",
        'Request_BadRequest',
      )
    }
    await directory.apps.addOwner(caller.tenant, app.id, owner)
    return noContent(request)
  },
})

const removeOwner = graphRoute('DELETE /applications/:id/owners/:owner/$ref', {
  needs: 'writeApplications',
  exempts: ownsApp,
  run: async (call) => {
    const { caller, directory, request } = call
    const app = await appIn(call)
    const { owner = '' } = request.params
    await directory.apps.removeOwner(caller.tenant, app.id, memberId(owner) ?? refuseUnknown(owner))
    return noContent(request)
  },
})

export const applicationOwnerRoutes = [listOwners, addOwner, removeOwner]
