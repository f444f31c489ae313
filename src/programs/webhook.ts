import { createHmac } from 'node:crypto'
import { MINUTE } from '../core/time.ts'
import { Refusal } from '../core/refusal.ts'
import type { Log } from '../core/log.ts'
import { seconds, type World } from '../core/world.ts'
import { type OutboundAccess, outboundRequest } from '../net/outbound-request.ts'

/** Milliseconds from the start of a request to the status of the response. */
const REQUEST_TIMEOUT = 10_000
/** Milliseconds to wait after each failed attempt. */
const RETRY_DELAYS = [MINUTE, 600_000] as const
/** Notices that can wait for another attempt; further ones get none. */
const MOST_WAITING = 20

interface Deps extends OutboundAccess {
  /** The setting of the operator; empty for none. It can contain a secret, so only its host is logged. */
  readonly url: string
  /** The key that signs notices; empty for no signature. */
  readonly secret: string
  readonly world: World
  readonly log: Log
}

/** Sends a notice as JSON to another service. Resolves after the first attempt; two more follow if it failed. */
export type Webhook = (what: object) => Promise<void>

interface Delivery {
  /** The same for every attempt, so that the receiver recognizes a repetition. */
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
    const failed = await send(deps, delivery)
    if (!failed) return
    const wait = failed.passing && waiting < MOST_WAITING ? RETRY_DELAYS[delivery.tries] : undefined
    log.warn(
      { host, ...failed.what, delivery: delivery.id, again: wait !== undefined },
      'A notice did not reach the webhook',
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

/** Why an attempt failed, and whether another one can succeed. */
interface Failed {
  readonly what: { readonly status: number } | { readonly why: string | undefined }
  readonly passing: boolean
}

async function send(deps: Deps, { id, body }: Delivery): Promise<Failed | undefined> {
  const ending = new AbortController()
  const forget = deps.world.after(REQUEST_TIMEOUT, () => ending.abort())
  try {
    const headers = { 'x-postern-delivery': id, ...signatureOf(deps, body) }
    const status = await post(deps, { body, headers, signal: ending.signal })
    // A redirect is not followed: the notice is for the configured URL only.
    if (status >= 200 && status <= 299) return undefined
    return { what: { status }, passing: status >= 500 || status === 429 || status === 408 }
  } catch (error) {
    if (error instanceof Refusal) return { what: { why: error.message }, passing: false }
    const why = ending.signal.aborted ? 'The webhook did not answer in time' : (error as NodeJS.ErrnoException).code
    return { what: { why }, passing: true }
  } finally {
    forget()
  }
}

/** The signature covers the time, so that nobody can replay an old notice. */
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
