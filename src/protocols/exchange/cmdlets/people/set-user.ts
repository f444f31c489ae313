import { setUser as declaration } from '../../../../cmdlets/exchange/people/set-user.ts'
import { command } from '../../command.ts'
import { guardAdministrator } from '../../guard-administrator.ts'
import { findAuthenticationPolicy } from '../authentication-policies/find-authentication-policy.ts'
import { findUser } from './find-user.ts'

export const setUser = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, { Identity, AuthenticationPolicy: named, STSRefreshTokensValidFrom: moment, ...given }) {
    const { directory, tenant } = context
    const { id } = await findUser(context, Identity)
    if (moment !== undefined) await guardAdministrator(context, id)
    const policy = named ? await findAuthenticationPolicy(context, named) : undefined
    const change = {
      ...(given.DisplayName !== undefined && { displayName: given.DisplayName }),
      ...(given.FirstName !== undefined && { givenName: given.FirstName }),
      ...(given.LastName !== undefined && { surname: given.LastName }),
    }
    await directory.together(tenant.id, [
      async (one) => Object.keys(change).length > 0 && one.users.update(tenant.id, id, change),
      async (one) => named !== undefined && one.authenticationPolicies.assign(tenant.id, id, policy?.guid),
      // contract/exchange-admin §4: scripts give it so that a policy counts soon.
      async (one) => moment !== undefined && one.users.revokeSignIns(tenant.id, id),
    ])
    return []
  },
})
