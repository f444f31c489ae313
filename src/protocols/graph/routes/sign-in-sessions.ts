import type { HttpAnswer } from '../../../core/http.ts'
import type { User } from '../../../domain/directory/types.ts'
import { ok } from '../answers.ts'
import { type GraphCall, graphRoute } from '../graph-route.ts'
import { allows, revokeMine, revokeSessions } from '../permissions.ts'
import { guardAdministrator, isOneself, oneself, userIn } from './users.ts'

/** Ends what a person's sign-ins gave apps and browsers: refresh tokens, codes, sessions. Access tokens end by themselves. */
const revokeOfUser = graphRoute('POST /users/:id/revokeSignInSessions', {
  needs: revokeSessions,
  exempts: async (call) => allows(revokeMine, call.caller) && isOneself(call),
  run: async (call) => {
    const user = await userIn(call)
    if (!isOneself(call)) await guardAdministrator(call, user)
    return revoke(call, user)
  },
})

const revokeOwn = graphRoute('POST /me/revokeSignInSessions', {
  needs: revokeMine,
  forPeople: true,
  run: async (call) => revoke(call, await oneself(call)),
})

export const signInSessionRoutes = [revokeOfUser, revokeOwn]

async function revoke({ directory, request }: GraphCall, user: User): Promise<HttpAnswer> {
  await directory.users.revokeSignIns(user.tenant, user.id)
  return ok(request, { '@odata.context': `${request.base}/v1.0/$metadata#Edm.Boolean`, value: true })
}
