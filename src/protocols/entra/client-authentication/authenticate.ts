import type { App, Tenant } from '../../../domain/directory/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors.ts'
import type { TokenRequest } from '../grants/grant.ts'
import { checkAssertion } from './certificate-assertion.ts'
import type { PresentedClient } from './presented.ts'
import { checkSecret } from './secret.ts'

/** A client about to be authenticated, and where. */
export interface AuthenticatingClient extends PresentedClient {
  readonly request: TokenRequest
  readonly tenant: Tenant
  readonly app: App
}

/** Answers the `appidacr` claim: 1 for a secret, 2 for a certificate. Refuses whoever is not the app. */
export async function authenticateClient(deps: EntraDeps, client: AuthenticatingClient): Promise<'1' | '2'> {
  const { credential } = client
  if (credential === undefined) return deny(7000216)
  if ('secret' in credential) {
    await checkSecret(deps, client.app, credential.secret)
    return '1'
  }
  checkAssertion(deps, client, credential.assertion)
  return '2'
}
