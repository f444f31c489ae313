import { HOUR } from '../core/time.ts'
import { seconds } from '../core/world.ts'
import type { TokenClaims } from '../domain/tokens/types.ts'
import type { AccessDeps } from './deps.ts'
import { judge } from './graph-entry.ts'
import type { GraphMailbox, GraphMailboxRequest } from './types.ts'

/** Who created a subscription, and how they named the mailbox. */
interface Subscriber extends Pick<GraphMailboxRequest, 'permission' | 'user'> {
  readonly claims: TokenClaims
}

/** The creator of a subscription, for storage. */
export const subscriberAuthority = ({ claims, permission, user }: Subscriber): string =>
  JSON.stringify({ claims, permission, user })

/**
 * Opens the mailbox as for a request that the creator would send now. The subscription outlives the token, so the
 * permissions in effect now count, whatever the token contains.
 */
export async function openForSubscriber(deps: AccessDeps, authority: string): Promise<GraphMailbox> {
  const { claims: given, permission, user } = JSON.parse(authority) as Subscriber
  const claims = { ...given, exp: seconds(deps.world.now() + HOUR) }
  const revocation = await deps.revocation(claims.tid)
  const { moment } = revocation
  const current = { ...deps, rules: { ...deps.rules, immediateRevocation: true } }
  const { ground, caller, record, basic } = await judge(
    current,
    { bearer: '', permission, user, from: '' },
    claims,
    'refusals',
  )
  const { signal, leave } = revocation.watch(ground, moment)
  try {
    return { caller, mailbox: await deps.mail.open(record.id, signal), record, basic, claims, leave }
  } catch (error) {
    leave()
    throw error
  }
}
