import { demandsOf, type ODataFilter } from '../../../codecs/odata/filter.ts'
import type { Guid } from '../../../core/ids.ts'
import type { DirectoryAudit, DirectoryAuditPage } from '../../../domain/directory/types.ts'
import { ok } from '../answers.ts'
import { type CollectionRequest, type Collection, page, single } from '../collection.ts'
import { type GraphCall, graphRoute, timeBounds } from '../graph-route.ts'
import { refuseUnknown } from '../objects.ts'
import { directoryAuditShape } from '../shapes/directory-audit.ts'

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
