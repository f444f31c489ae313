import { removeAuthenticationPolicy as declaration } from '../../../../cmdlets/exchange/authentication-policies/remove-authentication-policy.ts'
import { command } from '../../command.ts'
import { findAuthenticationPolicy } from './find-authentication-policy.ts'

export const removeAuthenticationPolicy = command({
  declaration,
  role: 'Organization Configuration',
  async run(context, { Identity }) {
    const { guid } = await findAuthenticationPolicy(context, Identity)
    await context.directory.authenticationPolicies.remove(context.tenant.id, guid)
    return []
  },
})
