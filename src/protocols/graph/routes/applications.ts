import type { App } from '../../../domain/directory/types.ts'
import { created, noContent, ok } from '../answers.ts'
import { readApplication } from '../application-payload.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { appIn } from '../objects.ts'
import { payloadOf } from '../payload.ts'
import { readApplications, writeApplications } from '../permissions.ts'
import { inMemory, page, single } from '../collection.ts'
import { selectedFrom } from '../query.ts'
import { applicationShape, type ShownApp } from '../shapes/application.ts'

const applications = { of: 'applications', shape: applicationShape }

const listApplications = graphRoute('GET /applications', {
  needs: readApplications,
  run: async (call) => {
    const show = await shower(call)
    const things = (await call.directory.apps.all(call.caller.tenant)).map((app) => show(app))
    const chunks = inMemory(applicationShape, things)
    return ok(call.request, await page(call.request, { ...applications, chunks }))
  },
})

const createApplication = graphRoute('POST /applications', {
  needs: writeApplications,
  run: async (call) => {
    const payload = payloadOf(call.request, 'Application')
    const wanted = { ...readApplication(payload), displayName: payload.needText('displayName') }
    const app = await call.directory.apps.create(call.caller.tenant, wanted)
    return created(call.request, await shownAlone(call, app))
  },
})

const getApplication = graphRoute('GET /applications/:id', {
  needs: readApplications,
  run: async (call) => ok(call.request, await shownAlone(call, await appIn(call))),
})

const updateApplication = graphRoute('PATCH /applications/:id', {
  needs: writeApplications,
  run: async (call) => {
    const app = await appIn(call)
    const change = readApplication(payloadOf(call.request, 'Application'), app)
    await call.directory.apps.update(call.caller.tenant, app.id, change)
    return noContent(call.request)
  },
})

const deleteApplication = graphRoute('DELETE /applications/:id', {
  needs: writeApplications,
  run: async (call) => {
    await call.directory.apps.remove(call.caller.tenant, (await appIn(call)).id)
    return noContent(call.request)
  },
})

export const applicationRoutes = [
  listApplications,
  createApplication,
  getApplication,
  updateApplication,
  deleteApplication,
]

/** Certificates are told whole only where one app's `keyCredentials` were asked for by name, as there. */
async function shownAlone(call: GraphCall, app: App): Promise<Record<string, unknown>> {
  const withKeys = selectedFrom(call.request, applicationShape)?.includes('keyCredentials') ?? false
  const show = await shower(call)
  return single(call.request, applications, show(app, withKeys))
}

async function shower({ directory, caller }: GraphCall): Promise<(app: App, withKeys?: boolean) => ShownApp> {
  const tenant = await directory.tenants.find(caller.tenant)
  return (app, withKeys = false) => ({ app, publisherDomain: tenant?.domains[0], withKeys })
}
