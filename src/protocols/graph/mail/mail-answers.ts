import { type Refusal, refuse } from '../../../core/refusal.ts'
import type { HttpRequest } from '../../../core/http.ts'
import type { GraphCode } from '../errors.ts'
import type { MailCall } from './mail-route.ts'

/** The version that the caller named: `v1.0` or `beta`. */
export const versionOf = ({ path }: HttpRequest): 'v1.0' | 'beta' => (/^\/beta\//i.test(path) ? 'beta' : 'v1.0')

/** `@odata.context` of an answer about something of the user, such as `/mailFolders`. */
export const contextOf = (
  { request, owner }: MailCall,
  of: string,
  selected?: readonly string[],
  ending = '',
): string =>
  `${request.base}/${versionOf(request)}/$metadata#${owner}${of}${selected ? `(${selected.join(',')})` : ''}${ending}`

/** The same for a type that belongs to no user, such as `#Collection(message)`. */
export const plainContext = ({ request }: MailCall, of: string): string =>
  `${request.base}/${versionOf(request)}/$metadata#${of}`

/** The URL that was called, with some query options replaced. */
export function linkTo(
  { base, path, query }: HttpRequest,
  change: Readonly<Record<string, string | undefined>>,
): string {
  const kept = [...query].filter(([name]) => !Object.hasOwn(change, `$${name.replace(/^\$/, '').toLowerCase()}`))
  const added = Object.entries(change).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const options = [...kept, ...added].map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `${base}${path.replace(/\/$/, '')}?${options.join('&')}`
}

/** Refuses with a code of Graph. */
export function refuseWith(code: GraphCode, text: string, reason: Refusal['reason'] = 'bad-syntax'): never {
  return refuse(reason, text, { graph: code })
}
