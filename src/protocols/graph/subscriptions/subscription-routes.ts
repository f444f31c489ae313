import { admittedAs } from '../../../access/rights.ts'
import { subscriberAuthority } from '../../../access/subscriber-entry.ts'
import type { Caller, GraphMailbox } from '../../../access/types.ts'
import { bearerOf, bearerRoute, type HttpAnswer, type HttpRequest, type Route, type Verb } from '../../../core/http.ts'
import type { Guid } from '../../../core/ids.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import { isoSeconds } from '../../../core/time.ts'
import type { Subscription, SubscriptionOwner, Subscriptions } from '../../../domain/subscriptions/types.ts'
import type { Post } from '../../../net/post.ts'
import { created, noContent, ok } from '../answers.ts'
import { badRequest } from '../errors.ts'
import { FolderTree } from '../mail/folders/folder-tree.ts'
import { jsonBody } from '../mail/json-input.ts'
import { withMailCodes } from '../mail/mail-codes.ts'
import type { GraphMailDeps } from '../mail/mail-route.ts'
import { preferencesOf } from '../mail/preferences.ts'
import { renewalInput, type SubscribedResource, subscriptionInput } from './subscription-input.ts'
import { refuseInvalid, validateUrl } from './validate-url.ts'

/** The dependencies of the subscriptions. */
export interface SubscriptionDeps extends Pick<GraphMailDeps, 'access' | 'world'> {
  readonly subscriptions: Subscriptions
  /** Sends to the URLs of clients. */
  readonly post: Post
}

interface SubscriptionCall {
  readonly deps: SubscriptionDeps
  readonly request: HttpRequest
  readonly caller: Caller
}

const BODY_LIMIT = 64 * 1024

/** The permission that a subscription to messages needs: every permission to read mail includes it. */
const NEEDS = 'Mail.ReadBasic'

const table: readonly (readonly [Verb, `/${string}`, (call: SubscriptionCall) => Promise<HttpAnswer>])[] = [
  ['GET', '/subscriptions', list],
  ['POST', '/subscriptions', create],
  ['GET', '/subscriptions/:subscription', show],
  ['PATCH', '/subscriptions/:subscription', renew],
  ['DELETE', '/subscriptions/:subscription', remove],
  ['POST', '/subscriptions/:subscription/reauthorize', reauthorize],
]

/** The routes of change notifications, for the answer to a path that has none. */
export const subscriptionPaths = table.map(([verb, path]) => ({ verb, path }))

/** The routes of change notifications (docs/reference/graph-mail.md §3.2). A caller sees its own subscriptions only. */
export const subscriptionRoutes = (deps: SubscriptionDeps): readonly Route[] =>
  table.map(([verb, path, run]) =>
    bearerRoute(
      `${verb} /v1.0${path}`,
      async (request) =>
        admittedAs(
          await deps.access.authorize({
            bearer: bearerOf(request),
            authorization: request.headers.authorization,
            api: 'graph',
            from: request.from,
          }),
        ),
      (request, caller) => withMailCodes(() => run({ deps, request, caller })),
      { bodyLimit: BODY_LIMIT },
    ),
  )

async function create(call: SubscriptionCall): Promise<HttpAnswer> {
  const { deps, request, caller } = call
  const input = subscriptionInput(jsonBody(request.body), deps.world.now())
  const opened = await open(call, input.place)
  try {
    const { mailbox, record, claims } = opened
    const { folder } = input.place
    const folderId = folder === undefined ? undefined : (await FolderTree.of(mailbox)).findFolder(folder).folder.id
    await validateUrl(deps.post, input.url, request.id as Guid)
    if (input.lifecycleUrl !== undefined) await validateUrl(deps.post, input.lifecycleUrl, request.id as Guid)
    const { changeTypes, url, lifecycleUrl, clientState, resource, expires } = input
    const subscription = await deps.subscriptions
      .create({
        ...ownerOf(caller),
        mailbox: record.id,
        folder: folderId,
        resource,
        immutableIds: preferencesOf(request).idKind === 'immutable',
        changeTypes,
        url,
        lifecycleUrl,
        clientState,
        expires,
        authority: authorityOf(input.place, claims),
        mark: await mailbox.items.mark(),
      })
      .catch(tooMany)
    return created(request, answered(request, subscription))
  } finally {
    opened.leave()
  }
}

