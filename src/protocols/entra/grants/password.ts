import type { PasswordCheck, Tenant, User } from '../../../domain/directory/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { personOf } from '../person.ts'
import { sharedTenant } from '../client.ts'
import { delegatedClient, issueFirst, newlyRequestedScope, authenticateDelegatedClient } from './delegated-client.ts'
import type { Grant, IssuedTokens, TokenRequest } from './grant.ts'

/** A program sends a user's name and password (docs/reference/identity.md §7.4). Off by default. */
export const password: Grant = { type: 'password', redeem }

async function redeem(deps: EntraDeps, request: TokenRequest): Promise<IssuedTokens> {
  const { form, http, attempt } = request
  if (!deps.settings.ropc) deny(70003, 'password')
  const shared = sharedTenant(request.tenant)
  if (shared === 'common' || shared === 'consumers') deny(9001023)
  const client = await delegatedClient(deps, request)
  const { app } = client
  const appidacr = await authenticateDelegatedClient(deps, request, client, app.allowsPublicClient)
  const requested = newlyRequestedScope(request)
  const name = form.need('username')
  const tenant = client.tenant ?? (await tenantOfName(deps, name))
  const check = await deps.directory.users.checkPassword(tenant.id, name, form.need('password'), http.from)
  attempt.inTenant(tenant)
  attempt.knows({ user: check.user ?? { id: undefined, userPrincipalName: name, displayName: undefined } })
  const user = checked(check, name, tenant)
  attempt.passed('grant', 'The password is right.')
  const { world } = deps
  const session = world.guid()
  const signedIn = { tenant: tenant.id, user: user.id, session, at: world.now(), amr: ['pwd'], from: http.from }
  const person = await personOf(deps, signedIn, client, { attempt, confidential: false })
  return issueFirst(deps, request, {
    app,
    appidacr,
    person,
    requested,
    nonce: undefined,
    authorized: { signedIn, appId: app.appId, scope: form.get('scope') ?? '', resource: form.get('resource') },
    revoked: () => deny(70000),
  })
}

/** `organizations`: uses the tenant of the name's domain. */
async function tenantOfName({ directory }: EntraDeps, name: string): Promise<Tenant> {
  const domain = name.slice(name.lastIndexOf('@') + 1).trim()
  return (await directory.tenants.find(domain.toLowerCase())) ?? deny(50034, name, domain)
}

/** docs/reference/identity.md §8.2. A program cannot change a password, so one that must be changed is refused. */
function checked(check: PasswordCheck, name: string, tenant: Tenant): User {
  if (check.ok) return check.mustChange ? deny(50055) : check.user
  return denials[check.because](name, tenant)
}

const denials: Record<Exclude<PasswordCheck, { ok: true }>['because'], (name: string, tenant: Tenant) => never> = {
  unknown: (name, tenant) => deny(50034, name, tenant.displayName),
  wrong: () => deny(50126),
  locked: () => deny(50053),
  disabled: () => deny(50057),
  'no-password': () => deny(50056),
}
