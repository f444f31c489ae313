import { demandsOf, type ODataFilter } from '../../../codecs/odata/filter.ts'
import type { Guid } from '../../../core/ids.ts'
import type { Actor, AuditTarget, DirectoryAudit, DirectoryAuditPage } from '../../../domain/directory/types.ts'
import { ok } from '../answers.ts'
import { type Collection, type CollectionRequest, page, single } from '../collection.ts'
import { type GraphCall, graphRoute, timeBounds } from '../graph-route.ts'
import { refuseUnknown } from '../objects.ts'
import { dateTime, type Shape } from '../shapes/shape.ts'

/** Records that are read together. */
const CHUNK = 500

const listAudits = graphRoute('GET /auditLogs/directoryAudits', {
  needs: 'readAudit',
  run: async (call) => ok(call.request, await page(call.request, auditsFor(call))),
})

const getAudit = graphRoute('GET /auditLogs/directoryAudits/:id', {
  needs: 'readAudit',
  run: async (call) => {
    const { id = '' } = call.request.params
    const found = (await call.directory.audits.find(call.caller.tenant, id)) ?? refuseUnknown(id)
    return ok(call.request, await single(call.request, auditsFor(call), found))
  },
})

export const directoryAuditRoutes = [listAudits, getAudit]

const auditsFor = (call: GraphCall): Collection<DirectoryAudit> => ({
  of: 'auditLogs/directoryAudits',
  shape: directoryAuditShape,
  newestFirst: 'activityDateTime',
  largestPage: 1000,
  chunks: (criteria) => chunksOf(call, criteria),
})

async function* chunksOf({ directory, caller }: GraphCall, { after, filter }: CollectionRequest) {
  const narrowed = narrowing(filter)
  let before = after && { at: after.created, id: after.id as Guid }
  for (;;) {
    const found = await directory.audits.page(caller.tenant, { ...narrowed, limit: CHUNK, before })
    yield found
    if (found.length < CHUNK) return
    before = found.at(-1)
  }
}

/** The conditions for the search in the database. It finds all records that match the filter, and others. */
function narrowing(filter: ODataFilter | undefined): Omit<DirectoryAuditPage, 'limit'> {
  const demands = demandsOf(filter)
  const correlation = demands.get('correlationid')
  const actor = demands.get('initiatedby/user/id') ?? demands.get('initiatedby/app/serviceprincipalid')
  return {
    ...timeBounds(filter, 'activityDateTime'),
    ...(typeof correlation === 'string' ? { correlation } : {}),
    ...(typeof actor === 'string' ? { actor } : {}),
  }
}

const directoryAuditShape: Shape<DirectoryAudit> = {
  type: 'directoryAudit',
  position: ({ at, id }) => ({ created: at, id }),
  properties: {
    id: ({ id }) => id,
    category: ({ category }) => category,
    correlationId: ({ correlation }) => correlation,
    result: (audit) => (reasonOf(audit) === undefined ? 'success' : 'failure'),
    resultReason: (audit) => reasonOf(audit) ?? '',
    activityDisplayName: ({ activity }) => activity,
    activityDateTime: ({ at }) => dateTime(at),
    loggedByService: ({ category }) => (category === 'Exchange' ? 'Exchange' : 'Core Directory'),
    operationType: ({ operation }) => operation,
    initiatedBy: ({ actor }) => initiatedBy(actor),
    targetResources: ({ targets, changes }) =>
      targets.map((target, index) => ({
        ...targetResource(target),
        // The changes belong to the first target; the other targets are part of it.
        modifiedProperties: (index === 0 ? changes : []).map(({ property, before, after }) => ({
          displayName: property,
          oldValue: before ?? null,
          newValue: after ?? null,
        })),
      })),
    additionalDetails: () => [],
  },
}

const reasonOf = ({ refused, command }: DirectoryAudit): string | undefined => refused ?? command?.refused

function initiatedBy(actor: Actor) {
  if (actor.kind === 'user') {
    const { id, userPrincipalName } = actor
    return { user: { id, displayName: null, userPrincipalName, ipAddress: null }, app: null }
  }
  const app =
    actor.kind === 'app'
      ? { appId: actor.appId, displayName: actor.name, servicePrincipalId: actor.servicePrincipal }
      : { appId: null, displayName: 'Postern', servicePrincipalId: null }
  return { user: null, app: { ...app, servicePrincipalName: null } }
}

const targetResource = ({ id, displayName, type, userPrincipalName }: AuditTarget) => ({
  id,
  displayName,
  type,
  userPrincipalName: userPrincipalName ?? null,
})
