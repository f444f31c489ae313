import type { Authorization } from '../../../domain/authorization/types.ts'
import type { EntraDeps } from '../deps.ts'
import { type Delegation, givenRefreshToken, issueToUser } from '../issuing/user-tokens.ts'
import { maySignInAgain } from './requested-scope.ts'
import type { Issued, TokenRequest } from './grant.ts'

interface First extends Omit<Delegation, 'refresh'> {
  /** What the person let the app have. */
  readonly authorized: Omit<Authorization, 'nonce'>
  readonly singlePage?: boolean
  /** What the refresh token is given for, where it was told to the app. */
  readonly code?: string
  /** Refuses where that was revoked meanwhile. */
  readonly revoked: () => never
}

/** Issues what an app gets when it comes for the first time: a refresh token too, where it may come again. */
export function issueFirst(deps: EntraDeps, request: TokenRequest, first: First): Promise<Issued> {
  const { authorized, singlePage = false, code, revoked, ...delegation } = first
  const { signedIn, appId, scope, resource } = authorized
  const confidential = delegation.appidacr !== '0'
  const grant = { signedIn, appId, scope, resource, nonce: undefined, singlePage, confidential }
  const refresh = () => givenRefreshToken(deps, grant, revoked, code)
  return issueToUser(deps, request, {
    ...delegation,
    ...(maySignInAgain(request, scope) && { refresh }),
  })
}
