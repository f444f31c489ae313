import { ENDS_EARLY, isOverSince } from '../../../access/revocation/ended-early.ts'
import { seconds } from '../../../core/world.ts'
import type { ServicePrincipal, User } from '../../../domain/directory/types.ts'
import type { AppGrant } from '../../../domain/tokens/types.ts'
import { capabilitiesOf } from './capabilities.ts'
import type { EntraDeps } from '../deps.ts'
import type { TokenRequest } from '../grants/grant.ts'
import { lifetimeOf } from './lifetime.ts'
import { isMicrosofts } from '../scopes/resource.ts'

type Terms = Pick<AppGrant, 'audience' | 'version' | 'lifetime' | 'nonceInHeader' | 'capabilities'>

/** What a token is to open. */
interface Wanted {
  /** The person whom it is for, unless an app acts as itself. */
  readonly user?: User
  readonly target: ServicePrincipal
  /** The resource as the client asked for it. */
  readonly named: string
}

/** What the resource and the client's request settle of an access token, by whichever grant it comes. */
export function termsOf(deps: EntraDeps, { form }: TokenRequest, { user, target, named }: Wanted): Terms {
  const version = target.accessTokenVersion
  const microsoft = isMicrosofts(target)
  // Tokens count seconds: in the one in which the password was changed, a new token looks like one from before.
  const mayEnd = !user || !isOverSince(seconds(deps.world.now()) * 1000, user)
  // Only Microsoft's own resources end tokens early, so only theirs are long.
  const capabilities = microsoft && mayEnd ? capabilitiesOf(form) : []
  return {
    version,
    audience: version === 2 ? target.appId : named,
    lifetime: lifetimeOf(deps, capabilities.includes(ENDS_EARLY)),
    nonceInHeader: deps.settings.nonce_header && microsoft,
    ...(capabilities.length > 0 && { capabilities }),
  }
}
