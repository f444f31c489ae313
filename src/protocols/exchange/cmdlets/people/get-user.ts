import { nextTurn } from '../../../../core/next-turn.ts'
import { getUser as declaration } from '../../../../cmdlets/exchange/people/get-user.ts'
import type { User } from '../../../../domain/directory/types.ts'
import { command, type Context } from '../../command.ts'
import { findUser } from './find-user.ts'
import { userOutput } from '../../objects/user.ts'

const PAGE = 1000

export const getUser = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, { Identity }) {
    if (Identity !== undefined) return [await shown(context, await findUser(context, Identity))]
    return {
      length: await context.directory.users.count(context.tenant.id),
      slice: async (from, to) => Promise.all((await usersAt(context, from, to)).map((user) => shown(context, user))),
    }
  },
})

/** They are read in their order, from the first one on; the ones before are left alone. */
async function usersAt({ directory, tenant }: Context, from: number, to: number): Promise<readonly User[]> {
  const found: User[] = []
  let after: User | undefined
  for (let at = 0; at < to; at += PAGE) {
    const page = await directory.users.page(tenant.id, { limit: Math.min(PAGE, to - at), ...(after && { after }) })
    found.push(...page.slice(Math.max(0, from - at)))
    after = page.at(-1)
    if (page.length < PAGE) break
    await nextTurn()
  }
  return found
}

const shown = async ({ directory, tenant }: Context, user: User) =>
  userOutput(tenant, user, {
    mailbox: await directory.mailboxes.findByAddress(tenant.id, user.userPrincipalName),
    policy: (await directory.authenticationPolicies.ofUser(tenant.id, user.id))?.name,
  })
