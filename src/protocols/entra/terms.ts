import type { ServicePrincipal } from '../../domain/directory/types.ts'
import type { AppGrant } from '../../domain/tokens/types.ts'
import { capabilitiesOf, ENDS_EARLY } from './capabilities.ts'
import type { EntraDeps } from './deps.ts'
import type { TokenRequest } from './grants/grant.ts'
import { lifetimeOf } from './lifetime.ts'
import { isMicrosofts } from './resource.ts'

type Terms = Pick<AppGrant, 'audience' | 'version' | 'lifetime' | 'nonceInHeader' | 'capabilities'>

/**
 * What the resource and the client's request settle of an access token, by whichever grant it comes. `named`: the
 * resource as the client asked for it.
 */
export function termsOf(deps: EntraDeps, { form }: TokenRequest, target: ServicePrincipal, named: string): Terms {
  const version = target.accessTokenVersion
  const microsoft = isMicrosofts(target)
  // Only Microsoft's own resources end tokens early, so only theirs are long.
  const capabilities = microsoft ? capabilitiesOf(form) : []
  return {
    version,
    audience: version === 2 ? target.appId : named,
    lifetime: lifetimeOf(deps, capabilities.includes(ENDS_EARLY)),
    nonceInHeader: deps.settings.nonce_header && microsoft,
    ...(capabilities.length > 0 && { capabilities }),
  }
}
