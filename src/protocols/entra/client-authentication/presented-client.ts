import type { App, Tenant } from '../../../domain/directory/types.ts'
import { deny } from '../errors/errors.ts'
import { formDecoded } from '../form.ts'
import type { TokenRequest } from '../grants/grant.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The credential of a client: a secret, an assertion, or none. */
export type ClientCredential = { readonly secret: string } | { readonly assertion: string } | undefined

export interface PresentedClient {
  readonly clientId: string
  readonly credential: ClientCredential
}

/** Reads the client's id and credential from the form and the header. RFC 6749 §2.3: only one method. */
export function presentedClient({ form, http }: TokenRequest): PresentedClient {
  const basic = basicOf(http.headers.authorization)
  const secret = agreed(form.get('client_secret'), basic?.secret)
  const assertion = form.get('client_assertion')
  if (secret !== undefined && assertion !== undefined) deny(9002313)
  if (assertion !== undefined && form.need('client_assertion_type') !== JWT_BEARER) deny(9002313)
  const clientId = agreed(form.get('client_id'), basic?.clientId) ?? deny(900144, 'client_id')
  return { clientId, credential: credentialOf(secret, assertion) }
}

const credentialOf = (secret: string | undefined, assertion: string | undefined): ClientCredential =>
  secret !== undefined ? { secret } : assertion !== undefined ? { assertion } : undefined

/** Some clients send the same value in the form and in the header. */
function agreed(inForm: string | undefined, inHeader: string | undefined): string | undefined {
  if (inForm !== undefined && inHeader !== undefined && inForm !== inHeader) deny(9002313)
  return inForm ?? inHeader
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
function basicOf(header: string | undefined): { clientId?: string; secret?: string } | undefined {
  const encoded = /^basic +(.*)$/i.exec(header?.trim() ?? '')?.[1]
  if (encoded === undefined) return undefined
  const [clientId = '', ...rest] = Buffer.from(encoded, 'base64').toString('latin1').split(':')
  if (!/^[\w+/-]+={0,2}$/.test(encoded) || rest.length === 0) return deny(9002313)
  const secret = formDecoded(rest.join(':'))
  return { ...(clientId === '' ? {} : { clientId: formDecoded(clientId) }), ...(secret === '' ? {} : { secret }) }
}

/** A client to authenticate, and its tenant. */
export interface AuthenticatingClient extends PresentedClient {
  readonly request: TokenRequest
  readonly tenant: Tenant
  readonly app: App
}
