import { setUser as declaration } from '../../../cmdlets/exchange/set-user.ts'
import { command } from '../command.ts'
import { findAuthenticationPolicy } from '../find-authentication-policy.ts'
import { findUser } from '../find-user.ts'

export const setUser = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, { Identity, AuthenticationPolicy: named }) {
    const { directory, tenant } = context
    const { id } = await findUser(context, Identity)
    if (named !== undefined) {
      const policy = named === null ? undefined : await findAuthenticationPolicy(context, named)
      await directory.authenticationPolicies.assign(tenant.id, id, policy?.guid)
    }
    return []
  },
})
