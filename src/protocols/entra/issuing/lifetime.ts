import type { World } from '../../../core/world.ts'
import type { EntraDeps } from '../deps.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE

/**
 * Seconds for which an access token is good (contract/identity §2.4). Where nothing is set, those of one app do not all
 * end together; one that its client can be told is over before its time lives a day or a little more.
 */
export function lifetimeOf({ settings, world }: Pick<EntraDeps, 'settings' | 'world'>, endsEarly: boolean): number {
  const set = settings.access_token_minutes
  if (set !== 'random') return set * MINUTE
  return endsEarly ? between(world, 24 * HOUR, 28 * HOUR) : between(world, 60 * MINUTE, 90 * MINUTE)
}

/** A whole number, each as likely as the other; both ends are among them. */
function between(world: World, low: number, high: number): number {
  const drawn = world.bytes(4).reduce((sum, octet) => sum * 256 + octet, 0) / 2 ** 32
  return low + Math.floor(drawn * (high - low + 1))
}
