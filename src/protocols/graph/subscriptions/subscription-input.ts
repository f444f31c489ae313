import { MINUTE } from '../../../core/time.ts'
import type { ChangeType } from '../../../domain/subscriptions/types.ts'
import { badRequest } from '../errors.ts'
import { JsonInput } from '../mail/json-input.ts'
import { refuseInvalid } from './validate-url.ts'

/** The most and the fewest minutes of a subscription to messages. A shorter wish is raised. */
export const SUBSCRIPTION_MINUTES = { most: 10_080, least: 45 } as const

const LONGEST = { url: 2048, clientState: 128, resource: 2048 } as const

const properties = [
  'id',
  'applicationId',
  'changeType',
  'clientState',
  'creatorId',
  'encryptionCertificate',
  'encryptionCertificateId',
  'expirationDateTime',
  'includeResourceData',
  'latestSupportedTlsVersion',
  'lifecycleNotificationUrl',
  'notificationQueryOptions',
  'notificationUrl',
  'notificationUrlAppId',
  'resource',
]

/** The messages that a subscription is about. */
export interface SubscribedResource {
  /** Undefined for `me`. */
  readonly user: string | undefined
  /** Undefined for all folders. */
  readonly folder: string | undefined
}

export interface SubscriptionInput {
  readonly changeTypes: readonly ChangeType[]
  readonly url: string
  readonly lifecycleUrl: string | undefined
  readonly clientState: string | undefined
  /** As the app wrote it. */
  readonly resource: string
  readonly place: SubscribedResource
  readonly expires: number
}

/** The body of POST /subscriptions. */
export function subscriptionInput(body: unknown, now: number): SubscriptionInput {
  const input = new JsonInput('subscription', body, properties)
  if (input.flag('includeResourceData')) refuseInvalid('Notifications with resource data are not supported.')
  const clientState = input.text('clientState') ?? undefined
  if (clientState !== undefined && clientState.length > LONGEST.clientState) {
    refuseInvalid(`clientState has at most ${LONGEST.clientState} characters.`)
  }
  const resource = required(input, 'resource')
  const lifecycle = input.text('lifecycleNotificationUrl') ?? undefined
  return {
    changeTypes: changeTypesOf(required(input, 'changeType')),
    url: urlOf(required(input, 'notificationUrl'), 'notificationUrl'),
    lifecycleUrl: lifecycle === undefined ? undefined : urlOf(lifecycle, 'lifecycleNotificationUrl'),
    clientState,
    resource,
    place: placeOf(resource),
    expires: expiryOf(input, now),
  }
}

/** The body of PATCH /subscriptions/{id}. */
export const renewalInput = (body: unknown, now: number): number =>
  expiryOf(new JsonInput('subscription', body, properties), now)

const required = (input: JsonInput, name: string): string =>
  input.text(name) || refuseInvalid(`The property '${name}' is required.`)

function changeTypesOf(text: string): readonly ChangeType[] {
  const known: readonly ChangeType[] = ['created', 'updated', 'deleted']
  const names = text.split(',').map((name) => name.trim().toLowerCase())
  const found = known.filter((name) => names.includes(name))
  return names.every((name) => known.includes(name as ChangeType))
    ? found
    : refuseInvalid("changeType consists of 'created', 'updated' and 'deleted', separated by commas.")
}

function urlOf(text: string, property: string): string {
  const url = text.length <= LONGEST.url && URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '') return url.href
  return refuseInvalid(`${property} must be an HTTPS URL of at most ${LONGEST.url} characters.`)
}

function expiryOf(input: JsonInput, now: number): number {
  const text = required(input, 'expirationDateTime')
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?$/i
  const zone = /(?:Z|[+-]\d\d:\d\d)$/i.test(text) ? '' : 'Z'
  const at = shape.test(text) ? Date.parse(`${text}${zone}`) : Number.NaN
  if (Number.isNaN(at)) return input.wrong('expirationDateTime')
  const { most, least } = SUBSCRIPTION_MINUTES
  // A minute more, because the clocks of clients differ.
  if (at > now + (most + 1) * MINUTE) {
    refuseInvalid(`Subscription expiration can only be ${most} minutes in the future.`)
  }
  if (at <= now) refuseInvalid('Subscription expiration must be in the future.')
  return Math.max(at, now + least * MINUTE)
}

const messages =
  /^\/?(?:me|users(?:\/(?<user>[^/()]+)|\('(?<quotedUser>[^'/]+)'\)))(?:\/mailFolders(?:\/(?<folder>[^/()]+)|\('(?<quotedFolder>[^'/]+)'\)))?\/messages$/i

function placeOf(resource: string): SubscribedResource {
  if (resource.includes('?')) refuseInvalid('Query options in the resource of a subscription are not supported.')
  const found = resource.length <= LONGEST.resource ? messages.exec(resource) : null
  if (!found) return refuseInvalid(`The resource '${resource.slice(0, 128)}' is not supported for subscriptions.`)
  const { user, quotedUser, folder, quotedFolder } = found.groups!
  return { user: decoded(user ?? quotedUser), folder: decoded(folder ?? quotedFolder) }
}

function decoded(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined
  try {
    return decodeURIComponent(segment)
  } catch {
    return badRequest('The resource is not valid.', 'ValidationError')
  }
}
