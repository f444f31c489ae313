import type { HttpRequest } from '../../core/http.ts'
import { type Guid, guid, isGuid } from '../../core/ids.ts'
import type {
  App,
  NewApp,
  NewCertificate,
  NewUser,
  RequiredResourceAccess,
  UserChange,
} from '../../domain/directory/types.ts'
import { badRequest } from './errors.ts'
import { storedProperties } from './shapes/application.ts'

const DEEPEST_JSON = 32
const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/i

/** The JSON object of a request. Refuses a property of the wrong type, and names it. */
export class Payload {
  readonly #resource: string
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(resource: string, fields: Readonly<Record<string, unknown>>) {
    this.#resource = resource
    this.#fields = fields
  }

  /** Refuses unknown properties; annotations (`@odata.type`) are ignored. */
  only(names: readonly string[]): this {
    const known = new Set(names)
    const other = Object.keys(this.#fields).find((name) => !known.has(name) && !name.includes('@'))
    if (other !== undefined) {
      badRequest(
        `Property '${other.slice(0, 128)}' cannot be set on resource '${this.#resource}'.`,
        'Request_BadRequest',
      )
    }
    return this
  }

  /** Returns true if the property is present, even if it is null. */
  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name)
  }

  /** Returns undefined if the property is absent or null, as all methods below do. */
  text(name: string): string | undefined {
    const value = this.raw(name)
    return value === undefined || typeof value === 'string' ? value : this.#wrong(name)
  }

  needText(name: string): string {
    return this.text(name) ?? this.#missing(name)
  }

  /** A GUID. */
  id<T extends Guid = Guid>(name: string): T | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    return isGuid(text) ? guid<T>(text) : this.#wrong(name)
  }

  needId<T extends Guid = Guid>(name: string): T {
    return this.id<T>(name) ?? this.#missing(name)
  }

  flag(name: string): boolean | undefined {
    const value = this.raw(name)
    return value === undefined || typeof value === 'boolean' ? value : this.#wrong(name)
  }

  needFlag(name: string): boolean {
    return this.flag(name) ?? this.#missing(name)
  }

  texts(name: string): readonly string[] | undefined {
    const values = this.list(name)
    return values?.every((value) => typeof value === 'string') === false ? this.#wrong(name) : values
  }

  object(name: string): Payload | undefined {
    const value = this.raw(name)
    if (value === undefined) return undefined
    return isObject(value) ? new Payload(this.#resource, value) : this.#wrong(name)
  }

  needObject(name: string): Payload {
    return this.object(name) ?? this.#missing(name)
  }

  objects(name: string): readonly Payload[] | undefined {
    return this.list(name)?.map((value) => (isObject(value) ? new Payload(this.#resource, value) : this.#wrong(name)))
  }

  list(name: string): readonly unknown[] | undefined {
    const value = this.raw(name)
    return value === undefined || Array.isArray(value) ? value : this.#wrong(name)
  }

  /** Parses an ISO 8601 time into milliseconds since the epoch; UTC if it has no zone. */
  time(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const zoned = /(Z|[+-]\d\d:\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`
    const at = INSTANT.test(text) ? Date.parse(zoned) : Number.NaN
    return Number.isNaN(at) ? this.#wrong(name) : at
  }

  /** Decodes base64. */
  octets(name: string): Uint8Array | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    return /^[\w+/-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : this.#wrong(name)
  }

  /** The properties by their names in lower case: parameters of actions may be in any letter case. */
  caseless(): ReadonlyMap<string, unknown> {
    return new Map(Object.entries(this.#fields).map(([name, value]) => [name.toLowerCase(), value]))
  }

  /** Returns the value as it is. */
  raw(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? (this.#fields[name] ?? undefined) : undefined
  }

  #wrong(name: string): never {
    return badRequest(
      `Invalid value specified for property '${name}' of resource '${this.#resource}'.`,
      'Request_BadRequest',
    )
  }

  #missing(name: string): never {
    return badRequest(
      `A value is required for property '${name}' of resource '${this.#resource}'.`,
      'Request_BadRequest',
    )
  }
}

/** Parses a request's body as one JSON object, with a bound on nesting. */
export function payloadOf(request: HttpRequest, resource: string): Payload {
  if (nestedDeeper(request.body, DEEPEST_JSON)) return unreadable()
  const value = jsonOf(request.body)
  if (!isObject(value)) return unreadable()
  return new Payload(resource, value)
}

function jsonOf(body: Uint8Array): unknown {
  if (body.length === 0) return badRequest('Empty Payload. JSON content expected.')
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return unreadable()
  }
}

const unreadable = (): never =>
  badRequest(
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  )

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const [QUOTE, BACKSLASH] = [0x22, 0x5c]
const [OPENING, CLOSING] = [new Set([0x5b, 0x7b]), new Set([0x5d, 0x7d])]

/**
 * Returns true if the JSON is nested more deeply than `most`. It scans the octets before parsing: a walk through the
 * parsed value of a body with tens of thousands of names takes longer than the parsing.
 */
export function nestedDeeper(json: Uint8Array, most: number): boolean {
  let depth = 0
  let quoted = false
  for (let at = 0; at < json.length; at++) {
    const octet = json[at]!
    if (octet === QUOTE) quoted = !quoted
    else if (quoted) at += octet === BACKSLASH ? 1 : 0
    else if (OPENING.has(octet) && ++depth > most) return true
    else if (CLOSING.has(octet)) depth -= 1
  }
  return false
}

const ownProperties = [
  'displayName',
  'signInAudience',
  'identifierUris',
  'requiredResourceAccess',
  'keyCredentials',
] as const

type AppChange = { -readonly [Name in keyof NewApp]?: NewApp[Name] }

/** Reads the properties of an app. `before` is the app to change; the request may name its certificates by keyId. */
export function readApplication(payload: Payload, before?: App): AppChange {
  payload.only([...ownProperties, ...Object.keys(storedProperties)])
  const change: AppChange = { properties: readStored(payload) }
  const displayName = payload.text('displayName')
  const signInAudience = payload.text('signInAudience')
  const identifierUris = payload.texts('identifierUris')
  const required = payload.objects('requiredResourceAccess')
  const keys = payload.objects('keyCredentials')
  if (displayName !== undefined) change.displayName = displayName
  if (signInAudience !== undefined) change.signInAudience = signInAudience
  if (identifierUris !== undefined) change.identifierUris = identifierUris
  if (required !== undefined) change.requiredResourceAccess = required.map(readRequired)
  if (keys !== undefined) change.certificates = keys.map((key) => readKeyCredential(key, before))
  return change
}

/** A stored property must have the type of its default in Graph. */
function readStored(payload: Payload): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const [name, before] of Object.entries(storedProperties)) {
    if (payload.raw(name) === undefined) continue
    if (Array.isArray(before)) payload.list(name)
    else if (typeof before === 'boolean') payload.flag(name)
    else if (before === null) payload.text(name)
    else payload.object(name)
    kept[name] = payload.raw(name)
  }
  return kept
}

const readRequired = (entry: Payload): RequiredResourceAccess => ({
  resourceAppId: entry.needText('resourceAppId'),
  resourceAccess: (entry.objects('resourceAccess') ?? []).map((access) => ({
    id: access.needText('id'),
    type: access.text('type') === 'Scope' ? 'Scope' : 'Role',
  })),
})

/** docs/reference/identity.md §10.2. An entry without a key is an existing one, as a list shows it. */
export function readKeyCredential(entry: Payload, before: App | undefined): NewCertificate {
  const type = entry.text('type') ?? 'AsymmetricX509Cert'
  const usage = entry.text('usage') ?? 'Verify'
  if (type !== 'AsymmetricX509Cert' || usage !== 'Verify') {
    badRequest(`Key credential of type '${type}' and usage '${usage}' is not supported.`, 'Request_BadRequest')
  }
  const known = before?.certificates.find((certificate) => certificate.keyId === entry.text('keyId')?.toLowerCase())
  const der = entry.octets('key') ?? known?.der
  if (der === undefined)
    return badRequest("A value is required for property 'key' of a key credential.", 'Request_BadRequest')
  const displayName = entry.text('displayName') ?? known?.displayName
  return { der, type, usage, ...(displayName === undefined ? {} : { displayName }) }
}

const writable = [
  'accountEnabled',
  'displayName',
  'mailNickname',
  'userPrincipalName',
  'passwordProfile',
  'givenName',
  'surname',
]

export function readNewUser(payload: Payload): NewUser {
  const { givenName, surname, ...change } = readUserChange(payload)
  payload.needObject('passwordProfile').needText('password')
  return {
    ...change,
    accountEnabled: payload.needFlag('accountEnabled'),
    displayName: payload.needText('displayName'),
    mailNickname: payload.needText('mailNickname'),
    userPrincipalName: payload.needText('userPrincipalName'),
    ...(typeof givenName === 'string' ? { givenName } : {}),
    ...(typeof surname === 'string' ? { surname } : {}),
  }
}

/** Reads the changes of a user; null removes an optional property. */
export function readUserChange(payload: Payload): UserChange {
  payload.only(writable)
  const accountEnabled = payload.flag('accountEnabled')
  return {
    ...texts(payload, ['displayName', 'mailNickname', 'userPrincipalName']),
    ...(accountEnabled === undefined ? {} : { accountEnabled }),
    ...(payload.has('givenName') ? { givenName: payload.text('givenName') ?? null } : {}),
    ...(payload.has('surname') ? { surname: payload.text('surname') ?? null } : {}),
    ...readPassword(payload.object('passwordProfile')),
  }
}

function texts<Name extends string>(payload: Payload, names: readonly Name[]): Partial<Record<Name, string>> {
  const read: Partial<Record<Name, string>> = {}
  for (const name of names) {
    const text = payload.text(name)
    if (text !== undefined) read[name] = text
  }
  return read
}

function readPassword(profile: Payload | undefined): UserChange {
  profile?.only(['password', 'forceChangePasswordNextSignIn', 'forceChangePasswordNextSignInWithMfa'])
  const password = profile?.text('password')
  const mustChangePassword =
    profile?.flag('forceChangePasswordNextSignIn') ?? profile?.flag('forceChangePasswordNextSignInWithMfa')
  return {
    ...(password === undefined ? {} : { password }),
    ...(mustChangePassword === undefined ? {} : { mustChangePassword }),
  }
}
