import { conjuncts, demandsOf, type ODataFilter } from '../../codecs/odata/filter.ts'
import { type Guid, guid, isGuid, type ServicePrincipalId, type UserId } from '../../core/ids.ts'
import type {
  App,
  AppRoleAssignment,
  AppWhere,
  Consent,
  ConsentWhere,
  Match,
  PageRequest,
  ServicePrincipal,
  User,
  UserWhere,
} from '../../domain/directory/types.ts'
import type { Chunks } from './collection.ts'
import type { CursorPosition } from './shapes/shape.ts'
import type { GraphCall } from './graph-route.ts'

/** Rows that are read together: large enough for few queries, small enough that other work gets its turn. */
const CHUNK = 500

export const userChunks = ({ directory, caller }: GraphCall): Chunks<User> =>
  chunksOf({
    page: (criteria: PageRequest<UserWhere>) => directory.users.page(caller.tenant, criteria),
    find: (id) => directory.users.find(caller.tenant, id),
    where: (filter) => ({
      userPrincipalName: conditionOn(filter, 'userPrincipalName'),
      mail: conditionOn(filter, 'mail'),
      displayName: conditionOn(filter, 'displayName'),
    }),
  })

export const appChunks = ({ directory, caller }: GraphCall): Chunks<App> =>
  chunksOf({
    page: (criteria: PageRequest<AppWhere>) => directory.apps.page(caller.tenant, criteria),
    find: (id) => directory.apps.find(caller.tenant, { id }),
    where: appWhere,
  })

export const servicePrincipalChunks = ({ directory, caller }: GraphCall): Chunks<ServicePrincipal> =>
  chunksOf({
    page: (criteria: PageRequest<AppWhere>) => directory.servicePrincipals.page(caller.tenant, criteria),
    find: (id) => directory.servicePrincipals.find(caller.tenant, { id }),
    where: appWhere,
  })

/** Returns the consents whose client, resource or user the filter names, among those of `own`. */
export const consentChunks = (
  { directory, caller }: GraphCall,
  own: Pick<ConsentWhere, 'client' | 'user'> = {},
): Chunks<Consent> =>
  chunksOf({
    page: (criteria: PageRequest<ConsentWhere>) =>
      directory.consents.page(caller.tenant, { ...criteria, where: { ...criteria.where, ...own } }),
    find: async (id) => {
      const found = await directory.consents.find(caller.tenant, id)
      const { client = found?.client, user = found?.user } = own
      return found?.client === client && found?.user === user ? found : undefined
    },
    where: (filter) => ({
      client: idCondition<ServicePrincipalId>(filter, 'clientId'),
      resource: idCondition<ServicePrincipalId>(filter, 'resourceId'),
      user: idCondition<UserId>(filter, 'principalId'),
    }),
  })

/** Returns the assignments on a resource. On Exchange and Graph there may be one for every app. */
export const assignedToChunks = ({ directory, caller }: GraphCall, resource: string): Chunks<AppRoleAssignment> =>
  chunksOf({
    page: ({ limit, after }: PageRequest<never>) =>
      directory.assignments.pageOn(caller.tenant, resource as ServicePrincipalId, { limit, after }),
    find: async (id) => {
      const found = await directory.assignments.find(caller.tenant, id)
      return found?.resource === resource ? found : undefined
    },
    where: () => undefined,
  })

const appWhere = (filter: ODataFilter): AppWhere => ({
  appId: conditionOn(filter, 'appId'),
  displayName: conditionOn(filter, 'displayName'),
})

interface Source<T, W> {
  readonly page: (criteria: PageRequest<W>) => Promise<readonly T[]>
  readonly find: (id: string) => Promise<T | undefined>
  /** The part of a filter that the directory can search by. */
  readonly where: (filter: ODataFilter) => W | undefined
}

/**
 * Yields all objects that match, and others that the directory finds with the part of the filter that it can search by.
 */
const chunksOf = <T extends CursorPosition, W>({ page, find, where }: Source<T, W>): Chunks<T> =>
  async function* ({ after, filter }) {
    const id = demandsOf(filter).get('id')
    if (typeof id === 'string') {
      const found = await find(id)
      yield found && after === undefined ? [found] : []
      return
    }
    const narrowed = filter && where(filter)
    let last = after
    for (;;) {
      const chunk: readonly T[] = await page({ limit: CHUNK, after: last, where: narrowed })
      yield chunk
      if (chunk.length < CHUNK) return
      last = chunk.at(-1)
    }
  }

function idCondition<T extends Guid>(filter: ODataFilter, property: string): T | undefined {
  const match = conditionOn(filter, property)
  return match && 'is' in match && isGuid(match.is) ? guid<T>(match.is) : undefined
}

/** Returns the value, or the beginning of it, that a filter demands of a property. */
function conditionOn(filter: ODataFilter, property: string): Match | undefined {
  for (const part of conjuncts(filter)) {
    if (!('path' in part) || part.path.join('/').toLowerCase() !== property.toLowerCase()) continue
    if (part.kind === 'eq' && typeof part.value === 'string') return { is: part.value }
    if (part.kind === 'startswith') return { startsWith: part.text }
  }
  return undefined
}
