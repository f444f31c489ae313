import { realWorld } from '../../../core/world.ts'
import { clientAssertion } from './assertion.ts'
import type { Client } from '../client.ts'
import type { Proof } from './connection.ts'
import { failed } from '../failure.ts'
import { jsonOf } from '../reply.ts'

export const EXCHANGE_SCOPE = 'https://outlook.office365.com/.default'
export const GRAPH_SCOPE = 'https://graph.microsoft.com/.default'

/** contract/identity §2.4. */
export interface TokenReply {
  readonly token_type: string
  readonly expires_in: number
  readonly ext_expires_in: number
  readonly access_token: string
  readonly scope?: string
  readonly refresh_token?: string
}

/** contract/identity §8.1. */
interface TokenError {
  readonly error: string
  readonly error_description: string
  readonly error_codes: readonly number[]
}

/** The client credentials grant, with a secret or a certificate. */
export const fetchToken = (
  client: Client,
  { tenant, clientId, proof, scope }: { tenant: string; clientId: string; proof: Proof; scope: string },
): Promise<TokenReply> => redeem(client, { tenant, clientId, proof, form: { grant_type: 'client_credentials', scope } })

/** Any grant; `proof` is absent for a public client. */
export async function redeem(
  client: Client,
  asked: {
    readonly tenant: string
    readonly clientId: string
    readonly proof: Proof | undefined
    readonly form: Readonly<Record<string, string>>
  },
): Promise<TokenReply> {
  const { tenant, clientId, proof } = asked
  const path = `/${encodeURIComponent(tenant)}/oauth2/v2.0/token`
  const form = new URLSearchParams({ ...asked.form, client_id: clientId })
  if (proof && 'secret' in proof) form.set('client_secret', proof.secret)
  else if (proof) {
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    form.set(
      'client_assertion',
      clientAssertion(realWorld, { clientId, audience: `${client.origin}${path}`, ...proof }),
    )
  }
  const reply = await client.ask({
    verb: 'POST',
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: form.toString(),
  })
  const answer = jsonOf(reply) as Partial<TokenReply & TokenError>
  if (reply.status === 200 && answer.access_token !== undefined) return answer as TokenReply
  const {
    error = 'TokenRefused',
    error_description: text = `The server answered ${reply.status}.`,
    error_codes,
  } = answer
  return failed(error, text.split(/\r?\n/)[0]!, { status: reply.status, ...(error_codes ? { error_codes } : {}) })
}
