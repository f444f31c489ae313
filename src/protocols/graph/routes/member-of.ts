import type { ServicePrincipalId, UserId } from '../../../core/ids.ts'
import type { HttpAnswer } from '../../../core/http.ts'
import { ok } from '../answers.ts'
import { inMemory, page } from '../collection.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { principalIn } from '../objects.ts'
import { allows, readApplications, readMe, readUsers } from '../permissions.ts'
import { heldRoleShape } from '../shapes/directory-role.ts'
import { isOneself, oneself, userIn } from './users.ts'

const memberOfUser = graphRoute('GET /users/:id/memberOf', {
  needs: readUsers,
  exempts: async (call) => allows(readMe, call.caller) && isOneself(call),
  run: async (call) => roles(call, (await userIn(call)).id),
})

const memberOfMe = graphRoute('GET /me/memberOf', {
  needs: readMe,
  forPeople: true,
  run: async (call) => roles(call, (await oneself(call)).id),
})

const memberOfPrincipal = graphRoute('GET /servicePrincipals/:id/memberOf', {
  needs: readApplications,
  run: async (call) => roles(call, (await principalIn(call)).id),
})

export const memberOfRoutes = [memberOfUser, memberOfMe, memberOfPrincipal]

/** The directory roles that someone holds: there are no groups. */
async function roles(
  { caller, directory, request }: GraphCall,
  member: UserId | ServicePrincipalId,
): Promise<HttpAnswer> {
  const held = new Set(await directory.directoryRoles.of(caller.tenant, member))
  const all = directory.directoryRoles.templates.map((template) => ({ tenant: caller.tenant, template }))
  const chunks = inMemory(
    heldRoleShape,
    all.filter(({ template }) => held.has(template.id)),
  )
  return ok(request, await page(request, { of: 'directoryObjects', shape: heldRoleShape, chunks }))
}
