import type { UsedCredential } from '../../../domain/audit/types.ts'
import type { App, Tenant } from '../../../domain/directory/types.ts'
import type { Appidacr } from '../../../domain/tokens/types.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import type { TokenRequest } from '../grants/grant.ts'
import { checkAssertion } from './assertion.ts'
import type { ClientCredential, PresentedClient } from './presented.ts'
import { checkSecret } from './secret.ts'

/** A client about to be authenticated, and where. */
export interface AuthenticatingClient extends PresentedClient {
  readonly request: TokenRequest
  readonly tenant: Tenant
  readonly app: App
}

/** Whether the client of this request is a public one, which keeps no secret. Absent: the app acts as itself. */
export interface ClientStanding {
  readonly publicAllowed?: boolean
}

export interface AuthenticatedClient {
  readonly appidacr: Appidacr
  /** Undefined of a public client. */
  readonly credential: UsedCredential | undefined
}

/** Refuses whoever is not the app, and whoever shows a credential where the app is a public client. */
export async function authenticateClient(
  deps: EntraDeps,
  client: AuthenticatingClient,
  { publicAllowed }: ClientStanding = {},
): Promise<AuthenticatedClient> {
  const { credential, request } = client
  if (credential === undefined) {
    if (publicAllowed === undefined) deny(7000216)
    if (!publicAllowed) deny(7000218)
    request.attempt.passed('clientCredential', 'The app is a public client, which shows no credential.')
    return { appidacr: '0', credential: undefined }
  }
  if (publicAllowed) deny(700025)
  const used = await check(deps, client, credential)
  request.attempt.passed('clientCredential', evidenceOf(used), { credential: used })
  return { appidacr: used.kind === 'secret' ? '1' : '2', credential: used }
}

async function check(
  deps: EntraDeps,
  client: AuthenticatingClient,
  credential: NonNullable<ClientCredential>,
): Promise<UsedCredential> {
  if ('assertion' in credential) return checkAssertion(deps, client, credential.assertion)
  client.request.attempt.knows({ credential: { kind: 'secret', keyId: undefined } })
  return { kind: 'secret', keyId: await checkSecret(deps, client, credential.secret) }
}

const evidenceOf = ({ kind, keyId }: UsedCredential): string =>
  keyId === undefined
    ? `The app takes the ${kind} by its name, from an authority that is trusted.`
    : `The app has the ${kind === 'federated' ? 'federated credential' : kind} ${keyId}, and it is good.`
