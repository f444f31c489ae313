import type { App, NewApp, NewCertificate, RequiredResourceAccess } from '../../domain/directory/types.ts'
import { badRequest } from './errors.ts'
import type { Payload } from './payload.ts'
import { keptProperties } from './shapes/application.ts'

const ownProperties = [
  'displayName',
  'signInAudience',
  'identifierUris',
  'requiredResourceAccess',
  'keyCredentials',
] as const

type AppChange = { -readonly [Name in keyof NewApp]?: NewApp[Name] }

/** What a request wants an app to be. `before` is the app that is changed; its certificates may be named by keyId. */
export function readApplication(payload: Payload, before?: App): AppChange {
  payload.only([...ownProperties, ...Object.keys(keptProperties)])
  const change: AppChange = { properties: readKept(payload) }
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

/** A property that is kept must have the type of what Graph shows in its absence. */
function readKept(payload: Payload): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const [name, before] of Object.entries(keptProperties)) {
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

/** contract/identity §10.2. An entry without its key is one that was there before, as a list shows it. */
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
