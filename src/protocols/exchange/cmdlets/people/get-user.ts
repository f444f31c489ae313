import { getUser as declaration } from '../../../../cmdlets/exchange/people/get-user.ts'
import type { User } from '../../../../domain/directory/types.ts'
import { command, type Context } from '../../command.ts'
import { findUser } from './find-user.ts'
import { userOutput } from '../../objects/user.ts'

export const getUser = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, { Identity, ResultSize = 1000 }) {
    const { directory, tenant } = context
    if (Identity !== undefined) return [await shown(context, await findUser(context, Identity))]
    // One more than is wanted tells the runner that there are more.
    const limit = Math.min(ResultSize + 1, Number.MAX_SAFE_INTEGER)
    const users = await directory.users.page(tenant.id, { limit })
    return Promise.all(users.map((user) => shown(context, user)))
  },
})

const shown = async ({ directory, tenant }: Context, user: User) =>
  userOutput(tenant, user, {
    mailbox: await directory.mailboxes.findByAddress(tenant.id, user.userPrincipalName),
    policy: (await directory.authenticationPolicies.ofUser(tenant.id, user.id))?.name,
  })
