import { admittedAs } from '../../../access/rights.ts'
import type { Access, Caller, GraphMailbox, GraphPermission } from '../../../access/types.ts'
import { bearerOf, bearerRoute, type HttpAnswer, type HttpRequest, type Route, type Verb } from '../../../core/http.ts'
import type { Lane } from '../../../core/concurrency.ts'
import type { World } from '../../../core/world.ts'
import type { Directory, MailboxRecord } from '../../../domain/directory/types.ts'
import type { Mailbox } from '../../../domain/mail/types.ts'
import type { Outlook } from '../../../domain/outlook/types.ts'
import { badRequest } from '../errors.ts'
import { withMailCodes } from './mail-codes.ts'

/** The dependencies of Graph's mail API. */
export interface GraphMailDeps {
  readonly access: Access
  readonly directory: Directory
  readonly outlook: Outlook
  readonly world: World
  /** True if every filter with another order than its own is refused, as Graph documents it. */
  readonly strictFilters: boolean
  /** Large messages are written one after another, because each is in memory. */
  readonly composing: Lane
}

/** One request to a mailbox, which access has opened. */
export interface MailCall {
  readonly caller: Caller
  readonly mailbox: Mailbox
  readonly record: MailboxRecord
  /** True if the answer has no bodies, previews, attachments and extended properties. */
  readonly basic: boolean
  /** Of the caller's token. */
  readonly claims: GraphMailbox['claims']
  readonly request: HttpRequest
  /** The user's collection in `@odata.context`, such as `users('ada%40contoso.test')`. */
  readonly owner: string
  readonly deps: GraphMailDeps
}

/** A route below `/me` and `/users/{id}` as data. */
export interface MailRoute {
  readonly verb: Verb
  /** Below the user, such as `/messages/:message`. */
  readonly path: `/${string}`
  readonly needs: GraphPermission
  /** Largest body in octets. */
  readonly bodyLimit?: number
  readonly run: (call: MailCall) => Promise<HttpAnswer>
}

/** `mailRoute('GET /messages', { needs: 'Mail.ReadBasic', run })` */
export function mailRoute(signature: `${Verb} /${string}`, parts: Omit<MailRoute, 'verb' | 'path'>): MailRoute {
  const [verb, path] = signature.split(' ') as [Verb, `/${string}`]
  return { verb, path, ...parts }
}

/** The paths that name a user. */
export const mailBases = ['/me', '/users/:user'] as const

/**
 * Folders and messages have ids that are unique in their mailbox, so the folders above them in a path say nothing more:
 * `/mailFolders/a/childFolders/b/messages/c/move` becomes `/messages/c/move`.
 */
export function flattened(url: string): string {
  const [path = '', ...query] = url.split('?')
  const inner = path
    .replace(/\/mailFolders\/[^/]+((?:\/childFolders\/[^/]+)+)/gi, (whole, below: string) => {
      const last = below.split('/').at(-1)!
      return isAction(last) ? whole : `/mailFolders/${last}`
    })
    .replace(/\/mailFolders\/[^/]+(\/messages\/(?!\$count|delta(?:\(|%28|$|\/))[^/]+)/gi, '$1')
  return [inner, ...query].join('?')
}

/** A segment after `childFolders` that is no folder. */
const isAction = (segment: string): boolean => /^(?:\$count|delta(?:\(.*)?)$/i.test(segment)

/** Adds the decision of access to a route, below `/me` and below `/users/{id}`. */
export const bindMail = (deps: GraphMailDeps, route: MailRoute): readonly Route[] =>
  mailBases.map((base) =>
    bearerRoute(
      `${route.verb} /v1.0${base}${route.path}`,
      async (request) =>
        admittedAs(
          await deps.access.authorize({
            bearer: bearerOf(request),
            authorization: request.headers.authorization,
            api: 'graph',
            from: request.from,
          }),
        ),
      (request, caller) => runInMailbox(deps, route, request, caller),
      route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit },
    ),
  )

async function runInMailbox(
  deps: GraphMailDeps,
  route: MailRoute,
  request: HttpRequest,
  admitted: Caller,
): Promise<HttpAnswer> {
  const { user } = request.params
  // docs/reference/graph-mail.md §1.1
  if (user === undefined && admitted.kind === 'app') {
    badRequest('/me request is only valid with delegated authentication flow.')
  }
  const { caller, mailbox, record, basic, claims, leave } = await deps.access.openOverGraph({
    bearer: bearerOf(request) ?? '',
    permission: route.needs,
    user,
    from: request.from,
  })
  let streams = false
  try {
    const owner = `users('${encodeURIComponent(user ?? record.externalDirectoryObjectId)}')`
    const answer = await withMailCodes(() =>
      route.run({ caller, mailbox, record, basic, claims, request, owner, deps }),
    )
    const { body } = answer
    if (typeof body !== 'object' || !(Symbol.asyncIterator in body)) return answer
    streams = true
    return { ...answer, body: leaving(body, leave) }
  } finally {
    if (!streams) leave()
  }
}

/** The mailbox stays open until the last octet of the answer is sent, or the client is gone. */
async function* leaving(body: AsyncIterable<Uint8Array>, leave: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } finally {
    leave()
  }
}
