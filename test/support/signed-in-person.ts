import type { AppId } from '../../src/core/ids.ts'
import type { User } from '../../src/domain/directory/types.ts'
import type { AdminContext } from './admin-context.ts'

export const PASSWORD = 'Correct horse battery staple'

/** To open a context with, where people are to sign in with no page. */
export const withPasswords = { 'entra.ropc': 'true' } as const

export interface SignedInPerson {
  readonly user: User
  readonly appId: AppId
  /** An access token by which the app acts for the person. */
  readonly token: string
}

/**
 * A person with a mailbox and directory roles who signs in to an app of their own, which may use scopes of Exchange.
 */
export async function signInPerson(
  context: AdminContext,
  word: string,
  { scopes, directoryRoles = [] }: { scopes: readonly string[]; directoryRoles?: readonly string[] },
): Promise<SignedInPerson> {
  const { directory, tenant } = context
  const address = `${word}@contoso.test`
  await directory.mailboxes.create(tenant.id, {
    name: word,
    alias: word,
    displayName: word,
    primarySmtpAddress: address,
    userPrincipalName: address,
    type: 'UserMailbox',
    password: PASSWORD,
  })
  const user = (await directory.users.find(tenant.id, address))!
  for (const role of directoryRoles) await directory.directoryRoles.assign(tenant.id, user.id, role)
  const app = await directory.apps.create(tenant.id, {
    displayName: `${word}'s program`,
    properties: { isFallbackPublicClient: true },
  })
  const client = await directory.servicePrincipals.create(tenant.id, { appId: app.appId })
  const exchange = await directory.servicePrincipals.findResource(tenant.id, 'https://outlook.office365.com')
  await directory.consents.create(tenant.id, {
    client: client.id,
    consentType: 'Principal',
    user: user.id,
    resource: exchange!.id,
    scopes,
  })
  const answer = await context.ask('POST', `/${tenant.id}/oauth2/v2.0/token`, {
    bearer: undefined,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      grant_type: 'password',
      client_id: app.appId,
      username: address,
      password: PASSWORD,
      scope: scopes.map((scope) => `https://outlook.office365.com/${scope}`).join(' '),
    }).toString(),
  })
  const { access_token: token } = answer.json<{ access_token?: string }>()
  if (token === undefined) throw new Error(answer.rawPayload.toString())
  return { user, appId: app.appId, token }
}
