import { createHmac } from 'node:crypto'
import { MINUTE } from '../core/duration.ts'
import { Refusal } from '../core/refusal.ts'
import type { Log } from '../core/log.ts'
import { seconds, type World } from '../core/world.ts'
import { type OutboundAccess, outboundRequest } from '../net/outbound-request.ts'

/** Milliseconds from the start to the answer's status. */
const PATIENCE = 10_000
/** Milliseconds until it is told again, after each time that it could not be. */
const AGAIN = [MINUTE, 600_000] as const
/** Notices that wait to be told again; what comes then is not. */
const MOST_WAITING = 20

interface Deps extends OutboundAccess {
  /** Chosen by whoever runs the server; empty for none. It may hold a secret, and is not logged but for its host. */
  readonly url: string
  /** What notices are signed with; empty for nothing. */
  readonly secret: string
  readonly world: World
  readonly log: Log
}

/** Tells another service something as JSON. Resolves when it was tried once; what could not be told is told again twice. */
export type Webhook = (what: object) => Promise<void>

interface Delivery {
  /** The same each time, so that what is told twice can be told apart from two things. */
  readonly id: string
  readonly body: string
  readonly tries: number
}

export function createWebhook(deps: Deps): Webhook {
  const { url, world, log } = deps
  if (url === '') return async () => {}
  const { host } = new URL(url)
  let waiting = 0

  async function deliver(delivery: Delivery): Promise<void> {
    const failed = await tell(deps, delivery)
    if (!failed) return
    const wait = failed.passing && waiting < MOST_WAITING ? AGAIN[delivery.tries] : undefined
    log.warn(
      { host, ...failed.what, delivery: delivery.id, again: wait !== undefined },
      'The webhook was not told a notice',
    )
    if (wait === undefined) return
    waiting++
    world.after(wait, () => {
      waiting--
      void deliver({ ...delivery, tries: delivery.tries + 1 })
    })
  }
  return (what) => deliver({ id: world.guid(), body: JSON.stringify(what), tries: 0 })
}

/** Why it was not told, and whether it may be later. */
interface Failed {
  readonly what: { readonly status: number } | { readonly why: string | undefined }
  readonly passing: boolean
}

async function tell(deps: Deps, { id, body }: Delivery): Promise<Failed | undefined> {
  const ending = new AbortController()
  const forget = deps.world.after(PATIENCE, () => ending.abort())
  try {
    const headers = { 'x-postern-delivery': id, ...signatureOf(deps, body) }
    const status = await post(deps, { body, headers, signal: ending.signal })
    // A redirect is not followed: what is told is for the one who was named.
    if (status >= 200 && status <= 299) return undefined
    return { what: { status }, passing: status >= 500 || status === 429 || status === 408 }
  } catch (error) {
    if (error instanceof Refusal) return { what: { why: error.message }, passing: false }
    const why = ending.signal.aborted ? 'It did not answer in time' : (error as NodeJS.ErrnoException).code
    return { what: { why }, passing: true }
  } finally {
    forget()
  }
}

/** The moment is signed too, so that an old notice cannot be told again by somebody else. */
function signatureOf({ secret, world }: Deps, body: string): Readonly<Record<string, string>> {
  if (secret === '') return {}
  const at = seconds(world.now())
  const mac = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
  return { 'x-postern-signature': `t=${at},v1=${mac}` }
}

/** Returns the status of the response. */
async function post(
  { url, ...access }: Deps,
  sent: { readonly body: string; readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<number> {
  const { body, signal } = sent
  const answer = await outboundRequest(new URL(url), access, {
    method: 'POST',
    body,
    signal,
    headers: { ...sent.headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  })
  answer.destroy()
  return answer.statusCode ?? 0
}
