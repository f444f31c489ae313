import type { ServicePrincipal } from '../../../domain/directory/types.ts'
import type { AppGrant, TokenClaims } from '../../../domain/tokens/types.ts'
import { capabilitiesOf, ENDS_EARLY } from './capabilities.ts'
import type { EntraDeps } from '../deps.ts'
import type { TokenRequest } from '../grants/grant.ts'
import { lifetimeOf } from './lifetime.ts'
import { isMicrosofts } from '../scopes/resource.ts'

type Terms = Pick<AppGrant, 'audience' | 'version' | 'lifetime' | 'nonceInHeader' | 'capabilities'>

/** What a token is to open, and for whom. */
interface Wanted {
  readonly kind: TokenClaims['idtyp']
  readonly target: ServicePrincipal
  /** The resource as the client asked for it. */
  readonly named: string
}

/** What the resource and the client's request settle of an access token, by whichever grant it comes. */
export function termsOf(deps: EntraDeps, { form }: TokenRequest, { kind, target, named }: Wanted): Terms {
  const version = target.accessTokenVersion
  const microsoft = isMicrosofts(target)
  // Only Microsoft's own resources end tokens early, so only theirs are long. What ends a person's there, a new password
  // and sign-ins that were revoked, ends no access token here: so long ones are for apps alone.
  const capabilities = microsoft ? capabilitiesOf(form) : []
  const isLong = kind === 'app' && capabilities.includes(ENDS_EARLY)
  return {
    version,
    audience: version === 2 ? target.appId : named,
    lifetime: lifetimeOf(deps, isLong),
    nonceInHeader: deps.settings.nonce_header && microsoft,
    ...(capabilities.length > 0 && { capabilities }),
  }
}
