import { noContent, ok } from '../answers.ts'
import { inMemory, page } from '../collection.ts'
import { badRequest } from '../errors.ts'
import { graphRoute } from '../graph-route.ts'
import { appIn, memberId, ownsApp, referenced, refuseUnknown } from '../objects.ts'
import { payloadOf } from '../payload.ts'
import { directoryObjectShape } from '../shapes/directory-role.ts'

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
