import { request } from 'node:https'
import { rootCertificates } from 'node:tls'
import type { Log } from '../core/log.ts'
import type { World } from '../core/world.ts'

/** Milliseconds from the start to the answer's status. */
const PATIENCE = 10_000

interface Deps {
  /** Chosen by whoever runs the server; empty for none. It may hold a secret, and is not logged but for its host. */
  readonly url: string
  readonly world: World
  readonly log: Log
  /** PEM of an authority that is trusted beside the usual ones. */
  readonly ca?: string
}

/** Tells another service something as JSON. What cannot be told is logged, and not told again. */
export type Webhook = (what: object) => Promise<void>

export function createWebhook({ url, world, log, ca }: Deps): Webhook {
  if (url === '') return async () => {}
  const { host } = new URL(url)
  return async (what) => {
    const ending = new AbortController()
    const forget = world.after(PATIENCE, () => ending.abort())
    try {
      const status = await post(url, { body: JSON.stringify(what), signal: ending.signal, ca })
      // A redirect is not followed: what is told is for the one who was named.
      if (status < 200 || status > 299) log.warn({ host, status }, 'The webhook refused a notice')
    } catch (error) {
      const why = ending.signal.aborted ? 'It did not answer in time' : (error as NodeJS.ErrnoException).code
      log.warn({ host, why }, 'The webhook could not be told')
    } finally {
      forget()
    }
  }
}

function post(
  url: string,
  { body, signal, ca }: { readonly body: string; readonly signal: AbortSignal; readonly ca: string | undefined },
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const asking = request(url, {
    method: 'POST',
    agent: false,
    signal,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Postern',
    },
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
  })
  asking.on('error', reject)
  asking.on('response', ({ statusCode = 0 }) => {
    resolve(statusCode)
    asking.destroy()
  })
  asking.end(body)
  return promise
}
