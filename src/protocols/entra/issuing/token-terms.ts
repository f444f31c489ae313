import { ENDS_EARLY, isOverSince } from '../../../access/revocation/planned-end.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../core/time.ts'
import { seconds, type World } from '../../../core/world.ts'
import type { ServicePrincipal, User } from '../../../domain/directory/types.ts'
import type { AppGrant } from '../../../domain/tokens/types.ts'
import type { EntraDeps } from '../deps.ts'
import type { Form } from '../form.ts'
import type { TokenRequest } from '../grants/grant.ts'
import { isMicrosofts } from '../scopes/scope.ts'

type Terms = Pick<AppGrant, 'audience' | 'version' | 'lifetime' | 'nonceInHeader' | 'capabilities'>

/** The resource and user of a token. */
interface TokenTermsRequest {
  /** The user; undefined if an app acts as itself. */
  readonly user?: User
  readonly target: ServicePrincipal
  /** The resource as the client spelled it. */
  readonly named: string
}

/** Returns the terms of an access token that depend on the resource and the request, the same for every grant. */
export function termsOf(deps: EntraDeps, { form }: TokenRequest, { user, target, named }: TokenTermsRequest): Terms {
  const version = target.accessTokenVersion
  const microsoft = isMicrosofts(target)
  // Token times are whole seconds: a token issued in the second of a password change looks older than it.
  const mayEnd = !user || !isOverSince(seconds(deps.world.now()) * SECOND, user)
  // Only Microsoft's resources end tokens early, so only their tokens live longer.
  const capabilities = microsoft && mayEnd ? capabilitiesOf(form) : []
  return {
    version,
    audience: version === 2 ? target.appId : named,
    lifetime: lifetimeOf(deps, capabilities.includes(ENDS_EARLY)),
    nonceInHeader: deps.settings.nonce_header && microsoft,
    ...(capabilities.length > 0 && { capabilities }),
  }
}

/**
 * The lifetime of an access token in seconds (docs/reference/identity.md §2.4). By default it is random, so that an
 * app's tokens do not all expire together. A token that can be ended early lives for a day or a little more.
 */
function lifetimeOf({ settings, world }: Pick<EntraDeps, 'settings' | 'world'>, endsEarly: boolean): number {
  const set = settings.access_token_minutes
  if (set !== 'random') return seconds(set * MINUTE)
  return endsEarly ? between(world, DAY, 28 * HOUR) : between(world, HOUR, 90 * MINUTE)
}

/** A random number of seconds, both limits included. */
function between(world: World, shortest: number, longest: number): number {
  const [low, high] = [seconds(shortest), seconds(longest)]
  const drawn = world.bytes(4).reduce((sum, octet) => sum * 256 + octet, 0) / 2 ** 32
  return low + Math.floor(drawn * (high - low + 1))
}

/**
 * Reads the client's capabilities from the parameter `claims` (OpenID Connect Core 1.0 §5.5):
 * `{"access_token":{"xms_cc":{"values":["cp1"]}}}`. Everything else in it is ignored.
 */
function capabilitiesOf(form: Form): readonly string[] {
  const claims = form.get('claims')
  if (claims === undefined) return []
  try {
    const { access_token: requested } = JSON.parse(claims) as { access_token?: { xms_cc?: { values?: unknown } } }
    const values = requested?.xms_cc?.values
    return Array.isArray(values) ? [ENDS_EARLY].filter((known) => values.includes(known)) : []
  } catch {
    return []
  }
}
