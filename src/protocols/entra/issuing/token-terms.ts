import { ENDS_EARLY, isOverSince } from '../../../access/revocation/planned-end.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../core/duration.ts'
import { seconds, type World } from '../../../core/world.ts'
import type { ServicePrincipal, User } from '../../../domain/directory/types.ts'
import type { AppGrant } from '../../../domain/tokens/types.ts'
import type { EntraDeps } from '../deps.ts'
import type { Form } from '../form.ts'
import type { TokenRequest } from '../grants/grant.ts'
import { isMicrosofts } from '../scopes/scope.ts'

type Terms = Pick<AppGrant, 'audience' | 'version' | 'lifetime' | 'nonceInHeader' | 'capabilities'>

/** What a token is to open. */
interface TokenTermsRequest {
  /** The person whom it is for, unless an app acts as itself. */
  readonly user?: User
  readonly target: ServicePrincipal
  /** The resource as the client asked for it. */
  readonly named: string
}

/** What the resource and the client's request settle of an access token, by whichever grant it comes. */
export function termsOf(deps: EntraDeps, { form }: TokenRequest, { user, target, named }: TokenTermsRequest): Terms {
  const version = target.accessTokenVersion
  const microsoft = isMicrosofts(target)
  // Tokens count seconds: in the one in which the password was changed, a new token looks like one from before.
  const mayEnd = !user || !isOverSince(seconds(deps.world.now()) * SECOND, user)
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

/**
 * Seconds for which an access token is good (docs/reference/identity.md §2.4). Where nothing is set, those of one app
 * do not all end together; one that its client can be told is over before its time lives a day or a little more.
 */
function lifetimeOf({ settings, world }: Pick<EntraDeps, 'settings' | 'world'>, endsEarly: boolean): number {
  const set = settings.access_token_minutes
  if (set !== 'random') return seconds(set * MINUTE)
  return endsEarly ? between(world, DAY, 28 * HOUR) : between(world, HOUR, 90 * MINUTE)
}

/** Whole seconds between two durations, each number as likely as the other; both ends are among them. */
function between(world: World, shortest: number, longest: number): number {
  const [low, high] = [seconds(shortest), seconds(longest)]
  const drawn = world.bytes(4).reduce((sum, octet) => sum * 256 + octet, 0) / 2 ** 32
  return low + Math.floor(drawn * (high - low + 1))
}

/**
 * What the client says that it can do: `{"access_token":{"xms_cc":{"values":["cp1"]}}}` in the parameter `claims`
 * (OpenID Connect Core 1.0 §5.5). Everything else in it is passed over.
 */
function capabilitiesOf(form: Form): readonly string[] {
  const claims = form.get('claims')
  if (claims === undefined) return []
  try {
    const { access_token: asked } = JSON.parse(claims) as { access_token?: { xms_cc?: { values?: unknown } } }
    const values = asked?.xms_cc?.values
    return Array.isArray(values) ? [ENDS_EARLY].filter((known) => values.includes(known)) : []
  } catch {
    return []
  }
}
