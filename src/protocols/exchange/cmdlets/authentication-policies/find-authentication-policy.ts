import type { AuthenticationPolicy } from '../../../../domain/directory/types.ts'
import type { Context } from '../../command.ts'
import { notFound } from '../../refusals.ts'

export const findAuthenticationPolicy = async (
  { directory, tenant }: Context,
  named: string,
): Promise<AuthenticationPolicy> =>
  (await directory.authenticationPolicies.find(tenant.id, named)) ?? notFound(tenant, named)
