import { isoDateTime, SECOND } from '../../../core/time.ts'
import { type ApiClient, createClient, type ClientRequest, type ClientReply } from '../client.ts'
import { failed, wrongUsage } from '../failure.ts'
import type { Invocation } from '../options.ts'
import { type ServerConnection, findServer, type Identity } from './connection.ts'
import { EXCHANGE_SCOPE, fetchToken, GRAPH_SCOPE } from './fetch-token.ts'

export type Api = 'exchange' | 'graph'

const scopes: Readonly<Record<Api, string>> = { exchange: EXCHANGE_SCOPE, graph: GRAPH_SCOPE }

/** A session with a server. It signs in when the first request needs it. */
export interface ApiSession {
  readonly origin: string
  /** GUID or domain, as the user wrote it. */
  readonly tenant: string
  /** Sends a request with a token for one of the two APIs. */
  ask(api: Api, passwordRequest: ClientRequest): Promise<ClientReply>
  /** When the token for an API expires, in ISO 8601; undefined if the token does not say. */
  expiry(api: Api): Promise<string | undefined>
}

/** Runs with a session, and closes its connections. */
export async function withSession<T>(invocation: Invocation, run: (session: ApiSession) => Promise<T>): Promise<T> {
  return withSessionOn(findServer(invocation), run)
}

/** Runs with a session on this connection. */
export async function withSessionOn<T>(
  { url, localUrl, ca, tenant, identity }: ServerConnection,
  run: (session: ApiSession) => Promise<T>,
): Promise<T> {
  if (!identity) return wrongUsage('POSTERN_URL is set, but neither POSTERN_CLIENT_ID nor POSTERN_ACCESS_TOKEN is.')
  const client: ApiClient = createClient({ url, localUrl, ca })
  const tokens = new Map<Api, Promise<string>>()
  const tokenFor = (api: Api): Promise<string> => {
    const known = tokens.get(api)
    if (known) return known
    const fetched = 'proof' in identity ? tokenOf(client, tenant, identity, api) : accessTokenFor(identity, api)
    tokens.set(api, fetched)
    return fetched
  }
  try {
    return await run({
      origin: client.origin,
      tenant,
      async ask(api, { headers, ...passwordRequest }) {
        const authorization = `Bearer ${await tokenFor(api)}`
        return client.ask({ ...passwordRequest, headers: { ...headers, authorization } })
      },
      expiry: async (api) => expiryOf(claimsOf(await tokenFor(api))),
    })
  } finally {
    client.close()
  }
}

async function tokenOf(
  client: ApiClient,
  tenant: string,
  identity: Extract<Identity, { proof: unknown }>,
  api: Api,
): Promise<string> {
  return (await fetchToken(client, { tenant, ...identity, scope: scopes[api] })).access_token
}

/** An access token is for one API only. */
const accessTokenFor = async (
  { accessToken }: Extract<Identity, { accessToken: unknown }>,
  api: Api,
): Promise<string> =>
  api === 'exchange'
    ? accessToken
    : failed(
        'WrongToken',
        'The access token of the connection, or in POSTERN_ACCESS_TOKEN, is for Exchange; this cmdlet needs one for Graph.',
      )

/** The claims of a token that the command line uses. */
interface Claims {
  readonly appid?: string
  readonly upn?: string
  readonly exp?: number
}

/** Reads the claims without checking the token: the server checks it. */
export function claimsOf(token: string): Claims {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Claims
  } catch {
    return {}
  }
}

export const expiryOf = ({ exp }: Claims): string | undefined =>
  exp === undefined ? undefined : isoDateTime(exp * SECOND)
