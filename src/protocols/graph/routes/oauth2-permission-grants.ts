import type { ServicePrincipalId, UserId } from '../../../core/ids.ts'
import type { Consent, NewConsent } from '../../../domain/directory/types.ts'
import { created, noContent, ok } from '../answers.ts'
import { page, single } from '../collection.ts'
import { consentChunks } from '../directory-chunks.ts'
import { badRequest } from '../errors.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { principalIn, refuseUnknown } from '../objects.ts'
import { type Payload, payloadOf } from '../payload.ts'
import { oauth2PermissionGrantShape } from '../shapes/service-principal.ts'
import { userIn } from './users.ts'

const grants = { of: 'oauth2PermissionGrants', shape: oauth2PermissionGrantShape }

const listGrants = graphRoute('GET /oauth2PermissionGrants', {
  needs: 'readGrants',
  run: async (call) => ok(call.request, await page(call.request, { ...grants, chunks: consentChunks(call) })),
})

const createGrant = graphRoute('POST /oauth2PermissionGrants', {
  needs: 'writeGrants',
  run: async ({ directory, caller, request }) => {
    const consent = await directory.consents.create(
      caller.tenant,
      readGrant(payloadOf(request, 'OAuth2PermissionGrant')),
    )
    return created(request, await single(request, grants, consent))
  },
})

const getGrant = graphRoute('GET /oauth2PermissionGrants/:id', {
  needs: 'readGrants',
  run: async (call) => ok(call.request, await single(call.request, grants, await grantIn(call))),
})

const updateGrant = graphRoute('PATCH /oauth2PermissionGrants/:id', {
  needs: 'writeGrants',
  run: async (call) => {
    const { directory, caller, request } = call
    const { id } = await grantIn(call)
    const payload = payloadOf(request, 'OAuth2PermissionGrant').only(['scope'])
    await directory.consents.update(caller.tenant, id, scopesIn(payload.needText('scope')))
    return noContent(request)
  },
})

const deleteGrant = graphRoute('DELETE /oauth2PermissionGrants/:id', {
  needs: 'writeGrants',
  run: async (call) => {
    await call.directory.consents.remove(call.caller.tenant, (await grantIn(call)).id)
    return noContent(call.request)
  },
})

/** The consents of one client. */
const listGrantsOfPrincipal = graphRoute('GET /servicePrincipals/:id/oauth2PermissionGrants', {
  needs: 'readGrants',
  run: async (call) => {
    const principal = await principalIn(call)
    const chunks = consentChunks(call, { client: principal.id })
    const of = `servicePrincipals('${principal.id}')/oauth2PermissionGrants`
    return ok(call.request, await page(call.request, { ...grants, of, chunks }))
  },
})

/** The consents of one user, or by an administrator for them. */
const listGrantsOfUser = graphRoute('GET /users/:id/oauth2PermissionGrants', {
  needs: 'readGrants',
  run: async (call) => {
    const user = await userIn(call)
    const of = `users('${user.id}')/oauth2PermissionGrants`
    const chunks = consentChunks(call, { user: user.id })
    return ok(call.request, await page(call.request, { ...grants, of, chunks }))
  },
})

export const oauth2PermissionGrantRoutes = [
  listGrants,
  createGrant,
  getGrant,
  updateGrant,
  deleteGrant,
  listGrantsOfPrincipal,
  listGrantsOfUser,
]

async function grantIn({ directory, caller, request }: GraphCall): Promise<Consent> {
  const { id = '' } = request.params
  return (await directory.consents.find(caller.tenant, id)) ?? refuseUnknown(id)
}

/** `startTime` and `expiryTime` are accepted and ignored, as in Graph. */
function readGrant(payload: Payload): NewConsent {
  payload.only(['clientId', 'consentType', 'principalId', 'resourceId', 'scope', 'startTime', 'expiryTime'])
  const consentType = payload.needText('consentType')
  if (consentType !== 'AllPrincipals' && consentType !== 'Principal') {
    return badRequest("Invalid value specified for property 'consentType'.", 'Request_BadRequest')
  }
  const user = payload.id<UserId>('principalId')
  if ((consentType === 'Principal') !== (user !== undefined)) {
    badRequest(
      "The property 'principalId' names the user of a consent of the type 'Principal', and of no other.",
      'Request_BadRequest',
    )
  }
  return {
    client: payload.needId<ServicePrincipalId>('clientId'),
    consentType,
    user,
    resource: payload.needId<ServicePrincipalId>('resourceId'),
    scopes: scopesIn(payload.needText('scope')),
  }
}

const scopesIn = (text: string): readonly string[] => [...new Set(text.split(' ').filter((scope) => scope !== ''))]