async function list({ deps, request, caller }: SubscriptionCall): Promise<HttpAnswer> {
  const own = await deps.subscriptions.of(ownerOf(caller))
  return ok(request, { '@odata.context': contextOf(request), value: own.map(subscriptionJson) })
}

async function show(call: SubscriptionCall): Promise<HttpAnswer> {
  return ok(call.request, answered(call.request, await own(call)))
}

async function renew(call: SubscriptionCall): Promise<HttpAnswer> {
  const expires = renewalInput(jsonBody(call.request.body), call.deps.world.now())
  return ok(call.request, answered(call.request, await reauthorized(call, expires)))
}

async function reauthorize(call: SubscriptionCall): Promise<HttpAnswer> {
  await reauthorized(call, undefined)
  return noContent(call.request)
}

async function remove(call: SubscriptionCall): Promise<HttpAnswer> {
  const { id } = await own(call)
  if (!(await call.deps.subscriptions.remove(id))) refuseUnknown()
  return noContent(call.request)
}

/** Decides again with the token of this request, and stores its rights for later decisions. */
async function reauthorized(call: SubscriptionCall, expires: number | undefined): Promise<Subscription> {
  const { deps, caller } = call
  const known = await own(call)
  const { user } = JSON.parse(known.authority) as { readonly user?: string }
  const place = { user, folder: undefined }
  const { claims, leave } = await open(call, place)
  leave()
  const authority = authorityOf(place, claims)
  const renewed = await deps.subscriptions.renew(ownerOf(caller), known.id, {
    expires: expires ?? known.expires,
    authority,
  })
  return renewed ?? refuseUnknown()
}

/** Opens the mailbox with the token of the request. A user can subscribe to their own mailbox only. */
async function open({ deps, request, caller }: SubscriptionCall, { user }: SubscribedResource): Promise<GraphMailbox> {
  if (user === undefined && caller.kind === 'app') {
    badRequest('/me request is only valid with delegated authentication flow.')
  }
  const opened = await deps.access.openOverGraph({
    bearer: bearerOf(request) ?? '',
    permission: NEEDS,
    user,
    from: request.from,
  })
  if (caller.kind === 'user' && opened.record.externalDirectoryObjectId !== caller.user.id) {
    opened.leave()
    refuse('not-allowed', 'Access is denied. Check credentials and try again.', { graph: 'ErrorAccessDenied' })
  }
  return opened
}

const authorityOf = ({ user }: SubscribedResource, claims: GraphMailbox['claims']): string =>
  subscriberAuthority({ claims, permission: NEEDS, user })

const own = async ({ deps, request, caller }: SubscriptionCall): Promise<Subscription> =>
  (await deps.subscriptions.find(ownerOf(caller), (request.params['subscription'] ?? '').toLowerCase())) ??
  refuseUnknown()

const ownerOf = (caller: Caller): SubscriptionOwner => ({
  tenant: caller.tenant,
  app: caller.appId,
  creator: caller.kind === 'app' ? caller.servicePrincipal : caller.user.id,
})

const refuseUnknown = (): never => refuse('no-such-thing', 'The object was not found.', { graph: 'ResourceNotFound' })

function tooMany(thrown: unknown): never {
  if (!(thrown instanceof Refusal) || thrown.reason !== 'over-quota') throw thrown
  return refuseInvalid('Subscription limit reached for this mailbox, app or tenant.')
}

const contextOf = (request: HttpRequest): string =>
  `${request.base}/${/^\/beta\//i.test(request.path) ? 'beta' : 'v1.0'}/$metadata#subscriptions`

const answered = (request: HttpRequest, subscription: Subscription): object => ({
  '@odata.context': `${contextOf(request)}/$entity`,
  ...subscriptionJson(subscription),
})

const subscriptionJson = (subscription: Subscription): object => ({
  id: subscription.id,
  resource: subscription.resource,
  applicationId: subscription.app,
  changeType: subscription.changeTypes.join(','),
  clientState: subscription.clientState ?? null,
  notificationUrl: subscription.url,
  notificationQueryOptions: null,
  lifecycleNotificationUrl: subscription.lifecycleUrl ?? null,
  expirationDateTime: isoSeconds(subscription.expires),
  creatorId: subscription.creator,
  includeResourceData: null,
  latestSupportedTlsVersion: 'v1_2',
  encryptionCertificate: null,
  encryptionCertificateId: null,
  notificationUrlAppId: null,
})
