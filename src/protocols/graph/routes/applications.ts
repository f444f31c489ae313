import type { App } from '../../../domain/directory/types.ts'
import { created, noContent, ok, plain } from '../answers.ts'
import { payloadOf, readApplication } from '../payload.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { appIn, ownerOf, ownsApp } from '../objects.ts'
import { type Collection, count, page, single } from '../collection.ts'
import { appChunks } from '../directory-chunks.ts'
import { selectedFrom } from '../query.ts'
import { applicationShape, federatedIdentityCredentialShape, type ShownApp } from '../shapes/application.ts'
import { directoryObjectShape } from '../shapes/directory-role.ts'
import { shaped } from '../shapes/shape.ts'
import { mayAdminister } from '../../../access/admin/decide.ts'

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
    const wanted = { ...readApplication(payload), displayName: payload.needText('displayName') }
    const owner = mayAdminister('writeApplications', call.caller) ? undefined : ownerOf(call.caller)
    const app = await call.directory.apps.create(call.caller.tenant, wanted, owner)
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
