import type { ClientReply } from './client.ts'
import { failed, CliFailure } from './failure.ts'

/** The JSON object of a reply; an empty one if it has no body. */
export function jsonOf(reply: ClientReply): Record<string, unknown> {
  if (reply.body.length === 0) return {}
  try {
    const value: unknown = JSON.parse(reply.body.toString('utf8'))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown
  }
  return failed('UnexpectedReply', `The server answered ${reply.status} with something other than a JSON object.`)
}

/** docs/reference/exchange-admin.md §9.4: `id|type|text`. */
const parted = /^(Ex[0-9A-F]+)\|([\w.`]+)\|([^]*)$/

/** The members of an error that are used; others are ignored. */
interface WireError {
  readonly code?: string
  readonly message?: string
  readonly details?: readonly { readonly message?: string }[]
  readonly innerError?: object
}

/** Fails with the server's refusal. */
export function refused(reply: ClientReply): never {
  throw failureOf(reply)
}

/** The server's refusal of a request. */
export function failureOf(reply: ClientReply): CliFailure {
  const { code, message, details, innerError } = (jsonOf(reply).error ?? {}) as WireError
  const [, id, type, text] = parted.exec(details?.[0]?.message ?? '') ?? []
  return new CliFailure(1, code ?? 'RequestFailed', text ?? message ?? `The server answered ${reply.status}.`, {
    status: reply.status,
    ...(id === undefined ? {} : { id, type }),
    ...innerError,
  })
}

/** Path and query of an `@odata.nextLink`. Refuses a link to another server, which must not get our token. */
export function pathOfNext(link: string, origin: string): string {
  const url = URL.parse(link, origin)
  if (url?.origin !== origin) return failed('UnexpectedReply', 'The link to the next page names another server.')
  return `${url.pathname}${url.search}`
}
