import type { Authorization, DevicePoll } from '../../../domain/authorization/types.ts'
import type { App } from '../../../domain/directory/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny, denyAs } from '../errors/errors.ts'
import { personOf } from '../person.ts'
import { delegatedClient, firstRequestedScope, issueFirst, authenticateDelegatedClient } from './delegated-client.ts'
import type { Grant, IssuedTokens, TokenRequest } from './grant.ts'

/** A device polls for the user's sign-in (docs/reference/identity.md §7.2, RFC 8628 §3.4). */
export const deviceCode: Grant = { type: 'urn:ietf:params:oauth:grant-type:device_code', redeem }

/** The v1 name of the grant; its parameter is `code`. */
export const deviceCodeV1: Grant = { type: 'device_code', redeem }

async function redeem(deps: EntraDeps, request: TokenRequest): Promise<IssuedTokens> {
  const { form, attempt, version } = request
  const code = form.get('device_code') ?? (version === 'v1' ? form.need('code') : form.need('device_code'))
  const client = await delegatedClient(deps, request)
  const { app } = client
  const appidacr = await authenticateDelegatedClient(deps, request, client, app.allowsPublicClient)
  const given = await approved(deps, app, code)
  attempt.passed('grant', 'Somebody entered the code of this device, and signed in.')
  const person = await personOf(deps, given.signedIn, client, { attempt, confidential: false })
  return issueFirst(deps, request, {
    app,
    appidacr,
    person,
    requested: firstRequestedScope(request, given),
    nonce: given.nonce,
    authorized: given,
    revoked: () => deny(70000),
  })
}

async function approved({ authorizations }: EntraDeps, app: App, code: string): Promise<Authorization> {
  const poll = await authorizations.devices.poll(code, app.appId)
  return poll.is === 'approved' ? poll.authorization : denials[poll.is]()
}

/** docs/reference/identity.md §7.2 */
const denials: Record<Exclude<DevicePoll['is'], 'approved'>, () => never> = {
  pending: () => deny(70016),
  // RFC 8628 §3.5
  hurried: () => denyAs('slow_down', 70016),
  declined: () => denyAs('authorization_declined', 65004),
  expired: () => deny(70019),
  unknown: () => deny(70018),
  redeemed: () => deny(54005),
}
