import * as declared from '../../../cmdlets/exchange/users.ts'
import { yieldToEventLoop } from '../../../core/concurrency.ts'
import type { MailboxRecord, Tenant, User } from '../../../domain/directory/types.ts'
import { type CmdletContext, command, guardAdministrator } from '../command.ts'
import { findUser } from '../find.ts'
import { metadata, type Output } from '../objects/output.ts'
import { findAuthenticationPolicy } from './authentication-policies.ts'

const PAGE = 1000

export const getUser = command({
  declaration: declared.getUser,
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
async function usersAt({ directory, tenant }: CmdletContext, from: number, to: number): Promise<readonly User[]> {
  const found: User[] = []
  let after: User | undefined
  for (let at = 0; at < to; at += PAGE) {
    const page = await directory.users.page(tenant.id, { limit: Math.min(PAGE, to - at), ...(after && { after }) })
    found.push(...page.slice(Math.max(0, from - at)))
    after = page.at(-1)
    if (page.length < PAGE) break
    await yieldToEventLoop()
  }
  return found
}

const shown = async ({ directory, tenant }: CmdletContext, user: User) =>
  userOutput(tenant, user, {
    mailbox: await directory.mailboxes.findByAddress(tenant.id, user.userPrincipalName),
    policy: (await directory.authenticationPolicies.ofUser(tenant.id, user.id))?.name,
  })

export const setUser = command({
  declaration: declared.setUser,
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
      // docs/reference/exchange-admin.md §4: scripts give it so that a policy counts soon.
      async (one) => moment !== undefined && one.users.revokeSignIns(tenant.id, id),
    ])
    return []
  },
})

/** A user as `Get-User` shows them; `mailbox` is the one behind them, where there is one. */
export const userOutput = (
  tenant: Tenant,
  user: User,
  { mailbox, policy }: { mailbox: MailboxRecord | undefined; policy: string | undefined },
): Output => ({
  UserPrincipalName: user.userPrincipalName,
  DisplayName: user.displayName,
  FirstName: user.givenName ?? '',
  LastName: user.surname ?? '',
  WindowsEmailAddress: user.mail ?? '',
  RecipientTypeDetails: mailbox?.type ?? 'User',
  AccountDisabled: !user.accountEnabled,
  AuthenticationPolicy: policy ?? null,
  StsRefreshTokensValidFrom: new Date(Math.max(user.created, user.signInsRevoked ?? 0)),
  ExternalDirectoryObjectId: user.id,
  Name: mailbox?.name ?? user.mailNickname,
  Identity: mailbox?.name ?? user.mailNickname,
  Id: mailbox?.name ?? user.mailNickname,
  Guid: mailbox?.guid ?? user.id,
  ExchangeObjectId: mailbox?.guid ?? user.id,
  ...metadata(tenant, {
    name: mailbox?.name ?? user.mailNickname,
    created: user.created,
    changed: mailbox?.changed ?? user.created,
  }),
})
