import { demandsOf } from '../../codecs/odata/filter.ts'
import type { App, ServicePrincipal, User } from '../../domain/directory/types.ts'
import { type Asked, type Chunks, inMemory } from './collection.ts'
import type { GraphCall } from './graph-route.ts'
import { servicePrincipalShape } from './shapes/service-principal.ts'
import { userShape } from './shapes/user.ts'

export const userChunks = ({ directory, caller }: GraphCall): Chunks<User> =>
  async function* (asked) {
    const named = demandedText(asked, 'id', 'userprincipalname')
    if (named === undefined) yield* inMemory(userShape, await directory.users.all(caller.tenant))(asked)
    else yield found(await directory.users.find(caller.tenant, named))
  }

export const appChunks = ({ directory, caller }: GraphCall): Chunks<App> =>
  async function* (asked) {
    const [id, appId] = [demandedText(asked, 'id'), demandedText(asked, 'appid')]
    if (appId !== undefined) yield found(await directory.apps.find(caller.tenant, { appId }))
    else if (id !== undefined) yield found(await directory.apps.find(caller.tenant, { id }))
    else {
      const all = await directory.apps.all(caller.tenant)
      yield* inMemory({ place: (app: App) => app }, all)(asked)
    }
  }

export const servicePrincipalChunks = ({ directory, caller }: GraphCall): Chunks<ServicePrincipal> =>
  async function* (asked) {
    const [id, appId] = [demandedText(asked, 'id'), demandedText(asked, 'appid')]
    if (appId !== undefined) yield found(await directory.servicePrincipals.find(caller.tenant, { appId }))
    else if (id !== undefined) yield found(await directory.servicePrincipals.find(caller.tenant, { id }))
    else yield* inMemory(servicePrincipalShape, await directory.servicePrincipals.all(caller.tenant))(asked)
  }

/** What the filter wants the first of these properties to be that it names. */
function demandedText({ filter }: Asked, ...names: readonly string[]): string | undefined {
  const demands = demandsOf(filter)
  return names.map((name) => demands.get(name)).find((value) => typeof value === 'string')
}

const found = <T>(thing: T | undefined): readonly T[] => (thing === undefined ? [] : [thing])
